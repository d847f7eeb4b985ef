/* ZeroPadding2D: a frame of zeros. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <math.h>
#include <string.h>

struct params {
    size_t above, before;       /* rows above, values on the left of each row */
    size_t lines, line;         /* rows of the input, values in one */
    size_t out_image, out_line; /* values */
};

/* One number, [vertical, horizontal], or [[top, bottom], [left, right]] in one row. */
static bool read_padding(const struct layer_config *settings, int frame[4], struct error *err)
{
    const struct setting *padding = layer_config_find(settings, "padding");
    int n = padding && padding->kind == SETTING_NUMBERS ? padding->n : 0;
    if (padding && n != 1 && n != 2 && n != 4)
        return fail(err, "padding is not 1, 2 or 4 whole numbers");
    for (int i = 0; i < 4; i++) {
        double size = n ? padding->number[i * n / 4] : 1;
        if (!(size >= 0 && size <= INT_MAX / 4) || size != trunc(size))
            return fail(err, "padding holds %g, expected a whole number from 0", size);
        frame[i] = (int)size;
    }
    return true;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct shape *input = &layer->input_shapes[0];
    int frame[4]; /* top, bottom, left, right */
    if (!window_check_images(&layer->input_shapes[0], layer->input_planes[0], settings, err) ||
        !read_padding(settings, frame, err))
        return false;
    if (input->dim[0] > INT_MAX / 4 || input->dim[1] > INT_MAX / 4)
        return fail(err, "its output is too large");
    size_t channels = (size_t)input->dim[2];
    layer->shape = shape_image(
        input->dim[0] + frame[0] + frame[1], input->dim[1] + frame[2] + frame[3], input->dim[2]);
    params->above = (size_t)frame[0];
    params->before = (size_t)frame[2] * channels;
    params->lines = (size_t)input->dim[0];
    params->line = (size_t)input->dim[1] * channels;
    params->out_line = (size_t)layer->shape.dim[1] * channels;
    params->out_image = (size_t)layer->shape.dim[0] * params->out_line;
    return true;
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
    const struct shape *input = &layer->input_shapes[0];
    form->kind = LOWERED_PAD;
    form->window = (struct window){.in = {input->dim[0], input->dim[1]},
        .channels = input->dim[2],
        .before = {(int)params->above, (int)(params->before / (size_t)input->dim[2])},
        .out = {layer->shape.dim[0], layer->shape.dim[1]}};
}

const struct layer_class layer_class_zero_padding = {
    .name = "ZeroPadding2D",
    .help = "a border of zeros",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure,
    .forward = forward,
    .batched = lanes,
    .backward = backward,
};
