/* Resize and Upsample: images in another size. */
#include "engine/io/onnx/onnx_attribute.h"

#include <math.h>
#include <string.h>

struct resizing {
    char mode[16], coordinates[32], rounding[24];
    double cubic;
    double out[2], scale[2]; /* of rows and columns */
};

/* Numbers of all four axes, or of those that are named. */
static bool spread(const struct onnx_value *list, const double *numbers, const double *axes,
    int n_axes, double all[4], struct error *err)
{
    size_t n = n_axes ? (size_t)n_axes : 4;
    if (list->count != n)
        return fail(err, "its sizes or scales are %zu, expected %zu", list->count, n);
    for (size_t i = 0; i < n; i++) {
        double axis = n_axes ? axes[i] : (double)i;
        axis += axis < 0 ? 4 : 0;
        if (!(axis >= 0 && axis < 4))
            return fail(err, "axis %g is outside its input of 4 dimensions", axis);
        all[(int)axis] = numbers[i];
    }
    return true;
}

static bool by_scales(struct resizing *resizing, const struct onnx_value *images,
    const double all[4], struct error *err)
{
    if (all[0] != 1 || all[1] != 1)
        return fail(err, "it resizes the batch or the channels, which is not supported");
    for (int i = 0; i < 2; i++) {
        resizing->scale[i] = all[2 + i];
        /* in single precision, as exporters count on */
        resizing->out[i] = (double)floorf((float)images->dims[2 + i] * (float)all[2 + i]);
        if (!(all[2 + i] > 0 && resizing->out[i] >= 1 && resizing->out[i] < 1e6))
            return fail(err, "its scale %g makes %g rows or columns of %g", all[2 + i],
                resizing->out[i], images->dims[2 + i]);
    }
    return true;
}

static bool by_sizes(struct resizing *resizing, const struct onnx_value *images,
    const double all[4], struct error *err)
{
    bool batch = all[0] == ONNX_BATCH || all[0] == 1;
    if (!batch || all[1] != images->dims[1])
        return fail(err, "it resizes the batch or the channels, which is not supported");
    for (int i = 0; i < 2; i++) {
        resizing->out[i] = all[2 + i];
        resizing->scale[i] = all[2 + i] / images->dims[2 + i];
        if (!(all[2 + i] >= 1 && all[2 + i] < 1e6))
            return fail(err, "it makes %g rows or columns", all[2 + i]);
    }
    return true;
}

static bool give_resize(struct onnx_graph *graph, struct onnx_node *node,
    const struct resizing *resizing, struct error *err)
{
    const char *mode = strcmp(resizing->mode, "bilinear") == 0 ? "linear" : resizing->mode;
    static const char *const known[] = {
        "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn"};
    bool good = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        good = good || strcmp(resizing->coordinates, known[i]) == 0;
    if (!good)
        return fail(err, "coordinate_transformation_mode is %s, which is not supported",
            resizing->coordinates);
    int layer = onnx_add(graph, node, "Resize", NULL, node->inputs, 1);
    onnx_set_text(graph, layer, "mode", mode);
    onnx_set_text(graph, layer, "coordinates", resizing->coordinates);
    onnx_set_text(graph, layer, "rounding", resizing->rounding);
    onnx_set_number(graph, layer, "cubic", resizing->cubic);
    onnx_set_numbers(graph, layer, "sizes", resizing->out, 2);
    onnx_set_numbers(graph, layer, "scales", resizing->scale, 2);
    const double dims[] = {
        ONNX_BATCH, node->inputs[0]->dims[1], resizing->out[0], resizing->out[1]};
    onnx_give(graph, node, layer, 4, dims);
    return true;
}

static bool read_words(
    struct resizing *resizing, struct onnx_node *node, bool old, struct error *err)
{
    char policy[16];
    long long antialias, outside;
    double fill;
    if (!onnx_attribute_text(node, "mode", "nearest", resizing->mode, sizeof resizing->mode, err) ||
        !onnx_attribute_text(node, "coordinate_transformation_mode",
            old ? "asymmetric" : "half_pixel", resizing->coordinates, sizeof resizing->coordinates,
            err) ||
        !onnx_attribute_text(node, "nearest_mode", old ? "floor" : "round_prefer_floor",
            resizing->rounding, sizeof resizing->rounding, err) ||
        !onnx_attribute_text(
            node, "keep_aspect_ratio_policy", "stretch", policy, sizeof policy, err) ||
        !onnx_attribute_float(node, "cubic_coeff_a", -0.75, &resizing->cubic, err) ||
        !onnx_attribute_float(node, "extrapolation_value", 0, &fill, err) ||
        !onnx_attribute_int(node, "antialias", 0, &antialias, err) ||
        !onnx_attribute_int(node, "exclude_outside", 0, &outside, err))
        return false;
    if (antialias || outside || strcmp(policy, "stretch") != 0)
        return fail(err,
            "antialias, exclude_outside or a keep_aspect_ratio_policy is set, which is "
            "not supported");
    return true;
}

/* Inputs: images, (from opset 11) a region, scales, (from opset 11) sizes. */
static bool lower_resize(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    bool old = graph->file->opset < 11;
    struct resizing resizing;
    double axes[4], all[4] = {ONNX_BATCH, images->dims[1], 1, 1};
    int n_axes;
    if (!onnx_check_images(images, err) || !read_words(&resizing, node, old, err) ||
        !onnx_attribute_list(node, "axes", 4, axes, &n_axes, err))
        return false;
    int at = old ? 1 : 2;
    struct onnx_value *scales = node->n_inputs > at ? node->inputs[at] : NULL;
    struct onnx_value *sizes = node->n_inputs > 3 ? node->inputs[3] : NULL;
    bool scaled = scales && scales->constant && scales->count > 0;
    struct onnx_value *given = scaled ? scales : sizes;
    if (!given || !given->constant || given->count > 4)
        return fail(err, "its size is not known before it runs");
    if (scaled)
        all[0] = all[1] = 1;
    return spread(given, onnx_numbers(given), axes, n_axes, all, err) &&
           (scaled ? by_scales : by_sizes)(&resizing, images, all, err) &&
           give_resize(graph, node, &resizing, err);
}

/* The forerunner of Resize; before opset 9 its scales are an attribute. */
static bool lower_upsample(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct resizing resizing = {.coordinates = "asymmetric", .rounding = "floor"};
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    double all[4];
    int n = 0;
    if (!onnx_check_images(node->inputs[0], err) ||
        !onnx_attribute_text(node, "mode", "nearest", resizing.mode, sizeof resizing.mode, err) ||
        (!given && !onnx_attribute_floats(node, "scales", 4, all, &n, err)))
        return false;
    if (given && given->constant && given->count == 4)
        memcpy(all, onnx_numbers(given), sizeof all);
    else if (given || n != 4)
        return fail(err, "its scales are not known before it runs");
    return by_scales(&resizing, node->inputs[0], all, err) &&
           give_resize(graph, node, &resizing, err);
}

static const struct onnx_operator list[] = {
    {"Resize", 1, 4, false, lower_resize, false},
    {"Upsample", 1, 2, false, lower_upsample, false},
};

const struct onnx_operators onnx_operators_resize = {sizeof list / sizeof *list, list};
