/* Add, Multiply and Concatenate. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

static bool configure_add(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    char first[SHAPE_TEXT], other[SHAPE_TEXT];
    for (int i = 1; i < layer->n_inputs; i++)
        if (!shape_equal(&layer->input_shapes[0], &layer->input_shapes[i]))
            return fail(err, "its inputs are %s and %s, expected equal shapes",
                shape_text(&layer->input_shapes[0], first),
                shape_text(&layer->input_shapes[i], other));
    return layers_same_shape(layer, settings, err);
}

static void forward_add(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    layers_copy(layer, n, inputs, output, scratch);
    for (int i = 1; i < layer->n_inputs; i++)
        kernels_add(output, inputs[i], (size_t)n * shape_count(&layer->shape));
}

static void backward_add(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    for (int i = 0; i < layer->n_inputs; i++)
        if (grad_inputs[i])
            kernels_add(grad_inputs[i], grad_output, (size_t)n * shape_count(&layer->shape));
}

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

/* Multiply: inputs of the same shape, or of one pixel, which stands for all (squeeze and
 * excitation). */
static bool configure_multiply(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    char first[SHAPE_TEXT], other[SHAPE_TEXT];
    int largest = 0;
    (void)settings;
    for (int i = 1; i < layer->n_inputs; i++)
        if (shape_count(&layer->input_shapes[i]) > shape_count(&layer->input_shapes[largest]))
            largest = i;
    layer->shape = layer->input_shapes[largest];
    for (int i = 0; i < layer->n_inputs; i++) {
        struct shape same = layer->input_shapes[i];
        bool pixel =
            same.rank == 3 && layer->shape.rank == 3 && same.dim[0] == 1 && same.dim[1] == 1;
        if (pixel)
            memcpy(same.dim, layer->shape.dim, 2 * sizeof *same.dim);
        if (!shape_equal(&same, &layer->shape))
            return fail(err, "its inputs are %s and %s, expected equal shapes or one pixel",
                shape_text(&layer->shape, first), shape_text(&layer->input_shapes[i], other));
    }
    return true;
}

/* Values of input i that one image has: all, or those of a pixel, again and again. */
static size_t period(const struct layer *layer, int i)
{
    return shape_count(&layer->input_shapes[i]);
}

static void forward_multiply(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t k = 0; k < (size_t)n * count; k++)
        output[k] = 1;
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t each = period(layer, i);
        for (size_t image = 0; image < (size_t)n; image++)
            for (size_t k = 0; k < count; k++)
                output[image * count + k] *= inputs[i][image * each + k % each];
    }
}

/* The product of all other inputs, times what comes from behind. */
static void backward_multiply(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output, (void)grad_weights, (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t at = 0; at < (size_t)n * count; at++)
        for (int i = 0; i < layer->n_inputs; i++) {
            float others = grad_output[at];
            for (int k = 0; k < layer->n_inputs; k++)
                if (k != i)
                    others *=
                        inputs[k][at / count * period(layer, k) + at % count % period(layer, k)];
            if (grad_inputs[i])
                grad_inputs[i][at / count * period(layer, i) + at % count % period(layer, i)] +=
                    others;
        }
}

static void lanes_add(const struct layer *layer, struct lowered_form *form)
{
    (void)layer;
    form->kind = LOWERED_ADD;
}

static void lanes_join(const struct layer *layer, struct lowered_form *form)
{
    (void)layer;
    form->kind = LOWERED_JOIN;
}

const struct layer_class layer_class_add = {
    .name = "Add",
    .help = "the sum of its inputs",
    .channels = CHANNELS_ADD,
    .min_inputs = 2,
    .max_inputs = LAYER_INPUTS_MAX,
    .takes_planes = true,
    .configure = configure_add,
    .forward = forward_add,
    .batched = lanes_add,
    .backward = backward_add,
};

const struct layer_class layer_class_multiply = {
    .name = "Multiply",
    .help = "the product of its inputs",
    .channels = CHANNELS_ADD,
    .min_inputs = 2,
    .max_inputs = LAYER_INPUTS_MAX,
    .takes_planes = true,
    .configure = configure_multiply,
    .forward = forward_multiply,
    .backward = backward_multiply,
};

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
