/* A network computed anew in double precision, layer by layer, straight from the definitions: what
 * fast and single-precision code is compared with. Small nets of convolutions (strides of 1),
 * Dense, BatchNormalization, ReLU, pooling, Add. Owner: the caller. Thread: one. */
#ifndef SECATEUR_TESTS_UNIT_DOUBLE_NET_H
#define SECATEUR_TESTS_UNIT_DOUBLE_NET_H

#include "engine/nn/graph/network.h"

struct double_net {
    const struct network *network;
    double **values; /* [n_layers][shape] of the image that was run last */
    double **linear; /* the same before the activation function */
    int scaled;      /* a layer's channel is multiplied by a factor, -1: none */
    int channel;
    double factor;
    /* [n_layers][channels] what a layer's kernel (gamma) and bias (beta) are multiplied by; an
     * array, or one of its entries, may be NULL: 1. Borrowed. */
    double **by_weight, **by_bias;
};

struct double_net *double_net_create(const struct network *network);
void double_net_destroy(struct double_net *net);
/* image[input shape] */
void double_net_run(struct double_net *net, const double *image);
/* Cross-entropy of the last run with a label. */
double double_net_loss(const struct double_net *net, int label);
int double_net_class(const struct double_net *net);
/* Of a layer's weight, by its name; NULL: it has none. */
const struct weight *double_net_weight(const struct layer *layer, const char *name);

#endif
