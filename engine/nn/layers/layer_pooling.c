/* MaxPooling and AveragePooling, 2D and 1D; the Global ones have one window as large as the image.
 */
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

static bool configure_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    if (!window_configure_line(window, &layer->input_shapes[0], settings, "pool_size", err))
        return false;
    layer->shape = (struct shape){2, {window->out[1], window->channels}};
    return true;
}

static bool pool_all(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    bool keep;
    if (!layer_config_bool(settings, "keepdims", false, &keep, err))
        return false;
    params->window = (struct window){
        .in = {input.dim[0], input.dim[1]},
        .channels = input.dim[2],
        .size = {input.dim[0], input.dim[1]},
        .stride = {1, 1},
        .dilation = {1, 1},
        .out = {1, 1},
    };
    layer->planes = layer->planes && keep;
    struct shape kept = layer->input_shapes[0];
    for (int d = 0; d < kept.rank - 1; d++)
        kept.dim[d] = 1;
    layer->shape = keep ? kept : shape_units(input.dim[2]);
    return true;
}

static bool configure_global(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) &&
           pool_all(layer, settings, err);
}

static bool configure_global_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_line(&layer->input_shapes[0], settings, err) &&
           pool_all(layer, settings, err);
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

#define POOLING_CLASS(id, keras, text, with_planes, prepare, kind) \
    const struct layer_class layer_class_##id = {                  \
        .name = keras,                                             \
        .help = text,                                              \
        .channels = CHANNELS_PASS,                                 \
        .min_inputs = 1,                                           \
        .max_inputs = 1,                                           \
        .takes_planes = with_planes,                               \
        .params_size = sizeof(struct params),                      \
        .configure = prepare,                                      \
        .forward = forward_##kind,                                 \
        .batched = lanes_##kind,                                   \
        .backward = backward_##kind,                               \
    }
#define POOLING_CLASSES(id, name, with_planes, window, all)                                     \
    POOLING_CLASS(max_pooling##id, "MaxPooling" name, "the largest value of each window",       \
        with_planes, window, max);                                                              \
    POOLING_CLASS(average_pooling##id, "AveragePooling" name, "the mean of each window",        \
        with_planes, window, mean);                                                             \
    POOLING_CLASS(global_max##id, "GlobalMaxPooling" name, "the largest value of each channel", \
        with_planes, all, max);                                                                 \
    POOLING_CLASS(global_average##id, "GlobalAveragePooling" name, "the mean of each channel",  \
        with_planes, all, mean)

POOLING_CLASSES(, "2D", true, configure, configure_global);
POOLING_CLASSES(_line, "1D", false, configure_line, configure_global_line);
