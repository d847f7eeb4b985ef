/* Greedy leave-one-out: in every round each channel that is left is tried, and the best one goes.
 * Without poisoned images that is the one that keeps most clean images right; with them the one
 * that turns most of the attack away for what it costs: with f and l the percent of ASR that fall
 * and of clean accuracy that are lost in the round, f / (1 + l) is largest where f > 0, else f - l.
 * Equal ones by a hint, then by number. It ends when GREEDY_POINTS of clean accuracy are lost;
 * channels that are left follow as the last round rated them.
 * Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_SCAN_GREEDY_H
#define SECATEUR_ENGINE_PRUNE_SCAN_GREEDY_H

#include "engine/prune/evaluate/evaluator.h"

enum { GREEDY_POINTS = 20 };

struct greedy_set {
    const struct dataset *set; /* NULL: there is none */
    struct suffix_cache *cache;
    const int32_t *wanted; /* [n of the whole set] labels, or what the attack wants, -1: nothing */
};

struct greedy_job {
    struct evaluator *evaluator; /* its site is set; nothing is pruned. So it is left again */
    const struct prune_site *site;
    struct greedy_set clean, poisoned;
    const double *hint; /* [n_channels] the larger goes first, NULL: none */
    void (*progress)(void *context, int done, int total); /* after each round */
    void *context;
};

/* Fills places[n_channels]: the channel at place 0 goes first. False with err: stopped. */
bool greedy_order(const struct greedy_job *job, double *places, struct error *err);

#endif
