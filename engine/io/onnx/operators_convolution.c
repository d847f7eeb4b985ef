/* Conv, with groups, and one group for each channel; ConvTranspose. */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_window.h"

#include <limits.h>

/* [filters, channels / groups, height, width] of a weight; false: it has another shape. */
static bool read_kernel(const struct onnx_value *kernel, int dims[4], struct error *err)
{
    if (!kernel || !kernel->constant || kernel->rank != 4 || kernel->count == 0)
        return fail(err, "its kernel is not a weight of 4 dimensions");
    for (int i = 0; i < 4; i++)
        dims[i] = (int)kernel->dims[i];
    return true;
}

static bool check_size(struct onnx_node *node, const struct onnx_window *window, struct error *err)
{
    double list[2];
    int n;
    if (!onnx_attribute_list(node, "kernel_shape", 2, list, &n, err))
        return false;
    if (n != 0 && (n != 2 || list[0] != window->size[0] || list[1] != window->size[1]))
        return fail(err, "kernel_shape is not that of its weight");
    return true;
}

/* Each channel has filters of its own: [channels * m, 1, h, w] becomes [h, w, channels, m]. */
static bool bind_depthwise(struct onnx_graph *graph, struct onnx_node *node, int layer,
    const int dims[4], struct error *err)
{
    const int flat[] = {dims[0], dims[2], dims[3]}, order[] = {1, 2, 0};
    return onnx_bind(graph, layer, 0, node->inputs[1], 3, flat, order, err);
}

static bool bind_kernel(struct onnx_graph *graph, struct onnx_node *node, int layer,
    const int dims[4], struct error *err)
{
    static const int order[] = {2, 3, 1, 0};
    return onnx_bind(graph, layer, 0, node->inputs[1], 4, dims, order, err);
}

static bool lower_conv(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    struct onnx_value *bias = node->n_inputs > 2 ? node->inputs[2] : NULL;
    struct onnx_window window = {0};
    int dims[4];
    long long groups;
    if (!onnx_attribute_int(node, "group", 1, &groups, err) ||
        !read_kernel(node->inputs[1], dims, err))
        return false;
    window.size[0] = dims[2];
    window.size[1] = dims[3];
    if (!check_size(node, &window, err) || !onnx_window_read(&window, node, images, false, err))
        return false;
    long long channels = (long long)images->dims[1];
    if (groups < 1 || groups > channels || channels != groups * dims[1] || dims[0] % groups)
        return fail(err, "%lld groups of %d channels do not fit %lld channels and %d filters",
            groups, dims[1], channels, dims[0]);
    bool depthwise = groups > 1 && groups == channels;
    int layer = onnx_add(
        graph, node, depthwise ? "DepthwiseConv2D" : "Conv2D", node->inputs[1], &images, 1);
    onnx_window_set(&window, graph, layer, "kernel_size");
    onnx_set_number(graph, layer, depthwise ? "depth_multiplier" : "filters",
        depthwise ? dims[0] / (double)channels : dims[0]);
    if (!depthwise)
        onnx_set_number(graph, layer, "groups", (double)groups);
    onnx_set_bool(graph, layer, "use_bias", bias);
    const double out[] = {ONNX_BATCH, dims[0], window.out[0], window.out[1]};
    onnx_give(graph, node, layer, 4, out);
    return (depthwise ? bind_depthwise : bind_kernel)(graph, node, layer, dims, err) &&
           (!bias || onnx_bind(graph, layer, 1, bias, 1, dims, NULL, err));
}

/* Its weight is [channels, filters / groups, height, width]. */
static bool lower_transposed(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    static const int order[] = {2, 3, 0, 1};
    struct onnx_value *images = node->inputs[0];
    struct onnx_value *bias = node->n_inputs > 2 ? node->inputs[2] : NULL;
    struct onnx_window window = {0};
    int dims[4], more[2];
    long long groups;
    if (!onnx_attribute_int(node, "group", 1, &groups, err) ||
        !read_kernel(node->inputs[1], dims, err))
        return false;
    window.size[0] = dims[2];
    window.size[1] = dims[3];
    if (!check_size(node, &window, err) ||
        !onnx_window_transposed(&window, node, images, more, err))
        return false;
    if (groups != 1)
        return fail(err, "it has %lld groups, only 1 is supported", groups);
    if (images->dims[1] != dims[0])
        return fail(
            err, "its weight takes %d channels, its input has %g", dims[0], images->dims[1]);
    int layer = onnx_add(graph, node, "Conv2DTranspose", node->inputs[1], &images, 1);
    onnx_window_set_transposed(&window, more, graph, layer);
    onnx_set_number(graph, layer, "filters", dims[1]);
    onnx_set_bool(graph, layer, "use_bias", bias);
    const double out[] = {ONNX_BATCH, dims[1], window.out[0], window.out[1]};
    onnx_give(graph, node, layer, 4, out);
    return onnx_bind(graph, layer, 0, node->inputs[1], 4, dims, order, err) &&
           (!bias || onnx_bind(graph, layer, 1, bias, 1, &dims[1], NULL, err));
}

static const struct onnx_operator list[] = {
    {"Conv", 2, 3, false, lower_conv, false},
    {"ConvTranspose", 2, 3, false, lower_transposed, false},
};

const struct onnx_operators onnx_operators_convolution = {sizeof list / sizeof *list, list};
