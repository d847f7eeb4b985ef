/* UpSampling2D and UpSampling1D, of Keras, and Resize, of ONNX: each row and column of the output
 * is made of one, two or four of the input, weighted. */
#include "engine/base/refcount.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum { TAPS_MAX = 4, SIZE_MAX_OUT = 1 << 16 };

struct tap {
    int at;
    float weight;
};

struct params {
    int in[2], out[2], taps; /* taps: 1 nearest, 2 linear, 4 cubic */
    size_t channels;
    struct tap *tap[2]; /* [out, taps]; counted, as copies of the layer share them */
};

/* How a place of the output becomes one of the input. */
struct places {
    const char *coordinates, *rounding;
    double cubic; /* the coefficient a of cubic interpolation (Keys 1981) */
};

/* In single precision, as those do who made the files. */
static double source_of(const struct places *places, int at, int in, int out, float scale)
{
    const char *kind = places->coordinates;
    if (strcmp(kind, "align_corners") == 0)
        return out > 1 ? (double)((float)at * (float)(in - 1) / (float)(out - 1)) : 0;
    if (strcmp(kind, "asymmetric") == 0)
        return (double)((float)at / scale);
    if (strcmp(kind, "pytorch_half_pixel") == 0 && out == 1)
        return 0;
    if (strcmp(kind, "tf_half_pixel_for_nn") == 0)
        return (double)(((float)at + 0.5F) / scale);
    return (double)(((float)at + 0.5F) / scale - 0.5F);
}

static double rounded(const char *rounding, double x)
{
    if (strcmp(rounding, "floor") == 0)
        return floor(x);
    if (strcmp(rounding, "ceil") == 0)
        return ceil(x);
    return strcmp(rounding, "round_prefer_ceil") == 0 ? floor(x + 0.5) : ceil(x - 0.5);
}

static double cubic_weight(double a, double x)
{
    x = fabs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* Places outside the input are those at its border. */
static void fill_axis(struct params *params, int axis, const struct places *places, float scale)
{
    int in = params->in[axis], out = params->out[axis], taps = params->taps;
    params->tap[axis] = refcount_create((size_t)out * (size_t)taps * sizeof(struct tap), NULL);
    for (int at = 0; at < out; at++) {
        double x = source_of(places, at, in, out, scale);
        double first = taps == 1 ? rounded(places->rounding, x) : floor(x) - (taps == 4);
        for (int t = 0; t < taps; t++) {
            double apart = x - (first + t), place = fmin(fmax(first + t, 0), in - 1);
            struct tap *tap = &params->tap[axis][at * taps + t];
            tap->at = (int)place;
            tap->weight = taps == 1   ? 1
                          : taps == 2 ? (float)(1 - fabs(apart))
                                      : (float)cubic_weight(places->cubic, apart);
        }
    }
}

static bool set_up(struct layer *layer, const double out[2], const float scale[2],
    const struct places *places, struct error *err)
{
    struct params *params = layer->params;
    struct shape shape = layers_as_image(&layer->input_shapes[0]);
    for (int axis = 0; axis < 2; axis++) {
        if (!(out[axis] >= 1 && out[axis] <= SIZE_MAX_OUT))
            return fail(
                err, "it makes %.0f rows or columns, expected 1 to %d", out[axis], SIZE_MAX_OUT);
        params->in[axis] = shape.dim[axis];
        params->out[axis] = (int)out[axis];
    }
    params->channels = (size_t)shape.dim[2];
    layer->shape = layer->input_shapes[0];
    for (int axis = 0; axis < 2; axis++) {
        int at = axis - 3 + layer->shape.rank; /* a line has columns alone */
        fill_axis(params, axis, places, scale[axis]);
        if (at >= 0)
            layer->shape.dim[at] = params->out[axis];
    }
    return true;
}

static bool up_by(
    struct layer *layer, const int size[2], const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct shape shape = layers_as_image(&layer->input_shapes[0]);
    struct places places = {"asymmetric", "floor", 0};
    const char *kind;
    double out[2];
    const float scale[] = {(float)size[0], (float)size[1]};
    if (!layer_config_string(settings, "interpolation", "nearest", &kind, err))
        return false;
    bool linear = strcmp(kind, "bilinear") == 0;
    if (!linear && strcmp(kind, "nearest") != 0)
        return fail(err, "interpolation is %s, expected nearest or bilinear", kind);
    if (size[0] < 1 || size[1] < 1)
        return fail(err, "size is %dx%d, expected 1 or more", size[0], size[1]);
    params->taps = linear ? 2 : 1;
    if (linear)
        places.coordinates = "half_pixel";
    for (int axis = 0; axis < 2; axis++)
        out[axis] = (double)shape.dim[axis] * size[axis];
    return set_up(layer, out, scale, &places, err);
}

static bool configure_up(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    int size[2];
    return window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) &&
           layer_config_pair(settings, "size", 2, size, err) && up_by(layer, size, settings, err);
}

