/* The sums behind a site of one image after the other, followed by differences while channels are
 * pruned (nn/incremental/delta.h), with a bound on how far the units that the last Dense reads are
 * from those of a run from scratch. What a bound decides need not be computed exactly.
 *
 * Stages that are computed anew (nn/incremental/recompute.h) are those of a run from scratch. For
 * the others the bound counts roundings in the worst case: a sum rounds once for each product that
 * is not zero, each time by no more than a unit of what is summed up so far; over all sums of a
 * product that is at most n u |W x|, and no part of x makes more of W than its norm times |x|.
 * Three things add up, stage by stage: what following the differences has lost since the image was
 * started afresh; what a run from scratch may lose; and what earlier stages are off, times the norm
 * of the product behind them (ReLU brings nothing further apart). Owner: the caller. Thread: read
 * by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SHADOW_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SHADOW_H

#include "engine/base/memory_budget.h"
#include "engine/nn/incremental/recompute.h"
#include "engine/prune/ranking/batch_runner.h"

struct shadow;      /* of n images */
struct shadow_step; /* one image on its way, in a worker's memory */

/* From the values of layer `site` to those of layer `to` through the layers marked in
 * behind[n_layers]; what is kept of an image is the budget's, or lies beside it where its budget
 * is a soft one. NULL where they are no sums that can be followed, or too many of them. */
struct shadow *shadow_create(const struct network *network, const struct batched_kernels *batched,
    const bool *behind, int site, int to, int n_images, struct memory_budget *budget);
/* Another one for n_images that keeps the sums of all stages: for those that are followed often in
 * a row. It borrows the plan; n_images becomes how many fit `bytes`. */
struct shadow *shadow_create_beside(const struct shadow *from, size_t bytes, int *n_images);
void shadow_destroy(struct shadow *shadow);
const struct delta_kernels *shadow_kernels(const struct shadow *shadow);
struct shadow_step *shadow_step_create(const struct shadow *shadow);
void shadow_step_destroy(struct shadow_step *step);
size_t shadow_step_bytes(const struct shadow *shadow); /* about what one takes */

/* Starts the images of a group after an unpruned pass, of which the values of their sites are
 * given, values[count]; leaves those stale for which there is no room, or all where the pass does
 * not have their sums. */
void shadow_adopt(
    struct shadow *shadow, const struct batch *group, const struct delta_values *values);

/* Whether an image has to be started. */
bool shadow_is_stale(const struct shadow *shadow, int image);
void shadow_forget(struct shadow *shadow, int image);
/* Forgets an image that has moved so often that it is nearer when it is started afresh. */
void shadow_refresh(struct shadow *shadow, int image);
void shadow_prefetch(const struct shadow *shadow, int image);

/* 1. The site of an image: values without the channels that have a bit in `pruned` (room for 512),
 * and what goes with another one (DELTA_NOWHERE: none). */
const struct delta_site *shadow_sift(const struct shadow *shadow, struct shadow_step *step,
    const struct delta_values *values, const uint32_t *pruned, uint32_t channel);
/* 2. What is to be done: nothing; to follow what goes, and unless that is to be kept the image
 * stays what it was; or to start with what stays, which is kept. False where there is no room. */
enum shadow_way { SHADOW_STAYS, SHADOW_FOLLOWS, SHADOW_STARTS };
bool shadow_begin(
    struct shadow *shadow, struct shadow_step *step, int image, enum shadow_way way, bool keep);
/* 3. Of several images at once, so that the weights which one has brought into the cache serve the
 * others. */
void shadow_run(const struct shadow *shadow, struct shadow_step *const *steps, int n);
/* 4. The units that the last Dense reads; returns how far they may be from those of a run from
 * scratch, as a length. */
float shadow_units(const struct shadow *shadow, const struct shadow_step *step, float *units);

#endif
