/* InputLayer: where the images come in. Its data_format is no setting of Keras: whoever knows that
 * the net's layers have the channels first says so here (io/keras/keras_lower.c). */
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    const struct setting *shape = NULL;
    static const char *const keys[] = {"batch_input_shape", "batch_shape", "input_shape"};
    int batch = 1; /* the batch leads the list, except in input_shape */
    for (int i = 0; i < 3 && !shape; i++) {
        shape = layer_config_find(settings, keys[i]);
        batch = i < 2;
    }
    const char *format;
    if (!layer_config_string(settings, "data_format", "channels_last", &format, err))
        return false;
    if (!shape || shape->kind != SETTING_NUMBERS)
        return fail(err, "the shape of the images is missing");
    if (shape->n <= batch || shape->n - batch > SHAPE_RANK_MAX)
        return fail(err, "%s has %d dimensions, expected 1 to %d", shape->key, shape->n - batch,
            SHAPE_RANK_MAX);
    layer->shape.rank = shape->n - batch;
    for (int i = 0; i < layer->shape.rank; i++) {
        double size = shape->number[i + batch];
        if (isnan(size))
            return fail(err, "%s does not fix the size of the images", shape->key);
        if (!(size >= 1 && size <= INT_MAX) || size != trunc(size))
            return fail(err, "%s holds %g, expected a whole number from 1", shape->key, size);
        layer->shape.dim[i] = (int)size;
    }
    layer->planes = layer->shape.rank == 3 && strcmp(format, "channels_first") == 0;
    if (layer->planes)
        layer->shape = shape_image(layer->shape.dim[1], layer->shape.dim[2], layer->shape.dim[0]);
    return true;
}

const struct layer_class layer_class_input = {
    .name = "InputLayer",
    .help = "the images",
    .channels = CHANNELS_FIXED,
    .configure = configure,
};
