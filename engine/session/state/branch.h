/* Ways of pruning that are kept beside each other. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_BRANCH_H
#define SECATEUR_ENGINE_SESSION_STATE_BRANCH_H

#include "engine/prune/ranking/activations.h"
#include "engine/session/state/rounds.h"

/* A channel that is pruned. */
struct pruned_channel {
    int site, channel;
};

/* One way of pruning: a site, what was pruned elsewhere before (nothing, for most), and rounds. */
struct branch {
    int site;
    int root;               /* the branch that began so; what caches keep is the same for both */
    int parent, fork_round; /* shares rounds 0..fork_round with the branch `parent`; -1: begins.
                               Rounds behind that are its own. */
    int n_base;
    struct pruned_channel *base;            /* [n_base] */
    struct channel_sums *sums[N_SETS];      /* under the base; NULL: those of the site */
    const struct channel_activation *shown; /* counted */
    struct history history;
};

#endif
