/* From the net that the file describes to the net that is run, which gives the same classes:
 * images as planes are turned, images without a channel axis get one, one sigmoid becomes two
 * classes, and names whose meaning depends on the version of Keras become those of net/. The file's
 * own form is what is saved (keras_weights.h). Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_LOWER_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_LOWER_H

#include "engine/io/keras/keras_config.h"

/* Changes config->nodes; fails by the name of the layer that cannot be run. */
bool keras_lower(struct keras_config *config, struct error *err);

#endif
