/* Resizing, CenterCrop and, as a prediction has it, RandomCrop: images of another size. Rows first,
 * then columns, by the weights of resample.h; a crop is a part of the image, a border is filled. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"
#include "engine/nn/tensor/resample.h"

#include <string.h>

extern const struct layer_class layer_class_resizing_none; /* below */

enum { SIDE_MAX = 1 << 16 };

struct params {
    struct resample *axis[2]; /* vertical, horizontal; counted, as copies of the layer share them */
    int part[2];              /* the part of the image that is read begins here … */
    int size[2];              /* … and is so large */
    size_t channels;
    float fill;
};

/* How a size becomes another: Keras cuts or pads for the ratio of the sides first. */
struct fitting {
    int in[2], out[2];
    bool crop, pad;
    const char *interpolation;
    bool antialias;
};

static int between(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* The side along one axis for which both sides have the ratio of the output. */
static int fitting_side(const struct fitting *fitting, int axis)
{
    const int *in = fitting->in, *out = fitting->out;
    double side = (double)in[1 - axis] * out[axis] / out[1 - axis];
    return side < SIDE_MAX ? (int)side : SIDE_MAX;
}

static void fit(struct params *params, const struct fitting *fitting)
{
    for (int a = 0; a < 2; a++) {
        int in = fitting->in[a], side = fitting_side(fitting, a);
        struct resample_line line = {in, 0};
        params->size[a] = in;
        if (fitting->crop) {
            params->size[a] = between(side, 1, in);
            params->part[a] = (in - params->size[a]) / 2;
            line.whole = params->size[a];
        } else if (fitting->pad && side > in) {
            line.before = (side - in) / 2;
            line.whole = in + 2 * line.before;
        }
        params->axis[a] = resample_create(
            params->size[a], fitting->out[a], &line, fitting->interpolation, fitting->antialias);
    }
}

static bool read_size(
    const struct layer *layer, const struct layer_config *settings, int size[2], struct error *err)
{
    if (!window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) ||
        !layer_config_int(settings, "height", 0, &size[0], err) ||
        !layer_config_int(settings, "width", 0, &size[1], err))
        return false;
    return (size[0] >= 1 && size[1] >= 1 && size[0] <= SIDE_MAX && size[1] <= SIDE_MAX) ||
           fail(err, "it makes images of %dx%d, expected 1 to %d each", size[0], size[1], SIDE_MAX);
}

static bool is_same(const struct fitting *fitting)
{
    return fitting->in[0] == fitting->out[0] && fitting->in[1] == fitting->out[1];
}

/* Another size of the input; where it is the same the layer only hands its input on. */
static void make(struct layer *layer, const struct fitting *fitting)
{
    struct params *params = layer->params;
    layer->shape =
        shape_image(fitting->out[0], fitting->out[1], shape_channels(&layer->input_shapes[0]));
    params->channels = (size_t)shape_channels(&layer->shape);
    if (is_same(fitting))
        layer->class = &layer_class_resizing_none;
    else
        fit(params, fitting);
}

static bool configure_resizing(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct fitting fitting = {.in = {layer->input_shapes[0].dim[0], layer->input_shapes[0].dim[1]}};
    const char *mode;
    double fill;
    if (!read_size(layer, settings, fitting.out, err) ||
        !layer_config_string(settings, "interpolation", "bilinear", &fitting.interpolation, err) ||
        !layer_config_string(settings, "fill_mode", "constant", &mode, err) ||
        !layer_config_float(settings, "fill_value", 0, &fill, err) ||
        !layer_config_bool(settings, "antialias", false, &fitting.antialias, err) ||
        !layer_config_bool(settings, "crop_to_aspect_ratio", false, &fitting.crop, err) ||
        !layer_config_bool(settings, "pad_to_aspect_ratio", false, &fitting.pad, err))
        return false;
    if (!resample_known(fitting.interpolation))
        return fail(err, "its interpolation %s is not supported", fitting.interpolation);
    if (strcmp(mode, "constant") != 0)
        return fail(err, "its fill_mode %s is not supported", mode);
    params->fill = (float)fill;
    make(layer, &fitting);
    return true;
}

/* The middle; of a smaller image what has the ratio of the sides, resized. */
static bool configure_crop(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct fitting fitting = {.in = {layer->input_shapes[0].dim[0], layer->input_shapes[0].dim[1]},
        .crop = true,
        .interpolation = "bilinear"};
    settings_ignore(settings);
    if (!read_size(layer, settings, fitting.out, err))
        return false;
    bool inside = fitting.in[0] >= fitting.out[0] && fitting.in[1] >= fitting.out[1];
    bool random = strcmp(layer->class->name, "RandomCrop") == 0;
    make(layer, &fitting);
    if (!inside || random || is_same(&fitting))
        return true;
    for (int a = 0; a < 2; a++) {
        const struct resample_line line = {fitting.out[a], 0};
        resample_unref(params->axis[a]);
        params->size[a] = fitting.out[a];
        params->part[a] = (fitting.in[a] - fitting.out[a]) / 2;
        params->axis[a] = resample_create(fitting.out[a], fitting.out[a], &line, "nearest", false);
    }
    return true;
}

