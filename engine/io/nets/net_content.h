/* What a file says of a net, whatever its format. Owner: the caller (net_content_finish).
 * Thread: any. */
#ifndef SECATEUR_ENGINE_IO_NETS_NET_CONTENT_H
#define SECATEUR_ENGINE_IO_NETS_NET_CONTENT_H

#include "engine/io/sandbox/sandbox.h"
#include "engine/nn/graph/network.h"

struct net_content {
    int n_nodes;
    struct node *nodes; /* the layers as they are run; owned, with their strings (nodes_free) */
    char *output;       /* name of the output layer */
    struct network *network; /* network_create of the nodes, with the weights of the file */
    bool whole;              /* the file says its layers; false: weights alone */
    bool any_size;   /* nothing else is known: it takes images of any size, and none was said */
    bool logit;      /* it ends with one value without a sigmoid, which is taken for a logit */
    bool folded;     /* batch normalisations are part of convolutions, as the file shows */
    char *layers;    /* the layers in the format's own words, for list and save; NULL: not needed */
    char *writer;    /* "Keras 2.7.0, tensorflow"; NULL: the file does not say */
    char *opens_in;  /* which programs open a file that is saved from it; NULL: not known */
    char *knowledge; /* NET_KNOWLEDGE, a stranger's; NULL: none */
};

void net_content_finish(struct net_content *content);

/* From the reader to its parent, which makes the network anew of plain data and checks it: images
 * in, classes out, finite weights. place: the file that says the layers, for messages. */
void net_content_send(const struct net_content *content, struct sandbox_pipe *pipe);
bool net_content_receive(
    struct net_content *content, struct sandbox *sandbox, const char *place, struct error *err);

#endif