static bool configure_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    int size[2] = {1, 2};
    return window_check_line(&layer->input_shapes[0], settings, err) &&
           layer_config_int(settings, "size", 2, &size[1], err) &&
           up_by(layer, size, settings, err);
}

static bool read_pair(
    const struct layer_config *settings, const char *key, double pair[2], struct error *err)
{
    const struct setting *setting = layer_config_find(settings, key);
    if (!setting || setting->kind != SETTING_NUMBERS || setting->n != 2)
        return fail(err, "%s is not two numbers", key);
    memcpy(pair, setting->number, 2 * sizeof *pair);
    return true;
}

/* sizes: of the output; scales: how many times the input's (where sizes are given: their share). */
static bool configure_resize(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct places places;
    const char *mode;
    double out[2], scales[2];
    if (!window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) ||
        !layer_config_string(settings, "mode", "nearest", &mode, err) ||
        !layer_config_string(settings, "coordinates", "half_pixel", &places.coordinates, err) ||
        !layer_config_string(settings, "rounding", "round_prefer_floor", &places.rounding, err) ||
        !layer_config_float(settings, "cubic", -0.75, &places.cubic, err) ||
        !read_pair(settings, "sizes", out, err) || !read_pair(settings, "scales", scales, err))
        return false;
    if (!(scales[0] > 0 && scales[1] > 0))
        return fail(err, "scales hold %g and %g, expected more than 0", scales[0], scales[1]);
    params->taps = strcmp(mode, "nearest") == 0  ? 1
                   : strcmp(mode, "linear") == 0 ? 2
                   : strcmp(mode, "cubic") == 0  ? 4
                                                 : 0;
    if (params->taps == 0)
        return fail(err, "mode is %s, expected nearest, linear or cubic", mode);
    const float scale[] = {(float)scales[0], (float)scales[1]};
    return set_up(layer, out, scale, &places, err);
}

static void share(struct layer *layer)
{
    struct params *params = layer->params;
    for (int axis = 0; axis < 2; axis++)
        params->tap[axis] = refcount_ref(params->tap[axis]);
}

static void finish(struct layer *layer)
{
    struct params *params = layer->params;
    for (int axis = 0; axis < 2; axis++)
        refcount_unref(params->tap[axis]);
}

/* What the taps across and along make of one pixel: their place in the input and their weight. */
static int pixel_taps(const struct params *params, int y, int x, struct tap taps[])
{
    int n = 0;
    for (int a = 0; a < params->taps; a++)
        for (int b = 0; b < params->taps; b++) {
            const struct tap *down = &params->tap[0][y * params->taps + a];
            const struct tap *along = &params->tap[1][x * params->taps + b];
            taps[n++] =
                (struct tap){down->at * params->in[1] + along->at, down->weight * along->weight};
        }
    return n;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    struct tap taps[TAPS_MAX * TAPS_MAX];
    size_t channels = params->channels, image = shape_count(&layer->input_shapes[0]);
    (void)scratch;
    for (size_t i = 0; i < (size_t)n; i++)
        for (int y = 0; y < params->out[0]; y++)
            for (int x = 0; x < params->out[1]; x++, output += channels) {
                int count = pixel_taps(params, y, x, taps);
                const float *in = inputs[0] + i * image;
                for (size_t c = 0; c < channels; c++)
                    output[c] = in[(size_t)taps[0].at * channels + c] * taps[0].weight;
                for (int t = 1; t < count; t++)
                    for (size_t c = 0; c < channels; c++)
                        output[c] += in[(size_t)taps[t].at * channels + c] * taps[t].weight;
            }
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    const struct params *params = layer->params;
    struct tap taps[TAPS_MAX * TAPS_MAX];
    size_t channels = params->channels, image = shape_count(&layer->input_shapes[0]);
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    for (size_t i = 0; grad_inputs[0] && i < (size_t)n; i++)
        for (int y = 0; y < params->out[0]; y++)
            for (int x = 0; x < params->out[1]; x++, grad_output += channels) {
                int count = pixel_taps(params, y, x, taps);
                float *grad = grad_inputs[0] + i * image;
                for (int t = 0; t < count; t++)
                    for (size_t c = 0; c < channels; c++)
                        grad[(size_t)taps[t].at * channels + c] += grad_output[c] * taps[t].weight;
            }
}

#define RESIZE_CLASS(id, keras, text, with_planes, function) \
    const struct layer_class layer_class_##id = {            \
        .name = keras,                                       \
        .help = text,                                        \
        .channels = CHANNELS_PASS,                           \
        .min_inputs = 1,                                     \
        .max_inputs = 1,                                     \
        .takes_planes = with_planes,                         \
        .params_size = sizeof(struct params),                \
        .share = share,                                      \
        .finish = finish,                                    \
        .configure = function,                               \
        .forward = forward,                                  \
        .backward = backward,                                \
    }

RESIZE_CLASS(up_sampling, "UpSampling2D", "rows and columns are repeated", true, configure_up);
RESIZE_CLASS(up_sampling_line, "UpSampling1D", "steps are repeated", false, configure_line);
RESIZE_CLASS(resize, "Resize", "the image in another size", true, configure_resize);
