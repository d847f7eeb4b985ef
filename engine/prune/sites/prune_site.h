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
    /* A joint site has channels of several sites, one site behind the other: what an order across
     * layers prunes. It has no parts, and nothing is measured at it: whoever prunes or
     * measures asks prune_sites_own. */
    int n_members;
    int *members; /* [n_members] sites, ascending; NULL: a site of its own */
};

enum { PRUNE_SITES_JOINT = 16 };

struct prune_sites {
    int n;                   /* sites of their own */
    struct prune_site *site; /* [n + n_joint] */
    int n_joint;             /* behind those, PRUNE_SITES_JOINT at most */
};

struct prune_sites *prune_sites_find(
    const struct network *network); /* in the order of the network */
/* For a net without any: one of no channels, so that it can be measured like others. */
void sites_add_empty(struct prune_sites *sites, const struct network *network);
void prune_sites_destroy(struct prune_sites *sites);
/* The joint site of members[n], ascending, two at least; made where there is none. Pointers to
 * sites stay valid. -1 with err: there are too many. */
int prune_sites_join(
    struct prune_sites *sites, const int *members, int n_members, struct error *err);
static inline bool prune_site_is_joint(const struct prune_site *site)
{
    return site->n_members > 0;
}
/* The site of its own that a channel of a site is of; *channel becomes its number there. */
int prune_sites_own(const struct prune_sites *sites, int site, int *channel);
/* The first channel of member m in a joint site. */
int prune_sites_first(const struct prune_sites *sites, int site, int member);
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
