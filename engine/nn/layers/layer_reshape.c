/* Flatten and Reshape: the values keep their order. */
#include "engine/nn/layers/layers.h"

#include <math.h>
#include <string.h>

extern const struct layer_class layer_class_flatten_planes; /* below; flatten turns into it */

/* Keras transposes images with the channels first before it flattens them, but only where the
 * layer says that they are: else its units are plane behind plane. */
static bool flatten(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const char *format;
    bool planes; /* set by io/onnx, where all images are channels_last here */
    if (!layer_config_string(settings, "data_format", "channels_last", &format, err) ||
        !layer_config_bool(settings, "planes", false, &planes, err))
        return false;
    bool first = strcmp(format, "channels_first") == 0;
    if (!first && strcmp(format, "channels_last") != 0)
        return fail(err, "data_format is %s, expected channels_last or channels_first", format);
    if (first && !layer->planes && layer->input_shapes[0].rank > 1)
        return fail(err, "data_format is channels_first, but its input is channels_last");
    if (((!first && layer->planes) || planes) && shape_channels(&layer->input_shapes[0]) > 1)
        layer->class = &layer_class_flatten_planes;
    layer->planes = false;
    layer->shape = shape_units((int)shape_count(&layer->input_shapes[0]));
    return true;
}

/* Pixels with their channels, [pixels, channels], become planes, [channels, pixels], or back. */
static void turn(float *to, const float *from, size_t pixels, size_t channels, bool add)
{
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < channels; c++)
            to[c * pixels + i] = (add ? to[c * pixels + i] : 0) + from[i * channels + c];
}

static void forward_planes(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t count = shape_count(&layer->shape);
    size_t channels = (size_t)shape_channels(&layer->input_shapes[0]);
    for (size_t i = 0; i < (size_t)n; i++)
        turn(output + i * count, inputs[0] + i * count, count / channels, channels, false);
}

static void backward_planes(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    size_t count = shape_count(&layer->shape);
    size_t channels = (size_t)shape_channels(&layer->input_shapes[0]);
    for (size_t i = 0; grad_inputs[0] && i < (size_t)n; i++)
        turn(grad_inputs[0] + i * count, grad_output + i * count, channels, count / channels, true);
}

static bool reshape(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const struct setting *target = layer_config_find(settings, "target_shape");
    if (!target || target->kind != SETTING_NUMBERS || target->n < 1 || target->n > SHAPE_RANK_MAX)
        return fail(err, "target_shape is not a list of 1 to %d numbers", SHAPE_RANK_MAX);
    const char *format;
    if (!layer_config_string(settings, "data_format", "channels_last", &format, err))
        return false;
    size_t count = shape_count(&layer->input_shapes[0]), known = 1;
    int open = -1;
    layer->shape.rank = target->n;
    for (int i = 0; i < target->n; i++) {
        double size = target->number[i];
        if (size == -1 && open < 0)
            open = i;
        else if (size >= 1 && size <= (double)(count / known) && size == trunc(size))
            known *= (size_t)size;
        else
            return fail(err, "target_shape does not hold the %zu values of its input", count);
        layer->shape.dim[i] = (int)size;
    }
    if (open >= 0)
        layer->shape.dim[open] = (int)(count / known);
    if (shape_count(&layer->shape) != count)
        return fail(err, "target_shape does not hold the %zu values of its input", count);
    if (strcmp(format, "channels_first") == 0 && layer->shape.rank == 3) {
        /* set by io/keras/keras_lower.c, where readers expect planes */
        if (layer->shape.dim[0] != 1)
            return fail(err, "it makes images of several planes, which is not supported");
        layer->shape = shape_image(layer->shape.dim[1], layer->shape.dim[2], 1);
        layer->planes = true;
    }
    return true;
}

const struct layer_class layer_class_flatten = {
    .name = "Flatten",
    .help = "an image becomes a row of units",
    .channels = CHANNELS_MIX,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .configure = flatten,
    .forward = layers_copy,
    .backward = layers_copy_backward,
};

/* Never found by name: flatten chooses it. */
const struct layer_class layer_class_flatten_planes = {
    .name = "Flatten (planes)",
    .help = "planes become a row of units",
    .channels = CHANNELS_PLANES,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .configure = flatten,
    .forward = forward_planes,
    .backward = backward_planes,
};

const struct layer_class layer_class_reshape = {
    .name = "Reshape",
    .help = "the same values in another shape",
    .channels = CHANNELS_MIX,
    .min_inputs = 1,
    .max_inputs = 1,
    .configure = reshape,
    .forward = layers_copy,
    .backward = layers_copy_backward,
};
