/* A toy layer with as many letters as Activation, which hands on what it gets. */
#include "engine/nn/layers/layers.h"

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    settings_ignore(settings);
    return layers_same_shape(layer, settings, err);
}

const struct layer_class layer_class_toy = {
    .name = "ActivatToy",
    .help = "toy layer: a copy",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .configure = configure,
    .forward = layers_copy,
    .backward = layers_copy_backward,
};
