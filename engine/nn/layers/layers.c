/* The table of layer types, found by the Keras class name, and what its entries share. */
#include "engine/nn/layers/layers.h"

#include "engine/nn/kernels/kernels.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define ENTRY(name) extern const struct layer_class layer_class_##name;
#include "engine/nn/layers/layers.def"
#undef ENTRY

#define ENTRY(name) &layer_class_##name,
static const struct layer_class *const table[] = {
#include "engine/nn/layers/layers.def"
};
#undef ENTRY

enum { TABLE_SIZE = sizeof table / sizeof *table };

const struct layer_class *layers_find(const char *class_name)
{
    for (int i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i]->name, class_name) == 0)
            return table[i];
    return NULL;
}

const struct layer_class *layers_at(int index)
{
    return index >= 0 && index < TABLE_SIZE ? table[index] : NULL;
}

bool layers_add_weight(struct layer *layer, const char *name, const struct shape *shape,
    int channel_axis, struct error *err)
{
    assert(layer->n_weights < LAYER_WEIGHTS_MAX);
    struct weight *weight = &layer->weights[layer->n_weights++];
    *weight = (struct weight){.name = name,
        .rank = shape->rank,
        .channel_axis = channel_axis,
        .trainable = true,
        .count = 1};
    for (int i = 0; i < shape->rank; i++) {
        weight->dim[i] = shape->dim[i];
        weight->count *= (size_t)shape->dim[i];
        if (weight->count > INT_MAX)
            return fail(err, "its weight %s is too large", name);
    }
    return true;
}

bool layers_read_activation(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const char *name;
    const struct setting *setting = layer_config_find(settings, "activation");
    const struct layer_class *class =
        setting && setting->object ? layers_find(setting->string) : NULL;
    if (class && class->forward == layers_copy && class->channels == CHANNELS_PASS) {
        /* a layer as an activation */
        struct layer inner = {.class = class, .n_inputs = 1};
        inner.input_shapes[0] = shape_units(1);
        bool good = class->configure(&inner, setting->object, err) &&
                    settings_all_known(setting->object, err);
        layer->activation = inner.activation;
        return good || fail_in(err, "activation");
    }
    if (!layer_config_string(settings, "activation", "linear", &name, err) ||
        !activation_parse(name, &layer->activation, err))
        return false;
    if (layer->activation.kind == ACTIVATION_SOFTMAX && layer->planes)
        return fail(err, "its soft-max does not run over the channels, which come first");
    return true;
}

bool layers_check_axis(
    const struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const struct setting *axis = layer_config_find(settings, "axis");
    int rank = layer->input_shapes[0].rank, channels = layer->input_planes[0] ? 1 : rank;
    bool counted_back = channels == rank;
    if (!axis || axis->kind == SETTING_NULL)
        return counted_back || fail(err, "axis is missing where the channels come first");
    if (axis->kind != SETTING_NUMBERS || axis->n != 1)
        return fail(err, "axis is not one whole number");
    if (axis->number[0] == channels || axis->number[0] == channels - rank - 1)
        return true;
    return fail(err, "axis is %g, only that of the channels is supported", axis->number[0]);
}

struct shape layers_as_image(const struct shape *shape)
{
    return shape->rank == 2 ? shape_image(1, shape->dim[0], shape->dim[1]) : *shape;
}

bool layers_read_frame(const struct layer_config *settings, const char *key, bool line,
    int otherwise, int frame[4], struct error *err)
{
    const struct setting *setting = layer_config_find(settings, key);
    int n = setting && setting->kind == SETTING_NUMBERS ? setting->n : 0;
    if (setting && n != 1 && n != 2 && (n != 4 || line))
        return fail(err, "%s is not 1%s whole numbers", key, line ? " or 2" : ", 2 or 4");
    for (int i = 0; i < 4; i++) {
        int at = line ? (n == 2 ? i - 2 : 0) : i * n / 4;
        double size = n ? setting->number[at < 0 ? 0 : at] : otherwise;
        if (!(size >= 0 && size <= INT_MAX / 4) || size != trunc(size))
            return fail(err, "%s holds %g, expected a whole number from 0", key, size);
        frame[i] = line && i < 2 ? 0 : (int)size;
    }
    return true;
}

struct layers_border layers_border(
    const int frame[4], const struct shape *image, const struct shape *whole)
{
    size_t channels = (size_t)image->dim[2], whole_line = (size_t)whole->dim[1] * channels;
    return (struct layers_border){.above = (size_t)frame[0],
        .before = (size_t)frame[2] * channels,
        .lines = (size_t)image->dim[0],
        .line = (size_t)image->dim[1] * channels,
        .whole_line = whole_line,
        .whole_image = (size_t)whole->dim[0] * whole_line};
}

size_t layers_border_place(const struct layers_border *border, size_t line)
{
    return line / border->lines * border->whole_image +
           (border->above + line % border->lines) * border->whole_line + border->before;
}

bool layers_same_shape(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    (void)settings, (void)err;
    layer->shape = layer->input_shapes[0];
    return true;
}

void layers_copy(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    memcpy(output, inputs[0], (size_t)n * shape_count(&layer->shape) * sizeof *output);
}

void layers_copy_backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    if (grad_inputs[0])
        kernels_add(grad_inputs[0], grad_output, (size_t)n * shape_count(&layer->shape));
}
