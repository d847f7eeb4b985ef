/* Flatten and Reshape: the values keep their order. */
#include "engine/net/layers.h"

#include <math.h>
#include <string.h>

static bool flatten(struct layer *layer, const struct settings *settings, struct error *err)
{
    const char *format;
    if (!settings_string(settings, "data_format", "channels_last", &format, err))
        return false;
    if (strcmp(format, "channels_last") != 0)
        return fail(err, "data_format is %s, only channels_last is supported", format);
    layer->shape = shape_units((int)shape_count(&layer->input_shapes[0]));
    return true;
}

static bool reshape(struct layer *layer, const struct settings *settings, struct error *err)
{
    const struct setting *target = settings_find(settings, "target_shape");
    if (!target || target->kind != SETTING_NUMBERS || target->n < 1 || target->n > SHAPE_RANK_MAX)
        return fail(err, "target_shape is not a list of 1 to %d numbers", SHAPE_RANK_MAX);
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
    return true;
}

const struct layer_class layer_class_flatten = {
    .name = "Flatten",
    .help = "an image becomes a row of units",
    .channels = CHANNELS_MIX,
    .min_inputs = 1,
    .max_inputs = 1,
    .configure = flatten,
    .forward = layers_copy,
    .backward = layers_copy_backward,
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
