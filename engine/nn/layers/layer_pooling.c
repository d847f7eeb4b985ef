/* MaxPooling2D and AveragePooling2D; the Global ones have one window as large as the image. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

struct params {
    struct window window;
};

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    if (!window_configure(
            window, &layer->input_shapes[0], layer->input_planes[0], settings, "pool_size", err))
        return false;
    layer->shape = shape_image(window->out[0], window->out[1], window->channels);
    return true;
}

static bool configure_global(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct shape *input = &layer->input_shapes[0];
    bool keep;
    if (!window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) ||
        !layer_config_bool(settings, "keepdims", false, &keep, err))
        return false;
    params->window = (struct window){
        .in = {input->dim[0], input->dim[1]},
        .channels = input->dim[2],
        .size = {input->dim[0], input->dim[1]},
        .stride = {1, 1},
        .dilation = {1, 1},
        .out = {1, 1},
    };
    layer->planes = layer->planes && keep;
    layer->shape = keep ? shape_image(1, 1, input->dim[2]) : shape_units(input->dim[2]);
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

static void lanes_max(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    form->kind = LOWERED_POOL_MAX;
    form->window = params->window;
}

static void lanes_mean(const struct layer *layer, struct lowered_form *form)
{
    lanes_max(layer, form);
    form->kind = LOWERED_POOL_MEAN;
}

#define POOLING_CLASS(id, keras, text, prepare, kind) \
    const struct layer_class layer_class_##id = {     \
        .name = keras,                                \
        .help = text,                                 \
        .channels = CHANNELS_PASS,                    \
        .min_inputs = 1,                              \
        .max_inputs = 1,                              \
        .takes_planes = true,                         \
        .params_size = sizeof(struct params),         \
        .configure = prepare,                         \
        .forward = forward_##kind,                    \
        .batched = lanes_##kind,                      \
        .backward = backward_##kind,                  \
    }

POOLING_CLASS(max_pooling, "MaxPooling2D", "the largest value of each window", configure, max);
POOLING_CLASS(average_pooling, "AveragePooling2D", "the mean of each window", configure, mean);
POOLING_CLASS(
    global_max, "GlobalMaxPooling2D", "the largest value of each channel", configure_global, max);
POOLING_CLASS(
    global_average, "GlobalAveragePooling2D", "the mean of each channel", configure_global, mean);
