/* Layers that only work in training: here they change nothing. Keras' prediction leaves
 * augmentation out too; version 3 even where a call says training=True. */
#include "engine/nn/layers/layers.h"

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    settings_ignore(settings);
    return layers_same_shape(layer, settings, err);
}

/* RandomHeight and RandomWidth, too: a prediction keeps the size. */
#define IDENTITY_CLASS(id, keras, function)       \
    const struct layer_class layer_class_##id = { \
        .name = keras,                            \
        .help = "acts only in training",          \
        .channels = CHANNELS_PASS,                \
        .min_inputs = 1,                          \
        .max_inputs = 1,                          \
        .takes_planes = true,                     \
        .configure = function,                    \
        .forward = layers_copy,                   \
        .backward = layers_copy_backward,         \
    }

IDENTITY_CLASS(dropout, "Dropout", configure);
IDENTITY_CLASS(spatial_dropout, "SpatialDropout2D", configure);
IDENTITY_CLASS(spatial_dropout_line, "SpatialDropout1D", configure);
IDENTITY_CLASS(alpha_dropout, "AlphaDropout", configure);
IDENTITY_CLASS(gaussian_dropout, "GaussianDropout", configure);
IDENTITY_CLASS(gaussian_noise, "GaussianNoise", configure);
IDENTITY_CLASS(activity_regularization, "ActivityRegularization", configure);
IDENTITY_CLASS(random_flip, "RandomFlip", configure);
IDENTITY_CLASS(random_rotation, "RandomRotation", configure);
IDENTITY_CLASS(random_translation, "RandomTranslation", configure);
IDENTITY_CLASS(random_zoom, "RandomZoom", configure);
IDENTITY_CLASS(random_contrast, "RandomContrast", configure);
IDENTITY_CLASS(random_brightness, "RandomBrightness", configure);
IDENTITY_CLASS(random_height, "RandomHeight", configure);
IDENTITY_CLASS(random_width, "RandomWidth", configure);
