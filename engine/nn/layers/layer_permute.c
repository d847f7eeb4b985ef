/* Permute: the dimensions of an image in another order. */
#include "engine/nn/layers/layers.h"

#include <math.h>

struct params {
    size_t step[SHAPE_RANK_MAX]; /* in the input, along each dimension of the output */
};

extern const struct layer_class layer_class_permute_channels; /* below; permute turns into it */

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct setting *dims = layer_config_find(settings, "dims");
    const struct shape *input = &layer->input_shapes[0];
    size_t step[SHAPE_RANK_MAX], size = 1;
    bool taken[SHAPE_RANK_MAX] = {false};
    if (!dims || dims->kind != SETTING_NUMBERS || dims->n != input->rank)
        return fail(err, "dims is not a list of %d numbers", input->rank);
    for (int d = input->rank; d-- > 0; size *= (size_t)input->dim[d])
        step[d] = size;
    layer->shape.rank = input->rank;
    for (int d = 0; d < input->rank; d++) {
        double from = dims->number[d] - 1;
        if (!(from >= 0 && from < input->rank) || from != trunc(from) || taken[(int)from])
            return fail(err, "dims are not the numbers 1 to %d", input->rank);
        taken[(int)from] = true;
        params->step[d] = step[(int)from];
        layer->shape.dim[d] = input->dim[(int)from];
    }
    if (dims->number[input->rank - 1] != input->rank)
        layer->class = &layer_class_permute_channels;
    return true;
}

/* Where value `at` of the output is in the input. */
static size_t place(const struct layer *layer, size_t at)
{
    const struct params *params = layer->params;
    size_t from = 0;
    for (int d = layer->shape.rank; d-- > 0; at /= (size_t)layer->shape.dim[d])
        from += at % (size_t)layer->shape.dim[d] * params->step[d];
    return from;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0, from = place(layer, k); i < (size_t)n; i++)
            output[i * count + k] = inputs[0][i * count + from];
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t k = 0; grad_inputs[0] && k < count; k++)
        for (size_t i = 0, from = place(layer, k); i < (size_t)n; i++)
            grad_inputs[0][i * count + from] += grad_output[i * count + k];
}

#define PERMUTE_CLASS(id, keras, rule)            \
    const struct layer_class layer_class_##id = { \
        .name = keras,                            \
        .help = "dimensions in another order",    \
        .channels = rule,                         \
        .min_inputs = 1,                          \
        .max_inputs = 1,                          \
        .params_size = sizeof(struct params),     \
        .configure = configure,                   \
        .forward = forward,                       \
        .backward = backward,                     \
    }

PERMUTE_CLASS(permute, "Permute", CHANNELS_PASS);
/* Never found by name: permute chooses it. */
PERMUTE_CLASS(permute_channels, "Permute (channels)", CHANNELS_LOST);
