/* Weights that several layers share. Private to the room. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_SHARED_WEIGHTS_H
#define SECATEUR_ENGINE_NN_GRAPH_SHARED_WEIGHTS_H

#include "engine/nn/graph/node.h"

/* Sets the owner of each of layers[n] whose node says that it shares; order[layer] is its node.
 * False with err: there is no such layer, or its weights have other shapes. */
bool shared_weights_find(
    struct layer *layers, int n, const struct node *nodes, const int *order, struct error *err);

#endif
