/* The ways to the weights in a file, for keras_weights.c and the two forms of files. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_WEIGHTS_PRIVATE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_WEIGHTS_PRIVATE_H

#include "engine/io/keras/keras_weights.h"

/* What to do with a weight and its dataset; turned: the file's kernel is turned by 180 degrees. */
typedef bool weight_action(
    struct h5_data *data, struct weight *weight, bool turned, struct error *err);

/* Where all weights go to or come from. */
struct keras_visit {
    struct h5 *h5;
    const struct keras_config *config;
    const struct network *network;
    weight_action *action;
    const struct weights_place **places; /* [n_layers] of each layer of the network */
    const char *group;                   /* of a file of Keras 2: "" or "model_weights" */
};

/* The dataset at a path for weight w of the layer: its shape is checked, then the action taken. */
bool keras_visit_weight(const struct keras_visit *visit, const char *path, struct layer *layer,
    int w, struct error *err);
/* Where the file holds the layer's weights. */
const struct weights_place *keras_visit_place(
    const struct keras_visit *visit, const struct layer *layer);
char *keras_visit_join(const char *group, const char *name); /* "group/name"; malloc'd */

/* All weights of the network; fails on missing, extra and double ones. */
bool keras_visit_groups(struct keras_visit *visit, struct error *err);
bool keras_visit_stores(const struct keras_visit *visit, struct error *err);

#endif
