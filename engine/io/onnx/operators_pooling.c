/* Pooling by windows, and over the whole image. */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_window.h"

#include <string.h>

static bool read_size(struct onnx_node *node, int size[2], struct error *err)
{
    double list[2];
    int n;
    if (!onnx_attribute_list(node, "kernel_shape", 2, list, &n, err))
        return false;
    if (n != 2 || list[0] < 1 || list[1] < 1 || list[0] > 1 << 20 || list[1] > 1 << 20)
        return fail(err, "kernel_shape is not two numbers of 1 or more");
    size[0] = (int)list[0];
    size[1] = (int)list[1];
    return true;
}

static void give_pool(struct onnx_graph *graph, struct onnx_node *node, const char *class_name,
    const struct onnx_window *window, struct onnx_value *images)
{
    int layer = onnx_add(graph, node, class_name, NULL, &images, 1);
    onnx_window_set(window, graph, layer, "pool_size");
    const double out[] = {ONNX_BATCH, node->inputs[0]->dims[1], window->out[0], window->out[1]};
    onnx_give(graph, node, layer, 4, out);
}

static bool lower_max(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_window window = {0};
    long long order;
    if (!read_size(node, window.size, err) ||
        !onnx_attribute_int(node, "storage_order", 0, &order, err) ||
        !onnx_window_read(&window, node, node->inputs[0], true, err))
        return false;
    give_pool(graph, node, "MaxPooling2D", &window, node->inputs[0]);
    return true;
}

/* Padding that is counted in the mean is a border of zeros. */
static struct onnx_value with_border(
    struct onnx_graph *graph, struct onnx_node *node, struct onnx_window *window)
{
    struct onnx_value images = *node->inputs[0], *input = node->inputs[0];
    double border[4];
    for (int i = 0; i < 4; i++)
        border[i] = window->pads[i];
    images.node = onnx_add(graph, node, "ZeroPadding2D", NULL, &input, 1);
    onnx_set_numbers(graph, images.node, "padding", border, 4);
    for (int i = 0; i < 2; i++)
        window->in[i] += window->pads[2 * i] + window->pads[2 * i + 1];
    memset(window->pads, 0, sizeof window->pads);
    return images;
}

static bool lower_average(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_window window = {0};
    long long counted;
    if (!read_size(node, window.size, err) ||
        !onnx_attribute_int(node, "count_include_pad", 0, &counted, err) ||
        !onnx_window_read(&window, node, node->inputs[0], true, err))
        return false;
    struct onnx_value images = *node->inputs[0];
    if (counted && (window.pads[0] || window.pads[1] || window.pads[2] || window.pads[3]))
        images = with_border(graph, node, &window);
    give_pool(graph, node, "AveragePooling2D", &window, &images);
    return true;
}

static void give_global(
    struct onnx_graph *graph, struct onnx_node *node, const char *class_name, bool keep)
{
    struct onnx_value *images = node->inputs[0];
    int layer = onnx_add(graph, node, class_name, NULL, &images, 1);
    onnx_set_bool(graph, layer, "keepdims", keep);
    double out[] = {ONNX_BATCH, images->dims[onnx_channel_axis(images)], 1, 1};
    if (images->channels_last && keep) {
        out[3] = out[1];
        out[1] = 1;
    }
    struct onnx_value *value = onnx_give(graph, node, layer, keep ? 4 : 2, out);
    value->channels_last = images->channels_last && keep;
}

static bool lower_global_max(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    if (!onnx_check_images(node->inputs[0], err))
        return false;
    give_global(graph, node, "GlobalMaxPooling2D", true);
    return true;
}

static bool lower_global_average(
    struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    if (!onnx_check_images(node->inputs[0], err))
        return false;
    give_global(graph, node, "GlobalAveragePooling2D", true);
    return true;
}

/* Over both sides of the images alone. The axes are an attribute, from opset 18 (of ReduceMean) an
 * input. */
static bool lower_reduce(
    struct onnx_graph *graph, struct onnx_node *node, const char *class_name, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    long long keep, noop;
    double axes[4] = {0};
    int n, sides = 0;
    if (!onnx_attribute_int(node, "keepdims", 1, &keep, err) ||
        !onnx_attribute_int(node, "noop_with_empty_axes", 0, &noop, err) ||
        !onnx_attribute_list(node, "axes", 4, axes, &n, err))
        return false;
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    if (given && given->constant && given->count <= 4)
        for (n = 0; n < (int)given->count; n++)
            axes[n] = onnx_numbers(given)[n];
    for (int i = 0; i < n; i++) {
        int axis = (int)(axes[i] < 0 ? axes[i] + images->rank : axes[i]);
        sides |= axis >= 0 && axis < 8 ? 1 << axis : 1;
    }
    if (images->rank != 4 || n != 2 || sides != (images->channels_last ? 6 : 12))
        return fail(err, "it reduces other axes than the two sides of images");
    give_global(graph, node, class_name, keep != 0);
    return true;
}

static bool lower_mean(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    return lower_reduce(graph, node, "GlobalAveragePooling2D", err);
}

static bool lower_largest(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    return lower_reduce(graph, node, "GlobalMaxPooling2D", err);
}

static const struct onnx_operator list[] = {
    {"MaxPool", 1, 1, false, lower_max},
    {"AveragePool", 1, 1, false, lower_average},
    {"GlobalMaxPool", 1, 1, false, lower_global_max},
    {"GlobalAveragePool", 1, 1, false, lower_global_average},
    {"ReduceMean", 1, 2, false, lower_mean},
    {"ReduceMax", 1, 2, false, lower_largest},
};

const struct onnx_operators onnx_operators_pooling = {sizeof list / sizeof *list, list};
