/* Channels tried and committed by an evaluator: what they change in the predictions of a set.
 * Owner: the caller. Thread: the evaluator's. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_CHANNEL_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_CHANNEL_H

#include "engine/prune/evaluate/evaluator.h"

/* Both: predicted[n] from what was predicted before[n] the channel was pruned. With a cache only
 * the images where the channel is not silent are run, from the site on; without (NULL) all, from
 * the pixels. Return how many were run, -1 with err.
 * Tries a channel that is not pruned: afterwards it is not pruned either. */
int evaluator_try_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
/* Commits a channel: prunes it, unless that is done (for another set), and it stays pruned, also
 * on failure. */
int evaluator_commit_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
/* Of all images of the set with what is pruned now. */
int evaluator_predict(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, uint16_t *predicted, struct error *err);
/* Tries all channels that are not pruned at once, where that is faster than one by one: later
 * evaluator_try_channel finds what it looks for. False with ERROR_CANCELLED. */
bool evaluator_try_all(struct evaluator *evaluator, struct suffix_cache *cache, struct error *err);

#endif
