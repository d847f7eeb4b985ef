/* Concatenate. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

static bool configure_join(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    char first[SHAPE_TEXT], other[SHAPE_TEXT];
    long long channels = 0;
    int rank = layer->input_shapes[0].rank;
    if (!layers_check_axis(layer, settings, err))
        return false;
    for (int i = 0; i < layer->n_inputs; i++) {
        struct shape same = layer->input_shapes[i];
        channels += shape_channels(&same);
        if (same.rank == rank)
            same.dim[rank - 1] = shape_channels(&layer->input_shapes[0]);
        if (!shape_equal(&same, &layer->input_shapes[0]))
            return fail(err, "its inputs are %s and %s, which differ before the channels",
                shape_text(&layer->input_shapes[0], first),
                shape_text(&layer->input_shapes[i], other));
    }
    if (channels > INT_MAX)
        return fail(err, "its inputs have too many channels");
    layer->shape = layer->input_shapes[0];
    layer->shape.dim[rank - 1] = (int)channels;
    return true;
}

static void forward_join(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t wide = (size_t)shape_channels(&layer->shape);
    size_t rows = (size_t)n * shape_count(&layer->shape) / wide;
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t channels = (size_t)shape_channels(&layer->input_shapes[i]);
        for (size_t row = 0; row < rows; row++)
            memcpy(output + row * wide, inputs[i] + row * channels, channels * sizeof *output);
        output += channels;
    }
}

static void backward_join(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    size_t wide = (size_t)shape_channels(&layer->shape);
    size_t rows = (size_t)n * shape_count(&layer->shape) / wide;
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t channels = (size_t)shape_channels(&layer->input_shapes[i]);
        for (size_t row = 0; grad_inputs[i] && row < rows; row++)
            kernels_add(grad_inputs[i] + row * channels, grad_output + row * wide, channels);
        grad_output += channels;
    }
}

static void lanes_join(const struct layer *layer, struct lowered_form *form)
{
    (void)layer;
    form->kind = LOWERED_JOIN;
}

const struct layer_class layer_class_concatenate = {
    .name = "Concatenate",
    .help = "the channels of its inputs, one after the other",
    .channels = CHANNELS_JOIN,
    .min_inputs = 2,
    .max_inputs = LAYER_INPUTS_MAX,
    .takes_planes = true,
    .configure = configure_join,
    .forward = forward_join,
    .batched = lanes_join,
    .backward = backward_join,
};
