/* ZeroPadding2D and ZeroPadding1D: a frame of zeros. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

static bool frame_in(
    struct layer *layer, const struct layer_config *settings, bool line, struct error *err)
{
    struct layers_border *border = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    int frame[4]; /* top, bottom, left, right */
    if (!layers_read_frame(settings, "padding", line, 1, frame, err))
        return false;
    if (input.dim[0] > INT_MAX / 4 || input.dim[1] > INT_MAX / 4)
        return fail(err, "its output is too large");
    struct shape output = shape_image(
        input.dim[0] + frame[0] + frame[1], input.dim[1] + frame[2] + frame[3], input.dim[2]);
    *border = layers_border(frame, &input, &output);
    layer->shape = output;
    if (line)
        layer->shape = (struct shape){.rank = 2, .dim = {output.dim[1], output.dim[2]}};
    return true;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) &&
           frame_in(layer, settings, false, err);
}

static bool configure_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return window_check_line(&layer->input_shapes[0], settings, err) &&
           frame_in(layer, settings, true, err);
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct layers_border *border = layer->params;
    memset(output, 0, (size_t)n * border->whole_image * sizeof *output);
    for (size_t i = 0; i < (size_t)n * border->lines; i++)
        memcpy(output + layers_border_place(border, i), inputs[0] + i * border->line,
            border->line * sizeof *output);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    const struct layers_border *border = layer->params;
    for (size_t i = 0; grad_inputs[0] && i < (size_t)n * border->lines; i++)
        kernels_add(grad_inputs[0] + i * border->line, grad_output + layers_border_place(border, i),
            border->line);
}

static void lanes(const struct layer *layer, struct lowered_form *form)
{
    const struct layers_border *border = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    struct shape output = layers_as_image(&layer->shape);
    form->kind = LOWERED_PAD;
    form->window = (struct window){.in = {input.dim[0], input.dim[1]},
        .channels = input.dim[2],
        .before = {(int)border->above, (int)(border->before / (size_t)input.dim[2])},
        .out = {output.dim[0], output.dim[1]}};
}

#define PADDING_CLASS(id, keras, with_planes, function) \
    const struct layer_class layer_class_##id = {       \
        .name = keras,                                  \
        .help = "a border of zeros",                    \
        .channels = CHANNELS_PASS,                      \
        .min_inputs = 1,                                \
        .max_inputs = 1,                                \
        .takes_planes = with_planes,                    \
        .params_size = sizeof(struct layers_border),    \
        .configure = function,                          \
        .forward = forward,                             \
        .batched = lanes,                               \
        .backward = backward,                           \
    }

PADDING_CLASS(zero_padding, "ZeroPadding2D", true, configure);
PADDING_CLASS(zero_padding_line, "ZeroPadding1D", false, configure_line);
