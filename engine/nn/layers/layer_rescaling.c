/* Rescaling: output = input * scale + offset, one number for all or one for each channel. */
#include "engine/base/refcount.h"
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <math.h>
#include <string.h>

struct params {
    float *row; /* scale[channels], shift[channels]; counted, as copies of the layer share it */
};

static bool read_numbers(const struct layer *layer, const struct layer_config *settings,
    const char *key, double fallback, float *row, struct error *err)
{
    const struct setting *setting = layer_config_find(settings, key);
    int channels = shape_channels(&layer->input_shapes[0]), n = 1;
    const double *numbers = &fallback;
    if (setting && setting->kind != SETTING_NULL) {
        if (setting->kind != SETTING_NUMBERS || (setting->n != 1 && setting->n != channels))
            return fail(
                err, "%s is neither a number nor one for each of %d channels", key, channels);
        n = setting->n;
        numbers = setting->number;
    }
    if (n > 1 && layer->planes)
        return fail(err, "%s has several numbers, but its input has the channels first", key);
    for (int c = 0; c < channels; c++) {
        row[c] = (float)numbers[n == 1 ? 0 : c];
        if (!isfinite(row[c]))
            return fail(err, "%s is not a number", key);
    }
    return true;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->input_shapes[0]);
    params->row = refcount_create(2 * channels * sizeof *params->row, NULL);
    return read_numbers(layer, settings, "scale", 1, params->row, err) &&
           read_numbers(layer, settings, "offset", 0, params->row + channels, err) &&
           layers_same_shape(layer, settings, err);
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

static void affine(const struct layer *layer, float *scale, float *shift)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    memcpy(scale, params->row, channels * sizeof *scale);
    memcpy(shift, params->row + channels, channels * sizeof *shift);
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    (void)scratch;
    kernels_affine(output, inputs[0], params->row, params->row + channels,
        (size_t)n * shape_count(&layer->shape) / channels, channels);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    if (grad_inputs[0])
        kernels_add_scaled_rows(grad_inputs[0], grad_output, params->row,
            (size_t)n * shape_count(&layer->shape) / channels, channels);
}

const struct layer_class layer_class_rescaling = {
    .name = "Rescaling",
    .help = "scale and offset of the values",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure,
    .share = share,
    .finish = finish,
    .forward = forward,
    .backward = backward,
    .affine = affine,
};
