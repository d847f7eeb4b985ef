/* Operators that move values or leave them: Flatten, Reshape, Transpose, BatchNormalization … */
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_chain.h"
#include "engine/io/onnx/onnx_fold.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void give_same(struct onnx_graph *graph, struct onnx_node *node)
{
    if (node->inputs[0]->constant || node->inputs[0]->form != ONNX_PLAIN)
        onnx_give_as(graph, node, node->inputs[0]);
    else
        onnx_give_same(graph, node, node->inputs[0]->node, node->inputs[0]);
}

/* Nothing is done to images that are looked at: Dropout, Identity, Cast of numbers. */
static bool lower_nothing(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double ratio;
    long long ignored;
    if (!onnx_attribute_float(node, "ratio", 0, &ratio, err) ||
        !onnx_attribute_int(node, "seed", 0, &ignored, err) ||
        !onnx_attribute_int(node, "is_test", 1, &ignored, err))
        return false;
    give_same(graph, node);
    return true;
}

static bool lower_cast(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    long long type, saturate;
    if (!onnx_attribute_int(node, "to", 0, &type, err) ||
        !onnx_attribute_int(node, "saturate", 1, &saturate, err))
        return false;
    bool is_float = type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
                    type == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE ||
                    type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16 ||
                    type == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16;
    if (!node->inputs[0]->constant && !is_float)
        return fail(err, "it turns images into numbers of type %lld, which is not supported", type);
    give_same(graph, node);
    return true;
}

/* Rows [n, values] of images; the units in the order that ONNX has them. */
static void give_rows(struct onnx_graph *graph, struct onnx_node *node)
{
    struct onnx_value *images = node->inputs[0];
    if (images->rank == 2) {
        give_same(graph, node);
        return;
    }
    int layer = onnx_add(graph, node, "Flatten", NULL, &images, 1);
    if (!images->channels_last)
        onnx_set_bool(graph, layer, "planes", true);
    const double dims[] = {ONNX_BATCH, (double)onnx_count(images)};
    onnx_give(graph, node, layer, 2, dims);
}

static bool lower_flatten(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    long long axis;
    if (!onnx_attribute_int(node, "axis", 1, &axis, err))
        return false;
    if (axis != 1 && axis != 1 - node->inputs[0]->rank)
        return fail(err, "axis is %lld, expected 1", axis);
    give_rows(graph, node);
    return true;
}

/* Its target: as many as the images have, -1 filled in. dims[0] is the batch. */
static bool read_target(
    struct onnx_node *node, double dims[ONNX_RANK_MAX], int *rank, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    struct onnx_value *target = node->n_inputs > 1 ? node->inputs[1] : NULL;
    if (!target && !onnx_attribute_list(node, "shape", ONNX_RANK_MAX, dims, rank, err))
        return false;
    if (target && (!target->constant || target->count > ONNX_RANK_MAX))
        return fail(err, "its shape is not known before it runs");
    for (*rank = target ? 0 : *rank; target && *rank < (int)target->count; ++*rank)
        dims[*rank] = onnx_numbers(target)[*rank];
    double count = (double)onnx_count(images), known = 1;
    int open = -1;
    for (int i = 1; i < *rank; i++) {
        dims[i] = dims[i] == 0 && i < images->rank ? images->dims[i] : dims[i];
        if (dims[i] == -1 && open < 0)
            open = i;
        else if (dims[i] >= 1)
            known *= dims[i];
        else
            return fail(err, "its shape holds %g", dims[i]);
    }
    if (open > 0)
        dims[open] = count / known;
    bool first = *rank > 0 && (dims[0] == ONNX_BATCH || dims[0] == 0 || dims[0] == 1 ||
                                  (dims[0] == -1 && open < 0));
    double all = open > 0 ? dims[open] * known : known;
    if (*rank < 2 || !first || all != count || (open > 0 && dims[open] != trunc(dims[open])))
        return fail(err, "its shape mixes images, or does not hold their %.0f values", count);
    dims[0] = ONNX_BATCH;
    return true;
}

static bool is_same(const struct onnx_value *value, int rank, const double *dims)
{
    return rank == value->rank &&
           memcmp(value->dims + 1, dims + 1, (size_t)(rank - 1) * sizeof *dims) == 0;
}

/* [n, c, 1, …] */
static bool is_column(int rank, const double *dims)
{
    for (int i = 2; i < rank; i++)
        if (dims[i] != 1)
            return false;
    return true;
}

/* Images whose values are counted otherwise for a while: by groups of channels, or all places of a
 * channel behind each other. Back again they are what they were. */
