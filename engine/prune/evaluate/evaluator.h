/* An evaluator runs image sets through a network whose channels are pruned one by one at a site,
 * and gives the class predicted for every image.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_EVALUATOR_H

#include "engine/io/images/dataset.h"
#include "engine/prune/evaluate/suffix_cache.h"
#include "engine/prune/ranking/activations.h"

struct evaluator;

/* Keeps pointers to the unpruned network, its sites (NULL: none will be pruned) and the pool; works
 * on a copy of the network. */
struct evaluator *evaluator_create(const struct network *unpruned, const struct prune_sites *sites,
    struct thread_pool *pool, const struct batch_runner_hooks *hooks, double scale);
void evaluator_destroy(struct evaluator *evaluator);

/* Scale that pixels are multiplied by. */
void evaluator_set_scaling(struct evaluator *evaluator, const struct pixel_scaling *scaling);
/* Only `sample` images of a set, evenly spread, are run from now on (0: all). Image i of the
 * sample is evaluator_image of the set. */
void evaluator_set_sample(struct evaluator *evaluator, int sample);
int evaluator_count(const struct evaluator *evaluator, const struct dataset *set);
int evaluator_image(const struct evaluator *evaluator, const struct dataset *set, int i);
/* How many predicted classes are the labels of their images: labels[n of the whole set], NULL:
 * those of the set. */
int evaluator_right(const struct evaluator *evaluator, const struct dataset *set,
    const int32_t *labels, const uint16_t *predicted);

/* Empty statistics for every site, [sites->n], or one by one; and their destruction. */
struct activations **evaluator_activations(
    const struct evaluator *evaluator, const struct dataset *set);
void evaluator_activations_destroy(
    const struct evaluator *evaluator, struct activations **activations);

/* One pass from the pixels through the network as it stands. */
struct evaluator_pass {
    const struct dataset *set;
    uint16_t *predicted;              /* [n] out, may be NULL */
    uint16_t *runners_up;             /* [n] out: the best class but the predicted one; may be NULL.
                                         The predicted one where there is no other */
    float *loss;                      /* [n] out: cross-entropy with the label, may be NULL */
    struct activations **activations; /* filled, or NULL; the network is unpruned */
    struct suffix_cache *cache;       /* filled, or NULL; the network is unpruned */
};
/* Fails when a logit, or a value that the activations are of, is not finite, naming the first such
 * image and its layer, or where there is no room for the cache. */
bool evaluator_run(
    struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err);

/* The values of a layer that is measured, for every image of a set; what lies behind it is not
 * computed. `see` runs on the workers: values[shape][width] of a group. */
typedef void evaluator_see(void *context, const struct batch *group, const float *values);
bool evaluator_watch(struct evaluator *evaluator, const struct dataset *set, int layer,
    evaluator_see *see, void *context, struct error *err);

/* What is pruned. The site, one of the evaluator's, is where channels are pruned next; setting it
 * (NULL: none) restores all channels of all sites. */
void evaluator_set_site(struct evaluator *evaluator, const struct prune_site *site);
/* Exactly these channels of all sites, pruned[sites->n]; the next ones at `site`. */
void evaluator_set_pruned(
    struct evaluator *evaluator, const struct prune_site *site, const struct pruned_set *pruned);
void evaluator_prune(struct evaluator *evaluator, int channel);
void evaluator_restore(struct evaluator *evaluator, int channel);
const struct network *evaluator_network(const struct evaluator *evaluator); /* as it stands */
const struct batched_kernels *evaluator_kernels(const struct evaluator *evaluator);

#endif
