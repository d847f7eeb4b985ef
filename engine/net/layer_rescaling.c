/* Rescaling: output = input * scale + offset, one number for all or one for each channel. */
#include "engine/net/kernels.h"
#include "engine/net/layers.h"

#include <math.h>

struct numbers {
    int n; /* 1: the same for all channels */
    float value[SETTING_NUMBERS_MAX];
};

struct params {
    struct numbers scale, offset;
};

static bool read_numbers(const struct layer *layer, const struct settings *settings,
    const char *key, double fallback, struct numbers *numbers, struct error *err)
{
    const struct setting *setting = settings_find(settings, key);
    int channels = shape_channels(&layer->input_shapes[0]);
    *numbers = (struct numbers){1, {(float)fallback}};
    if (!setting || setting->kind == SETTING_NULL)
        return true;
    if (setting->kind != SETTING_NUMBERS || (setting->n != 1 && setting->n != channels))
        return fail(err, "%s is neither a number nor one for each of %d channels", key, channels);
    numbers->n = setting->n;
    for (int i = 0; i < setting->n; i++) {
        if (!isfinite(setting->number[i]))
            return fail(err, "%s is not a number", key);
        numbers->value[i] = (float)setting->number[i];
    }
    return true;
}

static bool configure(struct layer *layer, const struct settings *settings, struct error *err)
{
    struct params *params = layer->params;
    return read_numbers(layer, settings, "scale", 1, &params->scale, err) &&
           read_numbers(layer, settings, "offset", 0, &params->offset, err) &&
           layers_same_shape(layer, settings, err);
}

static size_t scratch_size(const struct layer *layer, int n)
{
    (void)n;
    return 2 * (size_t)shape_channels(&layer->shape);
}

static void spread(float *row, const struct numbers *numbers, size_t channels)
{
    for (size_t c = 0; c < channels; c++)
        row[c] = numbers->value[numbers->n == 1 ? 0 : c];
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    spread(scratch, &params->scale, channels);
    spread(scratch + channels, &params->offset, channels);
    kernels_affine(output, inputs[0], scratch, scratch + channels,
        (size_t)n * shape_count(&layer->shape) / channels, channels);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights;
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    spread(scratch, &params->scale, channels);
    if (grad_inputs[0])
        kernels_add_scaled_rows(grad_inputs[0], grad_output, scratch,
            (size_t)n * shape_count(&layer->shape) / channels, channels);
}

const struct layer_class layer_class_rescaling = {
    .name = "Rescaling",
    .help = "scale and offset of the values",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .params_size = sizeof(struct params),
    .configure = configure,
    .scratch = scratch_size,
    .forward = forward,
    .backward = backward,
};
