/* ZeroPadding2D and ZeroPadding1D: a frame of zeros. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

struct params {
    size_t above, before;       /* rows above, values on the left of each row */
    size_t lines, line;         /* rows of the input, values in one */
    size_t out_image, out_line; /* values */
};

static bool frame_in(
    struct layer *layer, const struct layer_config *settings, bool line, struct error *err)
{
    struct params *params = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    int frame[4]; /* top, bottom, left, right */
    if (!layers_read_frame(settings, "padding", line, 1, frame, err))
        return false;
    if (input.dim[0] > INT_MAX / 4 || input.dim[1] > INT_MAX / 4)
        return fail(err, "its output is too large");
    size_t channels = (size_t)input.dim[2];
    struct shape output = shape_image(
        input.dim[0] + frame[0] + frame[1], input.dim[1] + frame[2] + frame[3], input.dim[2]);
    params->above = (size_t)frame[0];
    params->before = (size_t)frame[2] * channels;
    params->lines = (size_t)input.dim[0];
    params->line = (size_t)input.dim[1] * channels;
    params->out_line = (size_t)output.dim[1] * channels;
    params->out_image = (size_t)output.dim[0] * params->out_line;
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

/* First value of an input line in the output; lines are counted through all images. */
static size_t place(const struct params *params, size_t line)
{
    return line / params->lines * params->out_image +
           (params->above + line % params->lines) * params->out_line + params->before;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct params *params = layer->params;
    memset(output, 0, (size_t)n * params->out_image * sizeof *output);
    for (size_t i = 0; i < (size_t)n * params->lines; i++)
        memcpy(
            output + place(params, i), inputs[0] + i * params->line, params->line * sizeof *output);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    const struct params *params = layer->params;
    for (size_t i = 0; grad_inputs[0] && i < (size_t)n * params->lines; i++)
        kernels_add(
            grad_inputs[0] + i * params->line, grad_output + place(params, i), params->line);
}

static void lanes(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    struct shape input = layers_as_image(&layer->input_shapes[0]);
    struct shape output = layers_as_image(&layer->shape);
    form->kind = LOWERED_PAD;
    form->window = (struct window){.in = {input.dim[0], input.dim[1]},
        .channels = input.dim[2],
        .before = {(int)params->above, (int)(params->before / (size_t)input.dim[2])},
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
        .params_size = sizeof(struct params),           \
        .configure = function,                          \
        .forward = forward,                             \
        .batched = lanes,                               \
        .backward = backward,                           \
    }

PADDING_CLASS(zero_padding, "ZeroPadding2D", true, configure);
PADDING_CLASS(zero_padding_line, "ZeroPadding1D", false, configure_line);
