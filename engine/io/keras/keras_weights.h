/* The weights in a Keras file, found by layer and name, and the network's. Private to the room. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_WEIGHTS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_WEIGHTS_H

#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_config.h"

/* The group that lists the layers, "" or "model_weights"; NULL with err when there is none. */
const char *keras_weights_group(struct h5 *h5, struct error *err);
/* The weight of a layer by its own name ("kernel"), as text "path of the dataset"; malloc'd. */
char *keras_weights_path(struct h5 *h5, const char *layer, const char *weight, struct error *err);

/* Whether the file keeps weights as Keras 3 does: layers/dense_1/vars/0. */
bool keras_weights_is_store(struct h5 *h5);
/* Fills the network's weights; config says where they are. Fails on missing, extra and double ones
 * and on wrong shapes. */
bool keras_weights_read(
    struct h5 *h5, const struct keras_config *config, struct network *network, struct error *err);
/* Writes into a file in memory the values that are not those of the network. */
bool keras_weights_update(struct h5 *h5, const struct keras_config *config,
    const struct network *network, struct error *err);

#endif
