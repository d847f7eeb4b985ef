/* Cropping2D and Cropping1D: what is left of an image without its border. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <string.h>

static bool cut(
    struct layer *layer, const struct layer_config *settings, bool line, struct error *err)
{
    struct layers_border *border = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    int frame[4]; /* top, bottom, left, right */
    if (!layers_read_frame(settings, "cropping", line, line ? 1 : 0, frame, err))
        return false;
    int high = input.dim[0] - frame[0] - frame[1], wide = input.dim[1] - frame[2] - frame[3];
    if (high < 1 || wide < 1)
        return fail(err, "cropping leaves nothing of %dx%d", input.dim[0], input.dim[1]);
    layer->shape = layer->input_shapes[0];
    layer->shape.dim[layer->shape.rank - 2] = wide;
    if (!line)
        layer->shape.dim[0] = high;
    struct shape output = shape_image(high, wide, input.dim[2]);
    *border = layers_border(frame, &output, &input);
    return true;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) &&
           cut(layer, settings, false, err);
}

static bool configure_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_line(&layer->input_shapes[0], settings, err) &&
           cut(layer, settings, true, err);
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct layers_border *border = layer->params;
    for (size_t i = 0; i < (size_t)n * border->lines; i++)
        memcpy(output + i * border->line, inputs[0] + layers_border_place(border, i),
            border->line * sizeof *output);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    const struct layers_border *border = layer->params;
    for (size_t i = 0; grad_inputs[0] && i < (size_t)n * border->lines; i++)
        kernels_add(grad_inputs[0] + layers_border_place(border, i), grad_output + i * border->line,
            border->line);
}

#define CROPPING_CLASS(id, keras, with_planes, function) \
    const struct layer_class layer_class_##id = {        \
        .name = keras,                                   \
        .help = "the border is cut off",                 \
        .channels = CHANNELS_PASS,                       \
        .min_inputs = 1,                                 \
        .max_inputs = 1,                                 \
        .takes_planes = with_planes,                     \
        .params_size = sizeof(struct layers_border),     \
        .configure = function,                           \
        .forward = forward,                              \
        .backward = backward,                            \
    }

CROPPING_CLASS(cropping, "Cropping2D", true, configure);
CROPPING_CLASS(cropping_line, "Cropping1D", false, configure_line);
