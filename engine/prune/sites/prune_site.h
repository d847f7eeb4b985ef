/* A site: a tensor whose channels can be pruned. A channel of a site is one unit of every layer
 * whose channels are coupled with it (through Add, BatchNormalization, Concatenate), found from
 * the graph. Pruning it zeroes all weights and biases that make it.
 * Owner: the caller (prune_sites_destroy). Thread: read by any. */
#ifndef SECATEUR_ENGINE_PRUNE_SITES_PRUNE_SITE_H
#define SECATEUR_ENGINE_PRUNE_SITES_PRUNE_SITE_H

#include "engine/nn/graph/network.h"

/* A layer whose weights take part: unit[channel] is the layer's own channel, -1: none. */
struct prune_site_part {
    int layer;
    bool producer; /* makes the channel (convolution, Dense); else it only scales it (BatchNorm) */
    int *unit;     /* [n_channels] */
};

struct prune_site {
    char *name;      /* the producer, or the measured layer where there are several */
    char *producers; /* "fc_1 + fc_2" */
    int n_channels;
    int measured; /* the layer whose output is measured: the last before a channel is mixed */
    int n_parts;
    struct prune_site_part *parts;
    /* Everything the producers do passes through `measured`, and a pruned channel is exactly 0
     * there: then what lies before it can be computed once and kept. */
    bool cacheable;
};

struct prune_sites {
    int n;
    struct prune_site *site;
};

struct prune_sites *prune_sites_find(
    const struct network *network); /* in the order of the network */
/* For a net without any: one of no channels, so that it can be measured like others. */
void sites_add_empty(struct prune_sites *sites, const struct network *network);
void prune_sites_destroy(struct prune_sites *sites);
/* By name of the site, or of any layer that carries its channels; -1: none. */
int prune_sites_by_name(
    const struct prune_sites *sites, const struct network *network, const char *name);
/* The last convolution that is measured behind a pooling; else the last convolution, else 0. */
int prune_sites_default(const struct prune_sites *sites, const struct network *network);

/* Zeroes a channel in `network`, or copies it back from `original`. */
void prune_site_prune(const struct prune_site *site, struct network *network, int channel);
void prune_site_restore(const struct prune_site *site, struct network *network,
    const struct network *original, int channel);

#endif
