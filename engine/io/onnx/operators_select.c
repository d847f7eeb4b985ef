/* Parts of images, and images that grow: Split, Expand, Pad; Slice and Gather of images. */
#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_fold.h"
#include "engine/io/onnx/onnx_select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is taken along one axis: `count` places from `first` on. */
struct cut {
    double first, count, step;
};

static struct onnx_value with_layer(const struct onnx_value *images, int layer)
{
    struct onnx_value value = *images;
    value.node = layer;
    return value;
}

/* Channels of images by their numbers, -1: zeros. */
static int add_select(struct onnx_graph *graph, const struct onnx_node *node,
    struct onnx_value *images, const double *list, int n)
{
    int layer = onnx_add(graph, node, "SelectChannels", NULL, &images, 1);
    onnx_set_numbers(graph, layer, "channels", list, n);
    return layer;
}

static int cut_channels(struct onnx_graph *graph, const struct onnx_node *node,
    struct onnx_value *images, const struct cut *cut)
{
    double *list = memory_array((size_t)cut->count, sizeof *list);
    for (size_t i = 0; i < (size_t)cut->count; i++)
        list[i] = cut->first + (double)i * cut->step;
    int layer = add_select(graph, node, images, list, (int)cut->count);
    free(list);
    return layer;
}

/* A border that is cut off, then every step-th row and column. */
static int cut_sides(struct onnx_graph *graph, const struct onnx_node *node,
    struct onnx_value *images, const struct cut sides[2])
{
    int axis = images->channels_last ? 1 : 2, layer = images->node;
    double border[4], steps[2];
    bool crops = false, jumps = false;
    for (int i = 0; i < 2; i++) {
        double reach = (sides[i].count - 1) * sides[i].step + 1;
        border[2 * i] = sides[i].first;
        border[2 * i + 1] = images->dims[axis + i] - sides[i].first - reach;
        crops = crops || border[2 * i] > 0 || border[2 * i + 1] > 0;
        steps[i] = sides[i].step;
        jumps = jumps || steps[i] > 1;
    }
    if (crops) {
        layer = onnx_add(graph, node, "Cropping2D", NULL, &images, 1);
        onnx_set_numbers(graph, layer, "cropping", border, 4);
    }
    if (jumps) {
        struct onnx_value cropped = with_layer(images, layer), *input = &cropped;
        layer = onnx_add(graph, node, "MaxPooling2D", NULL, &input, 1);
        onnx_set_numbers(graph, layer, "pool_size", (const double[]){1, 1}, 2);
        onnx_set_numbers(graph, layer, "strides", steps, 2);
    }
    return layer;
}

/* Output `output` of the node: what is cut along each axis. */
static bool give_cut(struct onnx_graph *graph, struct onnx_node *node, int output,
    const struct cut *cuts, struct error *err)
{
    struct onnx_value *images = node->inputs[0], part = *images;
    int channels = onnx_channel_axis(images), side = images->channels_last ? 1 : 2;
    double dims[ONNX_RANK_MAX];
    for (int i = 0; i < images->rank; i++) {
        if (i > 0 && (cuts[i].count < 1 || (cuts[i].step < 1 && i != channels)))
            return fail(err, "it takes %s along axis %d, which is not supported",
                cuts[i].count < 1 ? "nothing" : "places backwards", i);
        dims[i] = cuts[i].count;
    }
    if (cuts[channels].count != images->dims[channels] || cuts[channels].step != 1)
        part.node = cut_channels(graph, node, &part, &cuts[channels]);
    if (images->rank == 4)
        part.node = cut_sides(graph, node, &part, &cuts[side]);
    struct onnx_value *given = onnx_give_nth(graph, node, output, part.node, images->rank, dims);
    given->channels_last = images->channels_last;
    return true;
}

static bool check_value(const struct onnx_value *images, struct error *err)
{
    return images->rank == 2 || images->rank == 4 ||
           fail(err, "its input has %d dimensions, expected images or rows", images->rank);
}

static void whole_cuts(const struct onnx_value *images, struct cut *cuts)
{
    for (int i = 0; i < images->rank; i++)
        cuts[i] = (struct cut){0, images->dims[i], 1};
}

/* Slice ----------------------------------------------------------------------------------- */

/* The numbers are attributes before opset 10, then inputs. n: -1 where it is left out. */
static bool read_list(
    struct onnx_node *node, int input, const char *name, double *list, int *n, struct error *err)
{
    struct onnx_value *given = node->n_inputs > input ? node->inputs[input] : NULL;
    if (node->n_inputs < 2 && *name)
        return onnx_attribute_list(node, name, ONNX_RANK_MAX, list, n, err);
    *n = 0;
    if (given && (!given->constant || given->count > ONNX_RANK_MAX))
        return fail(err, "where it cuts is not known before it runs");
    for (; given && *n < (int)given->count; ++*n)
        list[*n] = onnx_numbers(given)[*n];
    return true;
}

static double within(double at, double low, double high)
{
    return fmin(fmax(at, low), high);
}

