/* MaxPooling2D and AveragePooling2D. */
#include "engine/net/kernels.h"
#include "engine/net/layers.h"

struct params {
    struct window window;
};

static bool configure(struct layer *layer, const struct settings *settings, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    if (!window_configure(window, &layer->input_shapes[0], settings, "pool_size", err))
        return false;
    layer->shape = shape_image(window->out[0], window->out[1], window->channels);
    return true;
}

static void forward_max(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct params *params = layer->params;
    kernels_pool_max(output, &params->window, inputs[0], n);
}

static void backward_max(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)grad_weights, (void)scratch;
    const struct params *params = layer->params;
    if (grad_inputs[0])
        kernels_pool_max_backward(
            grad_inputs[0], &params->window, inputs[0], output, grad_output, n);
}

static void forward_mean(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct params *params = layer->params;
    kernels_pool_mean(output, &params->window, inputs[0], n);
}

static void backward_mean(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    const struct params *params = layer->params;
    if (grad_inputs[0])
        kernels_pool_mean_backward(grad_inputs[0], &params->window, grad_output, n);
}

const struct layer_class layer_class_max_pooling = {
    .name = "MaxPooling2D",
    .help = "the largest value of each window",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .params_size = sizeof(struct params),
    .configure = configure,
    .forward = forward_max,
    .backward = backward_max,
};

const struct layer_class layer_class_average_pooling = {
    .name = "AveragePooling2D",
    .help = "the mean of each window",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .params_size = sizeof(struct params),
    .configure = configure,
    .forward = forward_mean,
    .backward = backward_mean,
};
