/* Which channels of a site are pruned: the one form of it, for evaluator, suffix cache, trials,
 * histories and saved nets. For a whole net: an array with one set a site.
 * Owner: the caller. Thread: read by any, written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_SITES_PRUNED_SET_H
#define SECATEUR_ENGINE_PRUNE_SITES_PRUNED_SET_H

#include "engine/prune/sites/prune_site.h"

#include <stdint.h>

/* Kernels read so many bits at once, from any word on. */
enum { PRUNED_SET_READ = 512 };

struct pruned_set {
    int n_channels;
    uint32_t generation; /* grows by 1 with each channel that is pruned or restored */
    uint32_t *bits;      /* [n_channels / 32], and PRUNED_SET_READ zeros behind */
};

void pruned_set_init(struct pruned_set *set, int n_channels); /* none is pruned */
void pruned_set_finish(struct pruned_set *set);
void pruned_set_put(struct pruned_set *set, int channel, bool pruned);
/* All bits as in `from`, a set of as many channels; the generation grows. */
void pruned_set_copy(struct pruned_set *set, const struct pruned_set *from);
int pruned_set_count(const struct pruned_set *set);

static inline bool pruned_set_has(const struct pruned_set *set, int channel)
{
    return set->bits[channel / 32] >> channel % 32 & 1;
}

/* One set for each site of a net, malloc'd [sites->n]. from NULL: nothing is pruned. */
struct pruned_set *pruned_sets_create(
    const struct prune_sites *sites, const struct pruned_set *from);
/* A channel of a site, which may be a joint one: in the set of the site it is of. */
void pruned_sets_put(
    struct pruned_set *sets, const struct prune_sites *sites, int site, int channel, bool pruned);
bool pruned_sets_have(
    const struct pruned_set *sets, const struct prune_sites *sites, int site, int channel);
void pruned_sets_destroy(struct pruned_set *sets, int n_sites); /* accepts NULL */
int pruned_sets_count(const struct pruned_set *sets, int n_sites);
/* Prunes all of them in a network. */
void pruned_sets_apply(
    const struct pruned_set *sets, const struct prune_sites *sites, struct network *network);

#endif