static bool regroup(struct onnx_graph *graph, struct onnx_node *node, int rank, const double *dims)
{
    struct onnx_value *value = node->inputs[0];
    const struct onnx_value *images = value->form == ONNX_REGROUPED ? value->of : value;
    if (value->form == ONNX_REGROUPED && is_same(images, rank, dims)) {
        onnx_give_same(graph, node, value->node, images);
        return true;
    }
    double channels = images->dims[1], grouped = rank == 5 ? dims[1] * dims[2] : dims[1];
    bool groups = rank == 3 && fmod(channels, grouped) == 0;
    groups = groups || (rank == 5 && grouped == channels && dims[3] == images->dims[2]);
    if (images->rank != 4 || images->channels_last || !groups || is_column(4, images->dims))
        return false;
    struct onnx_value *given = onnx_give(graph, node, value->node, rank, dims);
    given->form = ONNX_REGROUPED;
    given->of = images;
    return true;
}

/* Channels that change their order between groups (ShuffleNet). */
static bool shuffle(
    struct onnx_graph *graph, struct onnx_node *node, const double *perm, int n, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    static const double turn[] = {0, 2, 1, 3, 4};
    if (value->rank != 5 || n != 5 || memcmp(perm, turn, sizeof turn) != 0 ||
        value->of->dims[1] > ONNX_FOLD_MAX)
        return fail(err, "it turns axes in an order that is not supported");
    const double dims[] = {
        ONNX_BATCH, value->dims[2], value->dims[1], value->dims[3], value->dims[4]};
    size_t groups = (size_t)dims[2], channels = (size_t)value->of->dims[1];
    double *list = memory_array(channels, sizeof *list);
    for (size_t c = 0; c < channels; c++)
        list[c] = (double)(c % groups * (channels / groups) + c / groups);
    int layer = onnx_add(graph, node, "SelectChannels", NULL, &value, 1);
    onnx_set_numbers(graph, layer, "channels", list, (int)channels);
    free(list);
    struct onnx_value *given = onnx_give(graph, node, layer, 5, dims);
    given->form = ONNX_REGROUPED;
    given->of = value->of;
    return true;
}

/* To rows, to what it is, or rows to images of one channel or of one pixel. */
static bool give_shape(struct onnx_graph *graph, struct onnx_node *node, int rank,
    const double *dims, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    if (regroup(graph, node, rank, dims))
        return true;
    bool columns = is_column(rank, dims) && is_column(value->rank, value->dims) && rank > 2 &&
                   !value->channels_last;
    if (rank == 2) {
        give_rows(graph, node);
        return true;
    }
    if (is_same(value, rank, dims)) {
        give_same(graph, node);
        return true;
    }
    if (columns && rank == 3) { /* no layer reads these: a later Squeeze or Reshape does */
        onnx_give(graph, node, value->node, rank, dims);
        return true;
    }
    bool plane = value->rank == 2 && rank == 4 && dims[1] == 1;
    if (rank != 4 || (!columns && !plane))
        return fail(err, "it gives values a shape that is not supported");
    const double target[] = {dims[2], dims[3], dims[1]};
    int layer = onnx_add(graph, node, "Reshape", NULL, &value, 1);
    onnx_set_numbers(graph, layer, "target_shape", target, 3);
    onnx_give(graph, node, layer, 4, dims);
    return true;
}

/* -1 is what is left of the constant's numbers. */
static bool reshape_constant(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *to = node->n_inputs > 1 ? node->inputs[1] : NULL;
    double dims[ONNX_RANK_MAX], known = 1;
    if (!to || !to->constant || to->count > ONNX_RANK_MAX)
        return fail(err, "its shape is not known before it runs");
    for (size_t i = 0; i < to->count; i++) {
        dims[i] = onnx_numbers(to)[i];
        known *= dims[i] == -1 ? 1 : dims[i];
    }
    for (size_t i = 0; i < to->count; i++)
        if (dims[i] == -1 && known > 0)
            dims[i] = (double)node->inputs[0]->count / known;
    return onnx_fold_copy(graph, node, (int)to->count, dims, err);
}

static bool lower_reshape(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double dims[ONNX_RANK_MAX];
    int rank = 0;
    long long zero;
    if (!onnx_attribute_int(node, "allowzero", 0, &zero, err))
        return false;
    if (node->inputs[0]->constant)
        return reshape_constant(graph, node, err);
    return read_target(node, dims, &rank, err) && give_shape(graph, node, rank, dims, err);
}

/* Axes of Squeeze and Unsqueeze: an attribute before opset 13. */
static bool read_axes(struct onnx_node *node, double axes[ONNX_RANK_MAX], int *n, struct error *err)
{
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    if (!given)
        return onnx_attribute_list(node, "axes", ONNX_RANK_MAX, axes, n, err);
    if (!given->constant || given->count > ONNX_RANK_MAX)
        return fail(err, "its axes are not known before it runs");
    for (*n = 0; *n < (int)given->count; ++*n)
        axes[*n] = onnx_numbers(given)[*n];
    return true;
}

