/* Which channels of a network are one and the same for pruning: a union-find over the channels
 * that layers make, followed through the graph.
 * Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_SITES_COUPLING_H
#define SECATEUR_ENGINE_PRUNE_SITES_COUPLING_H

#include "engine/nn/graph/network.h"

struct coupling {
    const struct network *network;
    int n_ids;
    int *parent; /* [n_ids] union-find */
    bool *fixed; /* [n_ids] may not be pruned (input, classes); valid at roots */
    int **ids;   /* [n_layers][channels of its output] */
};

void coupling_init(struct coupling *coupling, const struct network *network);
void coupling_finish(struct coupling *coupling);
int coupling_root(struct coupling *coupling, int id);
bool coupling_is_fixed(struct coupling *coupling, int id);

#endif
