/* A product whose only reader is a depthwise convolution, where its tensor is larger than the
 * second cache: rows of some channels are made in a ring, and read there. The bits are those of
 * two steps.
 * Private to the room. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_BATCHED_STREAM_H
#define SECATEUR_ENGINE_NN_FORWARD_BATCHED_STREAM_H

#include "engine/nn/forward/batched_step.h"

/* Makes a depthwise step stream the product before it, where that is faster. */
void batched_stream_fuse(struct batched_plan *plan, int index);
/* Floats of the ring that a step needs; 0: none. */
size_t batched_stream_scratch(const struct batched_plan *plan, const struct batched_step *step);
/* Runs such a step; in: what its product reads. ending: that of the depthwise convolution. */
void batched_stream_run(float *out, const struct batched_plan *plan,
    const struct batched_step *step, const struct ending *ending, const float *in, float *ring);

#endif
