/* Normalization (a preprocessing layer): (input - mean) / max(sqrt(variance), 1e-7), the numbers
 * given or learned from the training images; one pair for all channels or one for each. */
#include "engine/base/refcount.h"
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <math.h>

struct params {
    int n; /* pairs of numbers: 1 or the channels */
    bool invert;
    float *row; /* given mean[n], variance[n]; counted. NULL: they are weights */
};

static const double smallest_deviation = 1e-7; /* Keras' epsilon */

/* Axis: null (all alike), or that of the channels. */
static bool read_axis(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct setting *axis = layer_config_find(settings, "axis");
    bool all = axis && (axis->kind == SETTING_NULL || (axis->list && axis->n == 0));
    params->n = all ? 1 : shape_channels(&layer->input_shapes[0]);
    return all || layers_check_axis(layer, settings, err);
}

static bool read_given(const struct layer *layer, const struct setting *given, const char *key,
    float *row, struct error *err)
{
    const struct params *params = layer->params;
    if (given->kind != SETTING_NUMBERS || (given->n != 1 && given->n != params->n))
        return fail(err, "%s is neither a number nor one for each of %d channels", key, params->n);
    for (int i = 0; i < params->n; i++) {
        row[i] = (float)given->number[given->n == 1 ? 0 : i];
        if (!isfinite(row[i]))
            return fail(err, "%s is not a number", key);
    }
    return true;
}

static bool add_learned(struct layer *layer, struct error *err)
{
    const struct params *params = layer->params;
    struct shape numbers = shape_units(params->n), single = {.rank = 0};
    const struct shape *shape =
        params->n == 1 && shape_channels(&layer->shape) > 1 ? &single : &numbers;
    bool good = layers_add_weight(layer, "mean", shape, -1, err) &&
                layers_add_weight(layer, "variance", shape, -1, err) &&
                layers_add_weight(layer, "count", &single, -1, err);
    for (int w = 0; w < layer->n_weights; w++)
        layer->weights[w].trainable = false;
    return good;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct setting *mean = layer_config_find(settings, "mean");
    const struct setting *variance = layer_config_find(settings, "variance");
    bool has_mean = mean && mean->kind != SETTING_NULL;
    bool has_variance = variance && variance->kind != SETTING_NULL;
    layers_same_shape(layer, settings, err);
    if (!read_axis(layer, settings, err) ||
        !layer_config_bool(settings, "invert", false, &params->invert, err))
        return false;
    if (has_mean != has_variance)
        return fail(err, "it has only one of mean and variance");
    if (!has_mean)
        return add_learned(layer, err);
    params->row = refcount_create(2 * (size_t)params->n * sizeof *params->row, NULL);
    return read_given(layer, mean, "mean", params->row, err) &&
           read_given(layer, variance, "variance", params->row + params->n, err);
}

static void share(struct layer *layer)
{
    struct params *params = layer->params;
    params->row = refcount_ref(params->row);
}

static void finish(struct layer *layer)
{
    struct params *params = layer->params;
    refcount_unref(params->row);
}

static size_t scratch_size(const struct layer *layer, int n)
{
    (void)n;
    return 2 * (size_t)shape_channels(&layer->shape);
}

static void fold(const struct layer *layer, float *scales, float *shifts)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    const float *mean = params->row ? params->row : layer->weights[0].data;
    const float *variance = params->row ? params->row + params->n : layer->weights[1].data;
    for (size_t c = 0; c < channels; c++) {
        size_t at = params->n == 1 ? 0 : c;
        double deviation = fmax(sqrt((double)variance[at]), smallest_deviation);
        double scale = params->invert ? deviation : 1 / deviation;
        scales[c] = (float)scale;
        shifts[c] = (float)(params->invert ? (double)mean[at] : -(double)mean[at] * scale);
    }
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    size_t channels = (size_t)shape_channels(&layer->shape);
    fold(layer, scratch, scratch + channels);
    kernels_affine(output, inputs[0], scratch, scratch + channels,
        (size_t)n * shape_count(&layer->shape) / channels, channels);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights;
    size_t channels = (size_t)shape_channels(&layer->shape);
    fold(layer, scratch, scratch + channels);
    if (grad_inputs[0])
        kernels_add_scaled_rows(grad_inputs[0], grad_output, scratch,
            (size_t)n * shape_count(&layer->shape) / channels, channels);
}

const struct layer_class layer_class_normalization = {
    .name = "Normalization",
    .help = "mean 0 and deviation 1",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .share = share,
    .finish = finish,
    .configure = configure,
    .scratch = scratch_size,
    .forward = forward,
    .backward = backward,
    .affine = fold,
};