static struct cut cut_of(double size, double start, double end, double step)
{
    start += start < 0 ? size : 0;
    end += end < 0 ? size : 0;
    start = step > 0 ? within(start, 0, size) : within(start, -1, size - 1);
    end = step > 0 ? within(end, 0, size) : within(end, -1, size - 1);
    return (struct cut){start, fmax(0, ceil((end - start) / step)), step};
}

bool onnx_slice_images(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    double starts[ONNX_RANK_MAX], ends[ONNX_RANK_MAX], axes[ONNX_RANK_MAX], moves[ONNX_RANK_MAX];
    struct cut cuts[ONNX_RANK_MAX];
    int n, n_ends, n_axes, n_steps;
    if (!check_value(images, err) || !read_list(node, 1, "starts", starts, &n, err) ||
        !read_list(node, 2, "ends", ends, &n_ends, err) ||
        !read_list(node, 3, "axes", axes, &n_axes, err) ||
        !read_list(node, 4, "", moves, &n_steps, err))
        return false;
    if (n < 1 || n_ends != n || (n_axes && n_axes != n) || (n_steps && n_steps != n))
        return fail(err, "starts, ends, axes and steps are not equally many");
    whole_cuts(images, cuts);
    for (int i = 0; i < n; i++) {
        double axis = n_axes ? axes[i] : i, step = n_steps ? moves[i] : 1;
        axis += axis < 0 ? images->rank : 0;
        if (!(axis >= 0 && axis < images->rank) || step == 0)
            return fail(err, "axis %g or step %g is none of its input's", axis, step);
        bool batch = axis == 0 && starts[i] == 0 && ends[i] > 1 << 20 && step == 1;
        if (!batch && axis == 0)
            return fail(err, "it takes some of the images, which is not supported");
        if (!batch)
            cuts[(int)axis] = cut_of(images->dims[(int)axis], starts[i], ends[i], step);
    }
    return give_cut(graph, node, 0, cuts, err);
}

/* Split and Gather ------------------------------------------------------------------------ */

/* How large each output is; n: how many there are. */
static bool read_sizes(struct onnx_node *node, double size, double *sizes, int n, struct error *err)
{
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    double total = 0;
    int listed = 0;
    long long parts;
    if (!onnx_attribute_list(node, "split", n, sizes, &listed, err) ||
        !onnx_attribute_int(node, "num_outputs", n, &parts, err))
        return false;
    if (given && (!given->constant || given->count != (size_t)n))
        return fail(err, "its sizes are not known before it runs, or not one for each output");
    for (int i = 0; given && i < n; i++, listed = n)
        sizes[i] = onnx_numbers(given)[i];
    double each = ceil(size / n);
    for (int i = 0; listed == 0 && i < n; i++)
        sizes[i] = fmin(each, size - each * i);
    for (int i = 0; i < n; i++) {
        if (!(sizes[i] >= 1 && sizes[i] <= size))
            return fail(err, "one of its outputs has %g places, expected 1 to %g", sizes[i], size);
        total += sizes[i];
    }
    return total == size || fail(err, "its outputs have %g of %g places", total, size);
}

static bool lower_split(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    int n = (int)node->proto->n_output;
    struct cut cuts[ONNX_RANK_MAX];
    long long axis;
    if (!check_value(images, err) || !onnx_attribute_int(node, "axis", 0, &axis, err))
        return false;
    axis += axis < 0 ? images->rank : 0;
    if (axis < 1 || axis >= images->rank)
        return fail(err, "axis is %lld, expected that of channels, rows or columns", axis);
    if (n < 1 || (double)n > images->dims[axis])
        return fail(err, "it has %d outputs of %g places", n, images->dims[axis]);
    double *sizes = memory_array((size_t)n, sizeof *sizes), at = 0;
    bool good = read_sizes(node, images->dims[axis], sizes, n, err);
    whole_cuts(images, cuts);
    for (int i = 0; good && i < n; at += sizes[i++]) {
        cuts[axis] = (struct cut){at, sizes[i], 1};
        good = !*node->proto->output[i] || give_cut(graph, node, i, cuts, err);
    }
    free(sizes);
    node->n_given = n;
    return good;
}

bool onnx_gather_channels(
    struct onnx_graph *graph, struct onnx_node *node, long long axis, struct error *err)
{
    struct onnx_value *images = node->inputs[0], *places = node->inputs[1];
    axis += axis < 0 ? images->rank : 0;
    if (!check_value(images, err))
        return false;
    if (axis != onnx_channel_axis(images) || !places || !places->constant || places->rank != 1 ||
        places->count < 1 || places->count > ONNX_FOLD_MAX)
        return fail(err, "it takes other things than a list of channels");
    double channels = images->dims[axis], dims[ONNX_RANK_MAX];
    double *list = memory_array(places->count, sizeof *list);
    bool good = true;
    for (size_t i = 0; good && i < places->count; i++) {
        double at = onnx_numbers(places)[i];
        list[i] = at < 0 ? at + channels : at;
        good = list[i] >= 0 && list[i] < channels;
        if (!good)
            fail(err, "it takes channel %g of %g", at, channels);
    }
    if (good) {
        memcpy(dims, images->dims, sizeof dims);
        dims[axis] = (double)places->count;
        int layer = add_select(graph, node, images, list, (int)places->count);
        onnx_give(graph, node, layer, images->rank, dims)->channels_last = images->channels_last;
    }
    free(list);
    return good;
}

