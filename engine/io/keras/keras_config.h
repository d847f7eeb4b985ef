/* The layers of a Keras net, as plain data. Nets inside the net are flattened: their layers keep
 * their names where these are unique. Owner: the caller (keras_config_finish). Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_CONFIG_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_CONFIG_H

#include "engine/io/keras/keras_origin.h"
#include "engine/nn/graph/network.h"

/* Where a file holds a layer's weights. */
struct weights_place {
    char *layer; /* its name within its own net */
    char *group; /* files of Keras 2: the layer of the outermost net that it is, or is inside of */
    char *store; /* files of Keras 3: "dense_1", "sequential/layers/dense" */
};

struct keras_config {
    int n_nodes;
    struct node *nodes;           /* in the order of the file; strings are owned by this struct */
    struct weights_place *places; /* [n_nodes] */
    char *output;                 /* name of the output layer */
    struct keras_origin origin;
    bool any_size; /* it failed: images may have any size, and none was said */
    bool logit; /* the one output is no sigmoid: taken for the logit of the second of two classes */
};

void keras_config_finish(struct keras_config *config);

#endif
