/* Padding and positions of windows. */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_window.h"

#include <string.h>

static bool read_pair(
    struct onnx_node *node, const char *name, int fallback, int pair[2], struct error *err)
{
    double list[2];
    int n;
    if (!onnx_attribute_list(node, name, 2, list, &n, err))
        return false;
    for (int i = 0; i < 2; i++) {
        double number = n ? list[i] : fallback;
        if (n == 1 || number < 1 || number > 1 << 20)
            return fail(err, "%s is not two numbers of 1 or more", name);
        pair[i] = (int)number;
    }
    return true;
}

/* ONNX lists the beginnings, then the ends. */
static bool read_pads(struct onnx_window *window, struct onnx_node *node, struct error *err)
{
    double list[4];
    int n;
    if (!onnx_attribute_list(node, "pads", 4, list, &n, err))
        return false;
    if (n != 0 && n != 4)
        return fail(err, "pads has %d numbers, expected 4", n);
    for (int i = 0; n && i < 4; i++) {
        if (list[i] < 0 || list[i] > 1 << 20)
            return fail(err, "pads holds %g, expected 0 or more", list[i]);
        window->pads[i % 2 * 2 + i / 2] = (int)list[i];
    }
    return true;
}

/* SAME_UPPER pads one more behind than before where the padding is odd, SAME_LOWER before. */
static void pad_same(struct onnx_window *window, bool lower)
{
    for (int i = 0; i < 2; i++) {
        int stride = window->stride[i], out = (window->in[i] + stride - 1) / stride;
        int extent = (window->size[i] - 1) * window->dilation[i] + 1;
        int padding = (out - 1) * stride + extent - window->in[i];
        padding = padding > 0 ? padding : 0;
        window->pads[2 * i] = lower ? (padding + 1) / 2 : padding / 2;
        window->pads[2 * i + 1] = padding - window->pads[2 * i];
    }
}

static bool place(struct onnx_window *window, bool up, struct error *err)
{
    for (int i = 0; i < 2; i++) {
        int stride = window->stride[i], before = window->pads[2 * i];
        long long extent = (window->size[i] - 1LL) * window->dilation[i] + 1;
        long long room = (long long)window->in[i] + before + window->pads[2 * i + 1] - extent;
        if (room < 0)
            return fail(
                err, "its window of %lld pixels does not fit into %d", extent, window->in[i]);
        long long out = (room + (up ? stride - 1 : 0)) / stride + 1;
        if (up && (out - 1) * stride >= window->in[i] + before)
            out--; /* a window that begins in the padding behind is left out */
        window->out[i] = (int)out;
    }
    return true;
}

bool onnx_window_read(struct onnx_window *window, struct onnx_node *node,
    const struct onnx_value *images, bool ceil_mode, struct error *err)
{
    char pad[16];
    long long up = 0;
    if (!onnx_check_images(images, err) ||
        !onnx_attribute_text(node, "auto_pad", "NOTSET", pad, sizeof pad, err) ||
        !read_pair(node, "strides", 1, window->stride, err) ||
        !read_pair(node, "dilations", 1, window->dilation, err) || !read_pads(window, node, err) ||
        (ceil_mode && !onnx_attribute_int(node, "ceil_mode", 0, &up, err)))
        return false;
    for (int i = 0; i < 2; i++)
        window->in[i] = (int)images->dims[2 + i];
    if (strcmp(pad, "SAME_UPPER") == 0 || strcmp(pad, "SAME_LOWER") == 0)
        pad_same(window, pad[5] == 'L');
    else if (strcmp(pad, "VALID") == 0)
        memset(window->pads, 0, sizeof window->pads);
    else if (strcmp(pad, "NOTSET") != 0)
        return fail(err, "auto_pad is %s, which is not supported", pad);
    return place(window, up != 0, err);
}