static void share(struct layer *layer)
{
    struct params *params = layer->params;
    for (int a = 0; a < 2; a++)
        params->axis[a] = resample_ref(params->axis[a]);
}

static void finish(struct layer *layer)
{
    struct params *params = layer->params;
    for (int a = 0; a < 2; a++)
        resample_unref(params->axis[a]);
}

/* [out rows, columns that are read, channels] */
static size_t scratch_size(const struct layer *layer, int n)
{
    const struct params *params = layer->params;
    (void)n;
    return (size_t)params->axis[0]->out * (size_t)params->size[1] * params->channels;
}

/* Where the part of row y that is read begins. */
static size_t line_of(const struct layer *layer, int y)
{
    const struct params *params = layer->params;
    size_t width = (size_t)layer->input_shapes[0].dim[1];
    return ((size_t)(params->part[0] + y) * width + (size_t)params->part[1]) * params->channels;
}

static void add(float *to, const float *from, float times, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += times * from[i];
}

static void forward_image(const struct layer *layer, const float *image, float *output, float *rows)
{
    const struct params *params = layer->params;
    const struct resample *down = params->axis[0], *across = params->axis[1];
    size_t channels = params->channels, line = (size_t)params->size[1] * channels;
    memset(rows, 0, (size_t)down->out * line * sizeof *rows);
    for (int y = 0; y < down->out; y++)
        for (int k = 0; k < down->n[y]; k++)
            add(rows + (size_t)y * line, image + line_of(layer, down->at[y] + k),
                down->weight[down->first[y] + k], line);
    for (int y = 0; y < down->out; y++)
        for (int x = 0; x < across->out; x++) {
            float *pixel = output + ((size_t)y * (size_t)across->out + (size_t)x) * channels;
            float outside = params->fill * (1 - down->sum[y] * across->sum[x]);
            for (size_t c = 0; c < channels; c++)
                pixel[c] = outside;
            for (int k = 0; k < across->n[x]; k++)
                add(pixel, rows + (size_t)y * line + (size_t)(across->at[x] + k) * channels,
                    across->weight[across->first[x] + k], channels);
        }
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    for (int i = 0; i < n; i++)
        forward_image(layer, inputs[0] + (size_t)i * shape_count(&layer->input_shapes[0]),
            output + (size_t)i * shape_count(&layer->shape), scratch);
}

static void backward_image(
    const struct layer *layer, float *grad_image, const float *grad_output, float *rows)
{
    const struct params *params = layer->params;
    const struct resample *down = params->axis[0], *across = params->axis[1];
    size_t channels = params->channels, line = (size_t)params->size[1] * channels;
    memset(rows, 0, (size_t)down->out * line * sizeof *rows);
    for (int y = 0; y < down->out; y++)
        for (int x = 0; x < across->out; x++)
            for (int k = 0; k < across->n[x]; k++)
                add(rows + (size_t)y * line + (size_t)(across->at[x] + k) * channels,
                    grad_output + ((size_t)y * (size_t)across->out + (size_t)x) * channels,
                    across->weight[across->first[x] + k], channels);
    for (int y = 0; y < down->out; y++)
        for (int k = 0; k < down->n[y]; k++)
            add(grad_image + line_of(layer, down->at[y] + k), rows + (size_t)y * line,
                down->weight[down->first[y] + k], line);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights;
    for (int i = 0; i < n && grad_inputs[0]; i++)
        backward_image(layer, grad_inputs[0] + (size_t)i * shape_count(&layer->input_shapes[0]),
            grad_output + (size_t)i * shape_count(&layer->shape), scratch);
}

#define SIZE_CLASS(id, keras, function)           \
    const struct layer_class layer_class_##id = { \
        .name = keras,                            \
        .help = "images of another size",         \
        .channels = CHANNELS_PASS,                \
        .min_inputs = 1,                          \
        .max_inputs = 1,                          \
        .takes_planes = true,                     \
        .params_size = sizeof(struct params),     \
        .share = share,                           \
        .finish = finish,                         \
        .configure = function,                    \
        .scratch = scratch_size,                  \
        .forward = forward,                       \
        .backward = backward,                     \
    }

SIZE_CLASS(resizing, "Resizing", configure_resizing);
SIZE_CLASS(center_crop, "CenterCrop", configure_crop);
SIZE_CLASS(random_crop, "RandomCrop", configure_crop);

/* Never found by name: of the size that the images have. */
const struct layer_class layer_class_resizing_none = {
    .name = "Resizing (none)",
    .help = "images of the size that they have",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = layers_same_shape,
    .forward = layers_copy,
    .backward = layers_copy_backward,
};
