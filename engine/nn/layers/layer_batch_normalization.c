/* BatchNormalization with the statistics of training (Ioffe and Szegedy 2015), folded into
 * output = input * scale + shift, where
 *     scale = gamma / sqrt(moving_variance + epsilon)
 *     shift = beta - moving_mean * scale. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <math.h>

struct params {
    double epsilon;
    int gamma, beta, mean, variance; /* indices of weights, -1: not there */
};

static bool add_weight(
    struct layer *layer, const char *name, int channel_axis, int *index, struct error *err)
{
    struct shape shape = shape_units(shape_channels(&layer->input_shapes[0]));
    *index = layer->n_weights;
    return layers_add_weight(layer, name, &shape, channel_axis, err);
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    bool scale, center;
    params->gamma = params->beta = -1;
    if (!layers_check_axis(layer, settings, err) ||
        !layer_config_float(settings, "epsilon", 1e-3, &params->epsilon, err) ||
        !layer_config_bool(settings, "scale", true, &scale, err) ||
        !layer_config_bool(settings, "center", true, &center, err) ||
        (scale && !add_weight(layer, "gamma", 0, &params->gamma, err)) ||
        (center && !add_weight(layer, "beta", 0, &params->beta, err)) ||
        !add_weight(layer, "moving_mean", 0, &params->mean, err) ||
        !add_weight(layer, "moving_variance", -1, &params->variance, err))
        return false;
    if (params->epsilon < 0)
        return fail(err, "epsilon is %g, expected 0 or more", params->epsilon);
    layer->weights[params->mean].trainable = false;
    layer->weights[params->variance].trainable = false;
    return layers_same_shape(layer, settings, err);
}

static size_t scratch_size(const struct layer *layer, int n)
{
    (void)n;
    return 2 * (size_t)shape_channels(&layer->shape);
}

/* 1 / standard deviation */
static float steepness(const struct layer *layer, size_t c)
{
    const struct params *params = layer->params;
    return (float)(1 / sqrt((double)layer->weights[params->variance].data[c] + params->epsilon));
}

static void fold(const struct layer *layer, float *scales, float *shifts)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    for (size_t c = 0; c < channels; c++) {
        float gamma = params->gamma < 0 ? 1 : layer->weights[params->gamma].data[c];
        float beta = params->beta < 0 ? 0 : layer->weights[params->beta].data[c];
        float scale = gamma * steepness(layer, c);
        scales[c] = scale;
        shifts[c] = beta - layer->weights[params->mean].data[c] * scale;
    }
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    size_t channels = (size_t)shape_channels(&layer->shape);
    size_t rows = (size_t)n * shape_count(&layer->shape) / channels;
    fold(layer, scratch, scratch + channels);
    kernels_affine(output, inputs[0], scratch, scratch + channels, rows, channels);
}

/* gamma's gradient: sum of grad * (input - mean) / deviation */
static void add_gamma(const struct layer *layer, float *grad_gamma, const float *input,
    const float *grad, size_t rows, float *scratch)
{
    const struct params *params = layer->params;
    const float *mean = layer->weights[params->mean].data;
    size_t channels = (size_t)shape_channels(&layer->shape);
    for (size_t c = 0; c < channels; c++)
        scratch[c] = steepness(layer, c);
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < channels; c++)
            grad_gamma[c] +=
                grad[i * channels + c] * (input[i * channels + c] - mean[c]) * scratch[c];
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output;
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    size_t rows = (size_t)n * shape_count(&layer->shape) / channels;
    if (grad_weights && params->gamma >= 0 && grad_weights[params->gamma])
        add_gamma(layer, grad_weights[params->gamma], inputs[0], grad_output, rows, scratch);
    if (grad_weights && params->beta >= 0 && grad_weights[params->beta])
        kernels_sum_rows(grad_weights[params->beta], grad_output, rows, channels);
    if (!grad_inputs[0])
        return;
    fold(layer, scratch, scratch + channels);
    kernels_add_scaled_rows(grad_inputs[0], grad_output, scratch, rows, channels);
}

/* With sums over all positions: gamma's gradient is (products - mean * sums) / deviation. */
static void affine_backward(const struct layer *layer, const double *sums, const double *products,
    float *const *grad_weights)
{
    const struct params *params = layer->params;
    const float *mean = layer->weights[params->mean].data;
    float *gamma = params->gamma < 0 ? NULL : grad_weights[params->gamma];
    float *beta = params->beta < 0 ? NULL : grad_weights[params->beta];
    for (size_t c = 0; c < (size_t)shape_channels(&layer->shape); c++) {
        double centred = products[c] - (double)mean[c] * sums[c];
        if (gamma)
            gamma[c] += (float)(centred * (double)steepness(layer, c));
        if (beta)
            beta[c] += (float)sums[c];
    }
}

const struct layer_class layer_class_batch_normalization = {
    .name = "BatchNormalization",
    .help = "scale and shift of each channel",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure,
    .scratch = scratch_size,
    .forward = forward,
    .backward = backward,
    .affine = fold,
    .affine_backward = affine_backward,
};
