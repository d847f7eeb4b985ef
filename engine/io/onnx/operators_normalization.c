/* Statistics of the image itself: LayerNormalization, GroupNormalization, InstanceNormalization. */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_chain.h"

#include <string.h>

/* Whether a constant is this number everywhere; also one that the graph computes. */
static bool is_all(struct onnx_value *constant, double number)
{
    const double *numbers = constant && constant->constant ? onnx_numbers(constant) : NULL;
    for (size_t i = 0; numbers && i < constant->count; i++)
        if (numbers[i] != number)
            return false;
    return numbers;
}

/* gamma and beta: weights of the file, or ones and zeros, which need none. */
static bool bind_both(struct onnx_graph *graph, const struct onnx_node *node, int layer, int rank,
    const int *dims, const int *order, struct error *err)
{
    struct onnx_value *gamma = node->inputs[1];
    struct onnx_value *beta = node->n_inputs > 2 ? node->inputs[2] : NULL;
    bool scale = gamma && (gamma->tensor.proto || !is_all(gamma, 1));
    bool center = beta && (beta->tensor.proto || !is_all(beta, 0));
    onnx_set_bool(graph, layer, "scale", scale);
    onnx_set_bool(graph, layer, "center", center);
    return (!scale || onnx_bind(graph, layer, 0, gamma, rank, dims, order, err)) &&
           (!center || onnx_bind(graph, layer, scale, beta, rank, dims, order, err));
}

static int add_layer(
    struct onnx_graph *graph, const struct onnx_node *node, const char *class_name, double epsilon)
{
    const struct onnx_value *gamma = node->inputs[1];
    int layer = onnx_add(
        graph, node, class_name, gamma && gamma->tensor.proto ? gamma : NULL, node->inputs, 1);
    onnx_set_number(graph, layer, "epsilon", epsilon);
    return layer;
}

static bool lower_layer(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    static const double all[] = {1, 2, 3};
    static const int order[] = {1, 2, 0};
    double epsilon;
    long long axis, type;
    if (!onnx_attribute_float(node, "epsilon", 1e-5F, &epsilon, err) ||
        !onnx_attribute_int(node, "axis", -1, &axis, err) ||
        !onnx_attribute_int(node, "stash_type", 1, &type, err))
        return false;
    long long first = axis < 0 ? axis + images->rank : axis;
    bool whole = first == 1 && images->rank == 4;
    bool channels = first == images->rank - 1 && first == onnx_channel_axis(images);
    if (!whole && !channels)
        return fail(
            err, "axis is %lld, which is neither the channels alone nor the whole image", axis);
    int layer = add_layer(graph, node, "LayerNormalization", epsilon), dims[3] = {0};
    if (whole)
        onnx_set_numbers(graph, layer, "axis", all, 3);
    for (int i = 0; i < 3; i++)
        dims[i] = (int)images->dims[whole ? i + 1 : images->rank - 1];
    onnx_give_same(graph, node, layer, images);
    return bind_both(graph, node, layer, whole ? 3 : 1, dims,
        whole && !images->channels_last ? order : NULL, err);
}

/* Of images whose channels a Reshape has put into groups: GroupNormalization, as PyTorch writes it,
 * without weights of its own. */
static bool lower_regrouped(
    struct onnx_graph *graph, struct onnx_node *node, double epsilon, struct error *err)
{
    struct onnx_value *value = node->inputs[0], *images = (struct onnx_value *)value->of;
    double groups = value->dims[1];
    if (value->rank != 3 || !is_all(node->inputs[1], 1) || !is_all(node->inputs[2], 0))
        return fail(err, "in groups of channels it is supported without a scale or a shift");
    int layer = onnx_add(graph, node, "GroupNormalization", NULL, &value, 1);
    onnx_set_number(graph, layer, "epsilon", epsilon);
    onnx_set_number(graph, layer, "groups", groups);
    onnx_set_bool(graph, layer, "scale", false);
    onnx_set_bool(graph, layer, "center", false);
    struct onnx_value *given = onnx_give(graph, node, layer, value->rank, value->dims);
    given->form = ONNX_REGROUPED;
    given->of = images;
    return true;
}

static bool lower_instance(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    double epsilon;
    if (!onnx_attribute_float(node, "epsilon", 1e-5F, &epsilon, err))
        return false;
    if (images->form == ONNX_REGROUPED)
        return lower_regrouped(graph, node, epsilon, err);
    if (!onnx_check_images(images, err))
        return false;
    int layer = add_layer(graph, node, "InstanceNormalization", epsilon);
    const int channels = (int)images->dims[1];
    onnx_give_same(graph, node, layer, images);
    return bind_both(graph, node, layer, 1, &channels, NULL, err);
}

static bool lower_group(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    double epsilon;
    long long groups, type;
    if (!onnx_check_images(images, err) ||
        !onnx_attribute_float(node, "epsilon", 1e-5F, &epsilon, err) ||
        !onnx_attribute_int(node, "num_groups", 0, &groups, err) ||
        !onnx_attribute_int(node, "stash_type", 1, &type, err))
        return false;
    const int channels = (int)images->dims[1];
    int layer = add_layer(graph, node, "GroupNormalization", epsilon);
    onnx_set_number(graph, layer, "groups", (double)groups);
    onnx_give_same(graph, node, layer, images);
    return bind_both(graph, node, layer, 1, &channels, NULL, err);
}

static bool lower_batch(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    double epsilon, momentum;
    long long training, spatial;
    const int channels = (int)value->dims[onnx_channel_axis(value)];
    if (!onnx_attribute_float(node, "epsilon", 1e-5F, &epsilon, err) ||
        !onnx_attribute_float(node, "momentum", 0.9, &momentum, err) ||
        !onnx_attribute_int(node, "training_mode", 0, &training, err) ||
        !onnx_attribute_int(node, "spatial", 1, &spatial, err))
        return false;
    if (training || !spatial || value->channels_last)
        return fail(err, "training_mode, spatial = 0 or channels that come last are not supported");
    int layer = onnx_add(graph, node, "BatchNormalization", node->inputs[1], &value, 1);
    onnx_set_number(graph, layer, "epsilon", epsilon);
    onnx_give_same(graph, node, layer, value);
    for (int i = 0; i < 4; i++)
        if (!node->inputs[i + 1] || node->inputs[i + 1]->rank != 1 ||
            !onnx_bind(graph, layer, i, node->inputs[i + 1], 1, &channels, NULL, err))
            return fail(err, "its input %d is not a weight of %d numbers", i + 2, channels);
    return true;
}

static const struct onnx_operator list[] = {
    {"BatchNormalization", 5, 5, false, lower_batch, false},
    {"LayerNormalization", 2, 3, false, lower_layer, false},
    {"GroupNormalization", 3, 3, false, lower_group, false},
    {"InstanceNormalization", 3, 3, false, lower_instance, true},
};

const struct onnx_operators onnx_operators_normalization = {sizeof list / sizeof *list, list};
