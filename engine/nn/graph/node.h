/* One layer as a file or a program describes it, before a network is made of it: its class, its
 * settings and the names of its inputs. Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_NODE_H
#define SECATEUR_ENGINE_NN_GRAPH_NODE_H

#include "engine/nn/layers/layer.h"

struct node {
    const char *class_name, *name;
    struct layer_config settings;
    int n_inputs;
    const char *inputs[LAYER_INPUTS_MAX]; /* names */
    const char *shares;                   /* name of the node whose weights it has; NULL: its own */
};

/* Frees nodes[n] that own all their strings, and the array; NULL: none. */
void nodes_free(struct node *nodes, int n);

#endif
