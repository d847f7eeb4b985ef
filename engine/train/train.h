/* The trainer: soft-max cross-entropy over image sets in mini-batches. A batch is cut into a fixed
 * number of lanes whose gradients are added in order, so that the same seed gives the same bits
 * for any number of workers (on one machine: BLAS kernels differ between processors).
 * Owner: the caller. Thread: one caller at a time; the workers are inside. */
#ifndef SECATEUR_ENGINE_TRAIN_TRAIN_H
#define SECATEUR_ENGINE_TRAIN_TRAIN_H

#include "engine/base/thread_pool.h"
#include "engine/io/images/dataset.h"
#include "engine/train/augment.h"
#include "engine/train/backward.h"
#include "engine/train/optimiser.h"

struct train_options {
    int epochs, batch;
    uint64_t seed;         /* of the order of images and of their augmentation */
    double rate, rate_end; /* learning rate; the share of it that is left at the end */
    int warm;              /* batches over which the rate rises */
    double scale;          /* what pixels are multiplied by */
    struct optimiser_options optimiser;
    struct augment_options augment;
    const struct backward_penalty *penalty; /* or NULL; borrowed */
};

struct train_options train_defaults(void); /* Adam at 1e-3, batch 64, cosine to 2 %, 1/255 */

struct train_report {
    int epoch, epochs;     /* this one, from 1; of how many */
    int done, total;       /* images of this epoch */
    double loss, accuracy; /* mean over them, as they were learned; 0..1 */
};

struct train_hooks {
    /* Called behind every batch; false cancels. May be NULL. */
    bool (*progress)(void *context, const struct train_report *report);
    void *context;
};

struct trainer;

/* Keeps pointers to the network and the pool. */
struct trainer *train_create(
    struct network *network, struct thread_pool *pool, const struct train_options *options);
void train_destroy(struct trainer *trainer);
/* For masks; they count from the next run on. */
struct optimiser *train_optimiser(struct trainer *trainer);

/* All epochs over all images of the sets, shuffled together. A cancelled run (ERROR_CANCELLED)
 * leaves the weights of the last batch. Fails when the loss is no number any more. */
bool train_run(struct trainer *trainer, struct dataset *const *sets, int n_sets,
    const struct train_hooks *hooks, struct error *err);

#endif
