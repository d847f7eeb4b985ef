/* What a net that is being planted does on a set of images: one pass through the evaluator.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_ATTACK_NET_MEASURES_H
#define SECATEUR_ENGINE_ATTACK_NET_MEASURES_H

#include "engine/io/images/dataset.h"
#include "engine/prune/sites/prune_site.h"

struct net_measured {
    const struct network *network;
    struct thread_pool *pool;
    double scale; /* that pixels are multiplied by */
};

/* Percent of the set that is read as labelled; -1 with err. */
double net_measures_right(
    const struct net_measured *net, const struct dataset *set, struct error *err);
/* order[channels of the site] by mean activation on the set, the quietest first. */
bool net_measures_quietest_first(const struct net_measured *net, const struct prune_sites *sites,
    int site, const struct dataset *set, int *order, struct error *err);

#endif
