/* DepthwiseConv2D and SeparableConv2D: kernels that stay within one input channel; the second
 * mixes their outputs with a product (the pointwise kernel). */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

struct params {
    struct window window;
    int multiplier; /* kernels of each input channel */
    bool bias;
    size_t wide;   /* channels x multiplier */
    size_t values; /* of one image behind the depthwise kernels */
};

static bool configure_kernels(
    struct layer *layer, const struct layer_config *settings, int channel_axis, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    int groups;
    if (!window_configure(window, &layer->input_shapes[0], layer->input_planes[0], settings,
            "kernel_size", err) ||
        !layer_config_int(settings, "depth_multiplier", 1, &params->multiplier, err) ||
        !layer_config_bool(settings, "use_bias", true, &params->bias, err) ||
        !layers_read_activation(layer, settings, err))
        return false;
    if (!layer_config_int(settings, "groups", 1, &groups, err))
        return false;
    if (groups != 1)
        return fail(err, "groups is %d, only 1 is supported", groups);
    if (params->multiplier < 1)
        return fail(err, "depth_multiplier is %d, expected 1 or more", params->multiplier);
    struct shape kernel = {
        .rank = 4, .dim = {window->size[0], window->size[1], window->channels, params->multiplier}};
    if (!layers_add_weight(layer, "depthwise_kernel", &kernel, channel_axis, err))
        return false;
    params->wide = (size_t)window->channels * (size_t)params->multiplier;
    params->values = window_positions(window) * params->wide;
    return true;
}

static bool add_bias(struct layer *layer, int channels, struct error *err)
{
    const struct params *params = layer->params;
    struct shape bias = shape_units(channels);
    layer->shape = shape_image(params->window.out[0], params->window.out[1], channels);
    return !params->bias || layers_add_weight(layer, "bias", &bias, 0, err);
}

static bool configure_depthwise(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const struct params *params = layer->params;
    return configure_kernels(layer, settings, 2, err) && add_bias(layer, (int)params->wide, err);
}

static void forward_depthwise(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct params *params = layer->params;
    kernels_depthwise(
        output, &params->window, params->multiplier, inputs[0], layer->weights[0].data, n);
    if (params->bias)
        kernels_add_to_rows(output, layer->weights[1].data,
            (size_t)n * window_positions(&params->window), params->wide);
}

static void backward_depthwise(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output, (void)scratch;
    const struct params *params = layer->params;
    kernels_depthwise_backward(grad_inputs[0], grad_weights ? grad_weights[0] : NULL,
        &params->window, params->multiplier, inputs[0], layer->weights[0].data, grad_output, n);
    if (params->bias && grad_weights && grad_weights[1])
        kernels_sum_rows(grad_weights[1], grad_output,
            (size_t)n * window_positions(&params->window), params->wide);
}

static bool configure_separable(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const struct params *params = layer->params;
    int filters;
    if (!configure_kernels(layer, settings, -1, err) ||
        !layer_config_int(settings, "filters", 0, &filters, err))
        return false;
    if (filters < 1)
        return fail(err, "filters is %d, expected 1 or more", filters);
    if (params->values > INT_MAX)
        return fail(err, "its output is too large");
    struct shape kernel = {.rank = 4, .dim = {1, 1, (int)params->wide, filters}};
    return layers_add_weight(layer, "pointwise_kernel", &kernel, 3, err) &&
           add_bias(layer, filters, err);
}

/* One image behind the depthwise kernels, and its gradient. */
static size_t scratch_separable(const struct layer *layer, int n)
{
    (void)n;
    const struct params *params = layer->params;
    return 2 * params->values;
}

static void forward_separable(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t rows = window_positions(&params->window), wide = params->wide;
    size_t filters = (size_t)shape_channels(&layer->shape);
    size_t image = shape_count(&layer->input_shapes[0]);
    for (size_t i = 0; i < (size_t)n; i++) {
        kernels_depthwise(scratch, &params->window, params->multiplier, inputs[0] + i * image,
            layer->weights[0].data, 1);
        kernels_product(output + i * rows * filters, filters, (struct matrix){scratch, wide, false},
            (struct matrix){layer->weights[1].data, filters, false}, rows, wide, filters, false);
    }
    if (params->bias)
        kernels_add_to_rows(output, layer->weights[2].data, (size_t)n * rows, filters);
}

/* One image; each gradient may be NULL. */
static void backward_image(const struct layer *layer, const float *input, const float *grad_output,
    float *grad_input, float *grad_depthwise, float *grad_pointwise, float *scratch)
{
    const struct params *params = layer->params;
    size_t rows = window_positions(&params->window), wide = params->wide;
    size_t filters = (size_t)shape_channels(&layer->shape);
    float *middle = scratch, *grad_middle = scratch + params->values;
    struct matrix grad = {grad_output, filters, false};
    if (grad_pointwise) {
        kernels_depthwise(
            middle, &params->window, params->multiplier, input, layer->weights[0].data, 1);
        kernels_product(grad_pointwise, filters, (struct matrix){middle, wide, true}, grad, wide,
            rows, filters, true);
    }
    kernels_product(grad_middle, wide, grad, (struct matrix){layer->weights[1].data, filters, true},
        rows, filters, wide, false);
    kernels_depthwise_backward(grad_input, grad_depthwise, &params->window, params->multiplier,
        input, layer->weights[0].data, grad_middle, 1);
}

static void backward_separable(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output;
    const struct params *params = layer->params;
    size_t in = shape_count(&layer->input_shapes[0]), out = shape_count(&layer->shape);
    float *none[LAYER_WEIGHTS_MAX] = {0};
    float *const *weights = grad_weights ? grad_weights : none;
    for (size_t i = 0; i < (size_t)n; i++)
        backward_image(layer, inputs[0] + i * in, grad_output + i * out,
            grad_inputs[0] ? grad_inputs[0] + i * in : NULL, weights[0], weights[1], scratch);
    if (params->bias && weights[2])
        kernels_sum_rows(weights[2], grad_output, (size_t)n * window_positions(&params->window),
            (size_t)shape_channels(&layer->shape));
}

static void lanes_depthwise(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    form->kind = params->multiplier == 1 ? LOWERED_DEPTHWISE : LOWERED_PLAIN;
    form->window = params->window;
}

const struct layer_class layer_class_depthwise = {
    .name = "DepthwiseConv2D",
    .help = "convolution within each channel",
    .channels = CHANNELS_NEW,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure_depthwise,
    .forward = forward_depthwise,
    .batched = lanes_depthwise,
    .backward = backward_depthwise,
};

const struct layer_class layer_class_separable = {
    .name = "SeparableConv2D",
    .help = "convolution within each channel, then across channels",
    .channels = CHANNELS_NEW,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure_separable,
    .scratch = scratch_separable,
    .forward = forward_separable,
    .backward = backward_separable,
};
