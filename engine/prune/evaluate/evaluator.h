/* The door of this room. An evaluator predicts the class of every image while channels are pruned
 * one by one at a site; predictions are those of a run from scratch (docs/numerics.md).
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_H

#include "engine/io/images/dataset.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/sites/pruned_set.h"

struct evaluator;
struct suffix_cache; /* what the layers behind a site read, for every image of a set */

/* Keeps pointers to the unpruned network, its sites (NULL: none will be pruned) and the pool.
 * scale: that pixels are multiplied by. */
struct evaluator *evaluator_create(const struct network *unpruned, const struct prune_sites *sites,
    struct thread_pool *pool, const struct batch_runner_hooks *hooks, double scale);
void evaluator_destroy(struct evaluator *evaluator);
void evaluator_set_unpruned(struct evaluator *evaluator, const struct network *unpruned);
void evaluator_set_scaling(struct evaluator *evaluator, const struct pixel_scaling *scaling);
/* Only `sample` images of a set, evenly spread, are run (0: all): evaluator_image is the i-th. */
void evaluator_set_sample(struct evaluator *evaluator, int sample);
int evaluator_count(const struct evaluator *evaluator, const struct dataset *set);
int evaluator_image(const struct evaluator *evaluator, const struct dataset *set, int i);
/* How many predicted classes are the labels[n of the whole set]; NULL: those of the set. */
int evaluator_right(const struct evaluator *evaluator, const struct dataset *set,
    const int32_t *labels, const uint16_t *predicted);

/* For n images of the unpruned network at a site, in memory of the budget. NULL where values there
 * do not tell everything (prune_site.h, cacheable), or the shortcut is off. */
struct suffix_cache *evaluator_cache_create(const struct evaluator *evaluator,
    const struct prune_site *site, int n_images, struct memory_budget *budget);
void evaluator_cache_destroy(struct suffix_cache *cache);
bool evaluator_cache_complete(const struct suffix_cache *cache); /* a pass has filled it */
int evaluator_cache_products(const struct suffix_cache *cache);  /* logits of the last run */

/* Empty statistics, [sites->n]. */
struct activations **evaluator_activations(
    const struct evaluator *evaluator, const struct dataset *set);
void evaluator_activations_destroy(const struct evaluator *evaluator, struct activations **all);

/* One pass from the pixels through the network as it stands; every output may be NULL. */
struct evaluator_pass {
    const struct dataset *set;
    uint16_t *predicted, *runners_up; /* [n] out: best class; next best, or the same if only one */
    float *loss;                      /* [n] out: cross-entropy with the label */
    struct activations **activations; /* filled; the network is unpruned */
    struct suffix_cache *cache;       /* filled; the network is unpruned */
};
/* Fails where a logit or an activation is not finite, naming both, or memory is short. */
bool evaluator_run(
    struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err);
/* Shows a measured layer of every image; on the workers: values[shape][width] of a batch. */
typedef void evaluator_see(void *context, const struct batch *batch, const float *values);
bool evaluator_watch(struct evaluator *evaluator, const struct dataset *set, int layer,
    evaluator_see *see, void *context, struct error *err);

/* The site, one of the evaluator's, where channels are pruned next; NULL: none. Restores all. */
void evaluator_set_site(struct evaluator *evaluator, const struct prune_site *site);
/* Prunes exactly these channels, pruned[sites->n]; the next ones at `site`. */
void evaluator_set_pruned(
    struct evaluator *evaluator, const struct prune_site *site, const struct pruned_set *pruned);
void evaluator_prune(struct evaluator *evaluator, int channel);
void evaluator_restore(struct evaluator *evaluator, int channel);
/* Predictions with a channel more, given those before[n]: tried, it is restored again; committed,
 * it stays pruned, also on failure. With a cache only images where the channel is not zero are run,
 * from the site on; without (NULL) all, from the pixels. How many were run; -1 with err. */
int evaluator_try_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
int evaluator_commit_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
/* Of all images with what is pruned now. */
int evaluator_predict(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, uint16_t *predicted, struct error *err);
/* Tries all channels at once, for later trials, where that is faster. False: ERROR_CANCELLED. */
bool evaluator_try_all(struct evaluator *evaluator, struct suffix_cache *cache, struct error *err);

#endif
