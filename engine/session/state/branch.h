/* Ways of pruning beside each other. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_BRANCH_H
#define SECATEUR_ENGINE_SESSION_STATE_BRANCH_H

#include "engine/defence/repairs/repair.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/sites/pruned_set.h"
#include "engine/session/state/rounds.h"

/* A repair whose rounds a branch has. */
struct branch_plan {
    const struct repair *repair; /* NULL: the rounds prune */
    int n_targets, targets[REPAIR_TARGETS];
    int rounds; /* how many it takes */
    bool all;   /* it learns from held-out images too: they chose it before */
};

/* One way of pruning: a site, what was pruned elsewhere before (nothing, for most), and rounds. */
struct branch {
    int site;
    int root;                /* the branch that began so; caches hold the same for both */
    int parent, fork_round;  /* shares rounds 0..fork_round with the branch `parent`; -1: begins.
                                Rounds behind that are its own. */
    int n_base;              /* channels pruned before round 0 */
    struct pruned_set *base; /* [n_sites] those channels; NULL: none */
    struct pruned_set *joint_base;          /* the same in the numbering of a joint site, or NULL */
    struct channel_sums *sums[N_SETS];      /* under the base; NULL: those of the site */
    const struct channel_activation *shown; /* counted */
    const struct tuned *tuned;              /* counted: weights of round 0; NULL: as it came */
    struct branch_plan plan;
    struct history history;
};

/* A branch that begins at a site, with base[sites->n] pruned before (copied; NULL: nothing). */
void branch_init(struct branch *branch, const struct prune_sites *sites, int site,
    const struct pruned_set *base);
/* Round 0 is not the net as it came. */
bool branch_is_on_top(const struct branch *branch);
/* A branch that goes on from where another one stands; what that is not a part of is its own. */
void branch_fork(struct branch *branch, struct branch *from, const struct prune_sites *sites);
void branch_finish(struct branch *branch, const struct prune_sites *sites);
/* What is pruned in a round, of all sites: the caller's (pruned_sets_destroy). */
struct pruned_set *branch_pruned(
    const struct branch *branch, const struct prune_sites *sites, int round);
/* The weights of its net in a round, before anything is pruned; NULL: as it came. */
const struct tuned *branch_tuned(const struct branch *branch, int round);
int branch_next_rounds(const struct branch *branch); /* that are still to come at the position */

#endif
