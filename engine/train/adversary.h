/* Adversarial copies: images moved within a small box around them to where the net errs most, by
 * projected gradient ascent on the cross-entropy (Madry et al., ICLR 2018; l-infinity norm). A net
 * that keeps their labels cannot rest on small patterns alone.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_TRAIN_ADVERSARY_H
#define SECATEUR_ENGINE_TRAIN_ADVERSARY_H

#include "engine/base/thread_pool.h"
#include "engine/nn/graph/network.h"

#include <stdint.h>

struct adversary_options {
    float low, high; /* of every value of the input, in the net's own unit */
    double radius;   /* of the box, as a share of high - low */
    int steps;       /* of radius * 2 / steps each, from a random point of the box */
    int batch;       /* most images at once */
};

struct adversary;

/* Keeps pointers to the network, which may learn between calls, and the pool. */
struct adversary *adversary_create(const struct network *network, struct thread_pool *pool,
    const struct adversary_options *options);
void adversary_destroy(struct adversary *adversary); /* accepts NULL */

/* images[n, input shape], n <= batch, in place. seed: of the random points. */
void adversary_move(
    struct adversary *adversary, int n, const int32_t *labels, uint64_t seed, float *images);

#endif
