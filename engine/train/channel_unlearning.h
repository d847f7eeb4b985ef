/* The first half of RNP (channel_masks.h): a net unlearns clean images.
 * Owner: the caller. Thread: one caller; the workers are inside. */
#ifndef SECATEUR_ENGINE_TRAIN_CHANNEL_UNLEARNING_H
#define SECATEUR_ENGINE_TRAIN_CHANNEL_UNLEARNING_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/graph/network.h"

#include <stdint.h>

struct channel_unlearning_options {
    const float *pixels; /* [n, input shape] in the net's own unit */
    const int32_t *labels;
    int n, batch;
    double rate;
    uint64_t seed;
    bool (*progress)(void *context, int step, int steps); /* false cancels; may be NULL */
    void *context;
    int steps; /* told to progress, with step 0 */
};

/* Changes the network by gradient ascent. False with ERROR_CANCELLED, or where the loss is not
 * finite. */
bool channel_unlearning(struct network *network, struct thread_pool *pool,
    const struct channel_unlearning_options *options, struct error *err);

#endif
