/* Puts the nodes of a graph into an order in which they can be computed. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_TOPOSORT_H
#define SECATEUR_ENGINE_NN_GRAPH_TOPOSORT_H

#include "engine/nn/graph/node.h"

/* inputs[n_nodes] as indices of nodes, -1 behind the last. */
struct edges {
    int inputs[LAYER_INPUTS_MAX];
};

/* Fails on double and unknown names. */
bool toposort_connect(
    const struct node *nodes, int n_nodes, struct edges *edges, struct error *err);
/* order[n_nodes]: inputs come first, else the order of the nodes is kept. Fails on a cycle. */
bool toposort_sort(const struct node *nodes, int n_nodes, const struct edges *edges, int *order,
    struct error *err);

#endif