/* Expand and Pad -------------------------------------------------------------------------- */

/* n channels, of which `before` are zeros, then those of the images (all the one, where wide). */
static int grow_channels(struct onnx_graph *graph, const struct onnx_node *node,
    struct onnx_value *images, double before, double n)
{
    double channels = images->dims[onnx_channel_axis(images)];
    double *list = memory_array((size_t)n, sizeof *list);
    for (size_t i = 0; i < (size_t)n; i++) {
        double at = (double)i - before;
        list[i] = before < 0 ? 0 : at >= 0 && at < channels ? at : -1;
    }
    int layer = add_select(graph, node, images, list, (int)n);
    free(list);
    return layer;
}

/* One row, column or channel stands for all. */
static bool lower_expand(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0], *target = node->inputs[1], part = *images;
    struct onnx_value *input = &part;
    double dims[ONNX_RANK_MAX], size[2] = {1, 1};
    int side = images->channels_last ? 1 : 2, channels = onnx_channel_axis(images);
    if (!check_value(images, err))
        return false;
    if (!target || !target->constant || target->count != (size_t)images->rank)
        return fail(err, "its shape is not known before it runs, or has more dimensions");
    memcpy(dims, images->dims, sizeof dims);
    for (int i = 1; i < images->rank; i++) {
        double wanted = onnx_numbers(target)[i];
        bool same = wanted == 1 || wanted == -1 || wanted == dims[i];
        if (!same && (dims[i] != 1 || !(wanted >= 1 && wanted <= ONNX_FOLD_MAX)))
            return fail(err, "it makes %g of %g along axis %d", wanted, dims[i], i);
        if (!same && i != channels)
            size[i - side] = wanted;
        dims[i] = same ? dims[i] : wanted;
    }
    double batch = onnx_numbers(target)[0];
    if (batch != ONNX_BATCH && batch != 1 && batch != -1)
        return fail(err, "it makes several images of one");
    if (dims[channels] != images->dims[channels])
        part.node = grow_channels(graph, node, input, -1, dims[channels]);
    if (size[0] != 1 || size[1] != 1) {
        part.node = onnx_add(graph, node, "UpSampling2D", NULL, &input, 1);
        onnx_set_numbers(graph, part.node, "size", size, 2);
    }
    onnx_give(graph, node, part.node, images->rank, dims)->channels_last = images->channels_last;
    return true;
}

/* A border of zeros; the numbers are an attribute before opset 11. */
static bool read_pads(struct onnx_node *node, double pads[8], struct error *err)
{
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    char mode[16];
    double fill = 0;
    int n = 0;
    if (!onnx_attribute_text(node, "mode", "constant", mode, sizeof mode, err) ||
        (!given && (!onnx_attribute_list(node, "pads", 8, pads, &n, err) ||
                       !onnx_attribute_float(node, "value", 0, &fill, err))))
        return false;
    for (; given && given->constant && given->count == 8 && n < 8; n++)
        pads[n] = onnx_numbers(given)[n];
    if (node->n_inputs > 2 && node->inputs[2] && !onnx_single(node->inputs[2], &fill))
        return fail(err, "its value is not one number");
    if (n != 8 || fill != 0 || strcmp(mode, "constant") != 0 || pads[0] != 0 || pads[4] != 0 ||
        (node->n_inputs > 3 && node->inputs[3]))
        return fail(err, "only a border of zeros around images is supported");
    for (int i = 0; i < 8; i++)
        if (!(pads[i] >= 0 && pads[i] <= ONNX_FOLD_MAX))
            return fail(err, "pads holds %g, expected 0 to %d", pads[i], ONNX_FOLD_MAX);
    return true;
}

static bool lower_pad(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0], part = *images, *input = &part;
    double pads[8], dims[4] = {ONNX_BATCH};
    if (!onnx_check_images(images, err) || !read_pads(node, pads, err))
        return false;
    const double border[] = {pads[2], pads[6], pads[3], pads[7]};
    for (int i = 1; i < 4; i++)
        dims[i] = images->dims[i] + pads[i] + pads[4 + i];
    if (pads[1] > 0 || pads[5] > 0)
        part.node = grow_channels(graph, node, input, pads[1], dims[1]);
    if (border[0] > 0 || border[1] > 0 || border[2] > 0 || border[3] > 0) {
        part.node = onnx_add(graph, node, "ZeroPadding2D", NULL, &input, 1);
        onnx_set_numbers(graph, part.node, "padding", border, 4);
    }
    onnx_give(graph, node, part.node, 4, dims);
    return true;
}

static const struct onnx_operator list[] = {
    {"Split", 1, 2, false, lower_split, false},
    {"Expand", 2, 2, false, lower_expand, false},
    {"Pad", 1, 4, false, lower_pad, false},
};

const struct onnx_operators onnx_operators_select = {sizeof list / sizeof *list, list};
