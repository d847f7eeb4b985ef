/* Dense: a product with the last axis. With two_classes, which is no setting of Keras
 * (io/keras/keras_lower.c), the one unit z of the file becomes two logits, 0 and z: their soft-max
 * is what a sigmoid makes of z. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

struct params {
    size_t in, out;
    size_t rows; /* in one image */
    bool bias;
};

enum { TILE_ROWS = 1 << 16 }; /* keeps the sizes the BLAS sees far inside an int */

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    bool two;
    int units, in = shape_channels(&layer->input_shapes[0]);
    if (!layer_config_int(settings, "units", 0, &units, err) ||
        !layer_config_bool(settings, "use_bias", true, &params->bias, err) ||
        !layers_read_activation(layer, settings, err))
        return false;
    if (units < 1)
        return fail(err, "units is %d, expected 1 or more", units);
    if (!layer_config_bool(settings, "two_classes", false, &two, err))
        return false;
    if (two)
        units = 2;
    struct shape kernel = {.rank = 2, .dim = {in, units}}, bias = shape_units(units);
    layer->shape = layer->input_shapes[0];
    layer->shape.dim[layer->shape.rank - 1] = units;
    params->in = (size_t)in;
    params->out = (size_t)units;
    params->rows = shape_count(&layer->input_shapes[0]) / params->in;
    if (!layers_add_weight(layer, "kernel", &kernel, 1, err) ||
        (params->bias && !layers_add_weight(layer, "bias", &bias, 0, err)))
        return false;
    for (int w = 0; w < layer->n_weights; w++)
        layer->weights[w].doubled = two;
    return true;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    const struct params *params = layer->params;
    struct matrix kernel = {layer->weights[0].data, params->out, false};
    size_t rows = (size_t)n * params->rows;
    for (size_t at = 0; at < rows; at += TILE_ROWS) {
        size_t count = rows - at < TILE_ROWS ? rows - at : TILE_ROWS;
        struct matrix input = {inputs[0] + at * params->in, params->in, false};
        kernels_product(output + at * params->out, params->out, input, kernel, count, params->in,
            params->out, false);
    }
    if (params->bias)
        kernels_add_to_rows(output, layer->weights[1].data, rows, params->out);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output, (void)scratch;
    const struct params *params = layer->params;
    struct matrix kernel = {layer->weights[0].data, params->out, true};
    size_t rows = (size_t)n * params->rows;
    for (size_t at = 0; at < rows; at += TILE_ROWS) {
        size_t count = rows - at < TILE_ROWS ? rows - at : TILE_ROWS;
        struct matrix grad = {grad_output + at * params->out, params->out, false};
        struct matrix input = {inputs[0] + at * params->in, params->in, true};
        if (grad_weights && grad_weights[0])
            kernels_product(
                grad_weights[0], params->out, input, grad, params->in, count, params->out, true);
        if (grad_inputs[0])
            kernels_product(grad_inputs[0] + at * params->in, params->in, grad, kernel, count,
                params->out, params->in, true);
    }
    if (params->bias && grad_weights && grad_weights[1])
        kernels_sum_rows(grad_weights[1], grad_output, rows, params->out);
}

/* Rows are images of one pixel each. */
static void batched(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    form->kind = params->rows == 1 ? LOWERED_PRODUCT : LOWERED_PLAIN;
    form->window = (struct window){
        .in = {1, 1},
        .channels = (int)params->in,
        .size = {1, 1},
        .stride = {1, 1},
        .dilation = {1, 1},
        .out = {1, 1},
    };
    form->filters = (int)params->out;
}

const struct layer_class layer_class_dense = {
    .name = "Dense",
    .help = "every unit reads every value of the last axis",
    .channels = CHANNELS_NEW,
    .min_inputs = 1,
    .max_inputs = 1,
    .params_size = sizeof(struct params),
    .configure = configure,
    .forward = forward,
    .batched = batched,
    .backward = backward,
};
