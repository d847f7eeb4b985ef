/* The layers of a Keras net from its JSON: plain data, nothing in it is ever run.
 * Nets inside the net are flattened: their layers keep their names where these are unique.
 * Owner: the caller (model_config_finish, also after a failure). Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_MODEL_CONFIG_H
#define SECATEUR_ENGINE_IO_KERAS_MODEL_CONFIG_H

#include "engine/io/keras/model.h"

/* Where a file holds a layer's weights. */
struct weights_place {
    char *layer;  /* its name within its own net */
    char *group;  /* files of Keras 2: the layer of the outermost net that it is, or is inside of */
    char *budget; /* files of Keras 3: "dense_1", "sequential/layers/dense" */
};

struct model_config {
    int n_nodes;
    struct node *nodes;           /* in the order of the file; strings are owned by this struct */
    struct weights_place *places; /* [n_nodes] */
    char *output;                 /* name of the output layer */
    struct model_origin origin;
    bool logit; /* the one output is no sigmoid: taken for the logit of the second of two classes */
};

/* A whole model ({"class_name": …, "config": …}), Sequential or Functional, from Keras 2 or 3, as
 * it is run here (model_lower.h). False: not JSON, or a graph we cannot run; the layers that were
 * read stay, for showing. */
bool model_config_parse(const char *json, const struct model_origin *origin,
    struct model_config *config, struct error *err);
void model_config_finish(struct model_config *config);

#endif
