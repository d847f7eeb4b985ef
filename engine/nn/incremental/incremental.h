/* The sums behind a site of one image after the other, followed by differences while channels are
 * pruned (delta.h), with a bound on how far the units that the last Dense reads are
 * from those of a run from scratch. What a bound decides need not be computed exactly.
 *
 * Stages that are computed anew (recompute.h) are those of a run from scratch. For
 * the others the bound counts roundings in the worst case: a sum rounds once for each product that
 * is not zero, each time by no more than a unit of what is summed up so far; over all sums of a
 * product that is at most n u |W x|, and no part of x makes more of W than its norm times |x|.
 * Three things add up, stage by stage: what following the differences has lost since the image was
 * started afresh; what a run from scratch may lose; and what earlier stages are off, times the norm
 * of the product behind them (ReLU brings nothing further apart). Owner: the caller. Thread: read
 * by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_H

#include "engine/base/memory_budget.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/incremental/recompute.h"

struct incremental_state; /* of n images */
struct incremental_step;  /* one image on its way, in a worker's memory */

/* From the values of layer `site` to those of layer `to` through the layers marked in
 * behind[n_layers]; what is kept of an image is the budget's, or lies beside it where its budget
 * is a soft one. NULL where they are no sums that can be followed, or too many of them. */
struct incremental_state *incremental_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to, int n_images,
    struct memory_budget *budget);
/* Another one for n_images that keeps the sums of all stages: for those that are followed often in
 * a row. It borrows the plan; n_images becomes how many fit `bytes`. */
struct incremental_state *incremental_create_beside(
    const struct incremental_state *from, size_t bytes, int *n_images);
void incremental_destroy(struct incremental_state *incremental);
const struct delta_kernels *incremental_kernels(const struct incremental_state *incremental);
struct incremental_step *incremental_step_create(const struct incremental_state *incremental);
void incremental_step_destroy(struct incremental_step *step);
size_t incremental_step_bytes(
    const struct incremental_state *incremental); /* about what one takes */

/* Starts the images of a group after an unpruned pass, of which the values of their sites are
 * given, values[count]; leaves those stale for which there is no room, or all where the pass does
 * not have their sums. */
void incremental_seed(struct incremental_state *incremental, const struct batch *group,
    const struct delta_values *values);

/* Whether an image has to be started. */
bool incremental_is_stale(const struct incremental_state *incremental, int image);
void incremental_forget(struct incremental_state *incremental, int image);
/* Forgets an image that has moved so often that it is nearer when it is started afresh. */
void incremental_refresh(struct incremental_state *incremental, int image);
void incremental_prefetch(const struct incremental_state *incremental, int image);

/* 1. The site of an image: values without the channels that have a bit in `pruned` (room for 512),
 * and what goes with another one (DELTA_NO_CHANNEL: none). */
const struct delta_site *incremental_filter_pruned(const struct incremental_state *incremental,
    struct incremental_step *step, const struct delta_values *values, const uint32_t *pruned,
    uint32_t channel);
/* 2. What the step does with the image. False where there is no room. */
bool incremental_stay(/* nothing goes */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_try(/* sums without what goes; the image's own stay as they are */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_commit(/* the image's sums follow what goes */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_start(/* the image's sums are made anew from what stays */
    struct incremental_state *incremental, struct incremental_step *step, int image);
/* 3. Of several images at once, so that the weights which one has brought into the cache serve the
 * others. */
void incremental_run(
    const struct incremental_state *incremental, struct incremental_step *const *steps, int n);
/* 4. The units that the last Dense reads; returns how far they may be from those of a run from
 * scratch, as a length. */
float incremental_units(
    const struct incremental_state *incremental, const struct incremental_step *step, float *units);

#endif