/* Padding so that the output has `out` places; odd ones behind (SAME_UPPER), else before. */
static bool pad_for(
    struct onnx_window *window, int i, long long out, int more, bool upper, struct error *err)
{
    long long extent = (window->size[i] - 1LL) * window->dilation[i] + 1;
    long long total = window->stride[i] * (window->in[i] - 1LL) + more + extent - out;
    if (total < 0 || total > 1 << 20)
        return fail(err, "its output of %lld places does not fit its strides", out);
    window->pads[2 * i] = (int)(upper ? total / 2 : total - total / 2);
    window->pads[2 * i + 1] = (int)total - window->pads[2 * i];
    return true;
}

bool onnx_window_transposed(struct onnx_window *window, struct onnx_node *node,
    const struct onnx_value *images, int more[2], struct error *err)
{
    char pad[16];
    double added[2] = {0}, wanted[2];
    int n, n_wanted;
    if (!onnx_check_images(images, err) ||
        !onnx_attribute_text(node, "auto_pad", "NOTSET", pad, sizeof pad, err) ||
        !read_pair(node, "strides", 1, window->stride, err) ||
        !read_pair(node, "dilations", 1, window->dilation, err) || !read_pads(window, node, err) ||
        !onnx_attribute_list(node, "output_padding", 2, added, &n, err) ||
        !onnx_attribute_list(node, "output_shape", 2, wanted, &n_wanted, err))
        return false;
    bool same = strncmp(pad, "SAME_", 5) == 0, upper = strcmp(pad, "SAME_UPPER") == 0;
    if (!same && strcmp(pad, "NOTSET") != 0 && strcmp(pad, "VALID") != 0)
        return fail(err, "auto_pad is %s, which is not supported", pad);
    for (int i = 0; i < 2; i++) {
        if (n == 1 || n_wanted == 1 || !(added[i] >= 0 && added[i] <= 1 << 20))
            return fail(err, "output_padding or output_shape is not two numbers from 0");
        more[i] = (int)added[i];
        window->in[i] = (int)images->dims[2 + i];
        double out = n_wanted ? wanted[i] : (double)window->in[i] * window->stride[i];
        if ((n_wanted || same) && (!(out >= 1 && out <= 1 << 20) ||
                                      !pad_for(window, i, (long long)out, more[i], upper, err)))
            return fail(err, "its output of %g places does not fit its strides", out);
        long long extent = (window->size[i] - 1LL) * window->dilation[i] + 1;
        long long size = window->stride[i] * (window->in[i] - 1LL) + more[i] + extent -
                         window->pads[2 * i] - window->pads[2 * i + 1];
        if (size < 1 || size > 1 << 24)
            return fail(err, "its output has %lld rows or columns", size);
        window->out[i] = (int)size;
    }
    return true;
}

static void set_pair(struct onnx_graph *graph, int layer, const char *key, const int pair[2])
{
    const double numbers[] = {pair[0], pair[1]};
    onnx_set_numbers(graph, layer, key, numbers, 2);
}

static void set_sizes(const struct onnx_window *window, struct onnx_graph *graph, int layer,
    const char *size_key, double pads[4])
{
    set_pair(graph, layer, size_key, window->size);
    set_pair(graph, layer, "strides", window->stride);
    set_pair(graph, layer, "dilation_rate", window->dilation);
    for (int i = 0; i < 4; i++)
        pads[i] = window->pads[i];
}

void onnx_window_set_transposed(
    const struct onnx_window *window, const int more[2], struct onnx_graph *graph, int layer)
{
    double pads[4];
    set_sizes(window, graph, layer, "kernel_size", pads);
    set_pair(graph, layer, "output_padding", more);
    onnx_set_numbers(graph, layer, "pads", pads, 4);
}

void onnx_window_set(
    const struct onnx_window *window, struct onnx_graph *graph, int layer, const char *size_key)
{
    double pads[4];
    set_sizes(window, graph, layer, size_key, pads);
    /* positions that a rounded-up count adds lie in padding behind */
    for (int i = 0; i < 2; i++) {
        int extent = (window->size[i] - 1) * window->dilation[i] + 1;
        int reach = (window->out[i] - 1) * window->stride[i] + extent;
        int behind = reach - window->in[i] - window->pads[2 * i];
        if (behind > window->pads[2 * i + 1])
            pads[2 * i + 1] = behind;
    }
    onnx_set_numbers(graph, layer, "pads", pads, 4);
}
