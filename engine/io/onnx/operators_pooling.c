/* Pooling by windows, and over the whole image. */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_chain.h"
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

/* Over rows or over columns alone: a window as long as the side. */
static bool reduce_side(
    struct onnx_graph *graph, struct onnx_node *node, const char *class_name, int axis, bool keep)
{
    struct onnx_value *images = node->inputs[0];
    struct onnx_window window = {.stride = {1, 1}, .dilation = {1, 1}};
    double dims[4] = {ONNX_BATCH, images->dims[1], images->dims[2], images->dims[3]};
    for (int i = 0; i < 2; i++) {
        window.in[i] = (int)images->dims[2 + i];
        window.size[i] = axis == 2 + i ? window.in[i] : 1;
        window.out[i] = axis == 2 + i ? 1 : window.in[i];
        dims[2 + i] = window.out[i];
    }
    int layer = onnx_add(graph, node, class_name, NULL, &images, 1);
    onnx_window_set(&window, graph, layer, "pool_size");
    if (keep) {
        onnx_give(graph, node, layer, 4, dims);
        return true;
    }
    struct onnx_value *whole = onnx_new_value(graph, ""); /* as the layer has it */
    whole->node = layer;
    whole->rank = 4;
    memcpy(whole->dims, dims, sizeof dims);
    dims[2] = axis == 2 ? dims[3] : dims[2];
    struct onnx_value *given = onnx_give(graph, node, layer, 3, dims);
    given->form = ONNX_REGROUPED;
    given->of = whole;
    return true;
}

static void reduce_channels(
    struct onnx_graph *graph, struct onnx_node *node, const char *class_name)
{
    struct onnx_value *images = node->inputs[0];
    double dims[ONNX_RANK_MAX];
    memcpy(dims, images->dims, sizeof dims);
    dims[onnx_channel_axis(images)] = 1;
    int layer = onnx_add(graph, node, class_name, NULL, &images, 1);
    onnx_give(graph, node, layer, images->rank, dims)->channels_last = images->channels_last;
}

struct reduction {
    const char *whole, *side, *channels; /* classes of layers */
};

/* Over both sides of images, one of them, the channels, or all places of a channel in one row. */
static bool lower_reduce(struct onnx_graph *graph, struct onnx_node *node,
    const struct reduction *reduction, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    int axes;
    bool keep;
    if (!onnx_axes(node, &axes, &keep, err))
        return false;
    if (images->form == ONNX_REGROUPED) {
        if (images->rank != 3 || axes != 4 || images->dims[1] != images->of->dims[1] || keep)
            return fail(
                err, "it reduces images in other dimensions in a way that is not supported");
        struct onnx_value *of = (struct onnx_value *)images->of;
        node->inputs[0] = of;
        give_global(graph, node, reduction->whole, false);
        return true;
    }
    int over = onnx_over(images, axes);
    bool side = images->rank == 4 && !images->channels_last && (axes == 4 || axes == 8);
    if (over == ONNX_OVER_SIDES)
        give_global(graph, node, reduction->whole, keep);
    else if (over == ONNX_OVER_CHANNELS && keep)
        reduce_channels(graph, node, reduction->channels);
    else if (side)
        return reduce_side(graph, node, reduction->side, axes == 4 ? 2 : 3, keep);
    else
        return fail(err, "it reduces other axes than the sides of images or their channels");
    return true;
}

static bool lower_mean(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    static const struct reduction mean = {
        "GlobalAveragePooling2D", "AveragePooling2D", "ChannelMean"};
    return lower_reduce(graph, node, &mean, err);
}

static bool lower_largest(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    static const struct reduction largest = {"GlobalMaxPooling2D", "MaxPooling2D", "ChannelMax"};
    return lower_reduce(graph, node, &largest, err);
}

static const struct onnx_operator list[] = {
    {"MaxPool", 1, 1, false, lower_max, false},
    {"AveragePool", 1, 1, false, lower_average, false},
    {"GlobalMaxPool", 1, 1, false, lower_global_max, false},
    {"GlobalAveragePool", 1, 1, false, lower_global_average, false},
    {"ReduceMean", 1, 2, false, lower_mean, true},
    {"ReduceMax", 1, 2, false, lower_largest, true},
};

const struct onnx_operators onnx_operators_pooling = {sizeof list / sizeof *list, list};