static bool has_axis(const double *axes, int n, int axis, int rank)
{
    for (int i = 0; i < n; i++)
        if (axes[i] == axis || axes[i] == axis - rank)
            return true;
    return false;
}

static bool lower_squeeze(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    double axes[ONNX_RANK_MAX], dims[ONNX_RANK_MAX];
    int n = 0, rank = 0;
    if (!read_axes(node, axes, &n, err))
        return false;
    for (int i = 0; i < value->rank; i++) {
        bool gone = n ? has_axis(axes, n, i, value->rank) : value->dims[i] == 1;
        if (gone && value->dims[i] != 1)
            return fail(err, "axis %d is not of size 1", i);
        if (!gone)
            dims[rank++] = value->dims[i];
    }
    return value->constant ? onnx_fold_copy(graph, node, rank, dims, err)
                           : give_shape(graph, node, rank, dims, err);
}

static bool lower_unsqueeze(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    double axes[ONNX_RANK_MAX], dims[ONNX_RANK_MAX];
    int n = 0, from = 0;
    if (!read_axes(node, axes, &n, err))
        return false;
    int rank = value->rank + n;
    if (rank > ONNX_RANK_MAX)
        return fail(err, "it makes more than %d dimensions", ONNX_RANK_MAX);
    for (int i = 0; i < rank; i++)
        dims[i] = has_axis(axes, n, i, rank) || from >= value->rank ? 1 : value->dims[from++];
    return value->constant ? onnx_fold_copy(graph, node, rank, dims, err)
                           : give_shape(graph, node, rank, dims, err);
}

/* Images from channels first to channels last, or back: they stay where they are. */
static bool lower_transpose(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    double perm[5], dims[4];
    int n;
    if (!onnx_attribute_list(node, "perm", 5, perm, &n, err))
        return false;
    if (value->form == ONNX_REGROUPED)
        return shuffle(graph, node, perm, n, err);
    if (value->constant)
        return n == 0 || (n == 2 && perm[0] == 1) ? onnx_fold_transpose(graph, node, err)
                                                  : fail(err, "it turns a constant's axes");
    const double *turn =
        value->channels_last ? (const double[]){0, 3, 1, 2} : (const double[]){0, 2, 3, 1};
    if (value->rank != 4 || n != 4 || memcmp(perm, turn, sizeof dims) != 0)
        return fail(err, "it turns other axes than those of images' channels");
    for (int i = 0; i < 4; i++)
        dims[i] = value->dims[(int)perm[i]];
    onnx_give(graph, node, value->node, 4, dims)->channels_last = !value->channels_last;
    return true;
}

static bool lower_concat(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *first = node->inputs[0];
    long long axis;
    double dims[ONNX_RANK_MAX];
    if (!onnx_attribute_int(node, "axis", 1, &axis, err))
        return false;
    if (onnx_all_constant(node))
        return axis == 0 || axis == -1 ? onnx_fold_concat(graph, node, err)
                                       : fail(err, "it joins constants along axis %lld", axis);
    axis += axis < 0 ? first->rank : 0;
    if (axis != onnx_channel_axis(first))
        return fail(err, "axis is %lld, expected that of the channels", axis);
    memcpy(dims, first->dims, sizeof dims);
    dims[axis] = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        struct onnx_value *value = node->inputs[i];
        if (!value || value->constant || value->rank != first->rank ||
            value->channels_last != first->channels_last)
            return fail(err, "its inputs do not have the same dimensions");
        dims[axis] += value->dims[axis];
    }
    if (node->n_inputs == 1) {
        give_same(graph, node);
        return true;
    }
    int layer = onnx_add(graph, node, "Concatenate", NULL, node->inputs, node->n_inputs);
    onnx_give(graph, node, layer, first->rank, dims)->channels_last = first->channels_last;
    return true;
}

static const struct onnx_operator list[] = {
    {"Identity", 1, 1, true, lower_nothing, true},
    {"Dropout", 1, 3, true, lower_nothing, true},
    {"Cast", 1, 1, true, lower_cast, true},
    {"Flatten", 1, 1, false, lower_flatten, true},
    {"Reshape", 1, 2, true, lower_reshape, true},
    {"Squeeze", 1, 2, true, lower_squeeze, false},
    {"Unsqueeze", 1, 2, true, lower_unsqueeze, false},
    {"Transpose", 1, 1, true, lower_transpose, true},
    {"Concat", 1, ONNX_INPUTS_MAX, true, lower_concat, false},
};

const struct onnx_operators onnx_operators_shape = {sizeof list / sizeof *list, list};
