/* Keras nets that are made here: their layers as JSON, and files of them. Thread: any; that of the
 * HDF5 library (h5.h) for files. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_NEW_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_NEW_H

#include "engine/nn/graph/network.h"

/* The lab's DeepID (55x47x3, conv_1 … output) for n classes as model_config JSON; malloc'd. */
char *keras_deepid_json(int n_classes);
/* The network of such JSON, with zero weights; name: for messages. Owner: the caller. */
struct network *keras_network(const char *json, const char *name, struct error *err);
/* A new whole-model file as Keras 2.7 would write it. Atomic; refuses an existing file unless
 * `force`. */
bool keras_write(const struct network *network, const char *architecture_json, const char *path,
    bool force, struct error *err);

#endif
