/* A site: a tensor whose channels can be pruned. A channel of a site is one unit of every layer
 * whose channels are coupled with it (through Add, BatchNormalization, Concatenate), found from
 * the graph. Pruning it zeroes all weights and biases that make it.
 * Owner: the caller (sites_destroy). Thread: read by any. */
#ifndef SECATEUR_ENGINE_PRUNE_TARGETS_SITE_H
#define SECATEUR_ENGINE_PRUNE_TARGETS_SITE_H

#include "engine/nn/graph/network.h"

/* A layer whose weights take part: unit[channel] is the layer's own channel, -1: none. */
struct site_part {
    int layer;
    bool producer; /* makes the channel (convolution, Dense); else it only scales it (BatchNorm) */
    int *unit;     /* [n_channels] */
};

struct site {
    char *name;      /* the producer, or the measured layer where there are several */
    char *producers; /* "fc_1 + fc_2" */
    int n_channels;
    int measured; /* the layer whose output is measured: the last before a channel is mixed */
    int n_parts;
    struct site_part *parts;
    /* Everything the producers do passes through `measured`, and a pruned channel is exactly 0
     * there: then what lies before it can be computed once and kept. */
    bool cut;
};

struct sites {
    int n;
    struct site *site;
};

struct sites *sites_find(const struct network *network); /* in the order of the network */
/* For a net without any: one of no channels, so that it can be measured like others. */
void sites_add_empty(struct sites *sites, const struct network *network);
void sites_destroy(struct sites *sites);
/* By name of the site, or of any layer that carries its channels; -1: none. */
int sites_by_name(const struct sites *sites, const struct network *network, const char *name);
/* The last convolution that is measured behind a pooling; else the last convolution, else 0. */
int sites_default(const struct sites *sites, const struct network *network);

/* Zeroes a channel in `network`, or copies it back from `original`. */
void site_prune(const struct site *site, struct network *network, int channel);
void site_restore(
    const struct site *site, struct network *network, const struct network *original, int channel);

#endif
