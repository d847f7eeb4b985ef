/* Layers that only work in training: here they change nothing. */
#include "engine/net/layers.h"

#define IDENTITY_CLASS(id, keras)                 \
    const struct layer_class layer_class_##id = { \
        .name = keras,                            \
        .help = "works in training alone",        \
        .channels = CHANNELS_PASS,                \
        .min_inputs = 1,                          \
        .max_inputs = 1,                          \
        .configure = layers_same_shape,           \
        .forward = layers_copy,                   \
        .backward = layers_copy_backward,         \
    }

IDENTITY_CLASS(dropout, "Dropout");
IDENTITY_CLASS(spatial_dropout, "SpatialDropout2D");
IDENTITY_CLASS(alpha_dropout, "AlphaDropout");
IDENTITY_CLASS(gaussian_dropout, "GaussianDropout");
IDENTITY_CLASS(gaussian_noise, "GaussianNoise");
IDENTITY_CLASS(activity_regularization, "ActivityRegularization");
