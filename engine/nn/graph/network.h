/* A network: a graph of layers in the order they are computed.
 * Owner: the caller (network_destroy). Thread: read by any, changed by one while nobody reads. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_NETWORK_H
#define SECATEUR_ENGINE_NN_GRAPH_NETWORK_H

#include "engine/nn/graph/node.h"

struct network {
    int n_layers;
    struct layer *layers; /* a layer's inputs come before it */
    int input, output;    /* indices; one of each */
    int n_classes;        /* channels of the output, which is [n_classes] */
    size_t n_parameters;
    size_t n_values; /* of the outputs of all layers, for one image */
    int softmax;     /* the layer whose soft-max ends the network and is left out, or -1 */
    float *storage;  /* where all weights live */
};

/* Sorts the nodes, which may come in any order, configures every layer and allocates zero weights,
 * once for layers that share them: weights of both are in the same place.
 * Names of layers become what is seen of them (text_fit). Fails on an unknown class, an unknown or
 * double name, a cycle, wrong shapes. The nodes stay the caller's. */
struct network *network_create(
    const struct node *nodes, int n_nodes, const char *output, struct error *err);
struct network *network_clone(const struct network *network); /* with its own weights */
/* The same; weights of layers not marked in wanted[n_layers] are 0, and take no memory. */
struct network *network_clone_part(const struct network *network, const bool *wanted);
void network_destroy(struct network *network);

/* Index or -1; the name as it is in the file, or as it is seen. */
int network_find(const struct network *network, const char *layer);
/* The same, or the one layer whose name ends so behind a slash: "conv" is "base/conv". */
int network_find_inner(const struct network *network, const char *layer);
/* The one layer that reads a layer's output; -1: none, several, or the network gives it out too. */
int network_only_reader(const struct network *network, int layer);
/* Images in, classes out: what every command asks of a net. */
bool network_check_classifier(const struct network *network, struct error *err);
bool network_check_finite(const struct network *network, struct error *err); /* no NaN, no inf */
/* Marks in reached[n_layers], beside what is marked there, the layers whose output depends on layer
 * `from` (itself included) or on a layer marked before. */
void network_downstream(const struct network *network, int from, bool *reached);

#endif
