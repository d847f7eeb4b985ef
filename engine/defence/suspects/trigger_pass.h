/* What a batch of images says of a trigger as it stands: loss, hits, and the gradients of mask and
 * pattern, by one forward and one backward pass. In shares of the batch by all workers together, or
 * the whole batch by one worker, so that each may serve a trigger of its own.
 * Owner: the caller. Thread: trigger_passes_run: one caller, the workers are inside;
 * trigger_passes_run_alone: one caller for each worker. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_TRIGGER_PASS_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_TRIGGER_PASS_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/graph/network.h"

#include <stdint.h>

/* Clean images in the net's own unit [n, input shape], and for each the class that it is to be
 * read as, or INVERSION_NOT(class): as any other class; borrowed. */
#define INVERSION_NOT(class) (-1 - (class))
struct inversion_images {
    int n;
    const float *pixels;
    const int32_t *wanted;
};

struct trigger_batch {
    const struct inversion_images *images;
    const int *chosen;            /* [n] which of the images */
    int n;                        /* at most the batch that the passes were made for */
    const float *cover, *pattern; /* [input shape]: the mask once for each channel; values */
};

struct trigger_gradients {
    float *mask, *pattern; /* [input shape] each: of the cover, and of the pattern */
    double loss;           /* sum over the images */
    int hits;              /* images that are read as wanted */
};

struct trigger_passes;

/* alone: each worker takes whole batches. Keeps pointers to network and pool. */
struct trigger_passes *trigger_passes_create(
    const struct network *network, struct thread_pool *pool, int batch, bool alone);
void trigger_passes_destroy(struct trigger_passes *passes); /* accepts NULL */
void trigger_passes_refresh(struct trigger_passes *passes); /* weights of the network changed */
const struct network *trigger_passes_network(const struct trigger_passes *passes);

/* Borrowed until the next call (of the same worker). trigger_passes_run: the ranks of a cluster
 * share the batch too; NULL with err where one of them failed. */
const struct trigger_gradients *trigger_passes_run(
    struct trigger_passes *passes, const struct trigger_batch *batch, struct error *err);
const struct trigger_gradients *trigger_passes_run_alone(
    struct trigger_passes *passes, const struct trigger_batch *batch, int worker);

#endif
