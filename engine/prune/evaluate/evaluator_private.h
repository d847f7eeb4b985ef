/* An evaluator, as its files share it. Thread: as in evaluator.h. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_PRIVATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_PRIVATE_H

#include "engine/cluster/cluster.h"
#include "engine/prune/evaluate/evaluator.h"
#include "engine/prune/evaluate/suffix_cache_private.h"

struct evaluator {
    const struct network *unpruned;
    const struct prune_sites *sites;
    struct network *network;
    struct batched_plan *plan; /* of network */
    bool stale;                /* weights changed since the plan was made */
    struct batch_runner *runner;
    struct pixel_scaling scaling;
    int sample;                /* 0: all images */
    int site;                  /* where channels are pruned next, -1: nowhere */
    struct pruned_set *pruned; /* [sites->n]; NULL: no sites */
};

/* The images of a set that this rank runs: whole tiles, so that sums over tiles are the same for
 * any number of ranks. */
static inline struct cluster_share evaluator_share(
    const struct evaluator *evaluator, const struct dataset *set)
{
    return cluster_share(evaluator_count(evaluator, set), BATCH_TILE);
}

/* evaluator_join.c: what a pass gave on each rank, brought together on all. */
bool evaluator_join(
    const struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err);

/* Of logits and of what was measured; false with err: the first image that has no number. */
bool evaluator_check_numbers(
    const struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err);

#endif
