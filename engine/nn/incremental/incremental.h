/* The door of this room: sums behind a site, kept for each image, that follow what is pruned there
 * by differences, with a bound on how far the units that the last Dense reads are from those of a
 * run from scratch. What a bound decides need not be computed exactly.
 *
 * A stage that is recomputed (recompute.h) has the values of a run from scratch. For the others
 * three things add up, stage by stage: what the sums have lost to rounding since the image was
 * started; what a run from scratch may lose; and the distance of earlier stages times the norm of
 * the product behind them (ReLU moves no two values further apart). Formulas and proofs:
 * docs/numerics.md, section 4.
 * Owner: the caller. Thread: read by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_H

#include "engine/base/memory_budget.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/incremental/site_values.h"

struct incremental_state; /* of n images */
struct incremental_step;  /* one update of one image, in a worker's memory */

/* From the values of layer `site` to those of layer `to` through the layers marked in
 * behind[n_layers]. Takes its memory from the budget, or has its own where the budget is a soft
 * one. NULL where these layers are no sums that can be followed, or the sums take too much. */
struct incremental_state *incremental_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to, int n_images,
    struct memory_budget *budget);
/* Another one for a tile of images that keeps the sums of all stages, for images that are tried
 * often in a row. Uses the plan of `whole`; n_images becomes how many fit `bytes`. */
struct incremental_state *incremental_create_tile(
    const struct incremental_state *whole, size_t bytes, int *n_images);
void incremental_destroy(struct incremental_state *incremental);
struct incremental_step *incremental_step_create(const struct incremental_state *incremental);
void incremental_step_destroy(struct incremental_step *step);
size_t incremental_step_bytes(const struct incremental_state *incremental); /* of one, about */

/* Starts the images of a batch from an unpruned pass, given the values of their sites,
 * values[count]. Images stay stale where there is no room, or the pass lacks their sums. */
void incremental_seed(struct incremental_state *incremental, const struct batch *batch,
    const struct site_values *values);

/* A stale image has to be started. */
bool incremental_is_stale(const struct incremental_state *incremental, int image);
void incremental_forget(struct incremental_state *incremental, int image); /* makes it stale */
/* Makes an image stale that has taken so many steps that a start brings its bound down. */
void incremental_refresh(struct incremental_state *incremental, int image);
void incremental_prefetch(const struct incremental_state *incremental, int image);

/* 1. The site of an image: its values without the channels that have a bit in `pruned` (room for at
 * least 512), and those of them that are removed with `channel`. */
struct incremental_site {
    uint32_t n, removed; /* values that are not zero, before `channel` is removed; of `channel` */
};
struct incremental_site incremental_filter_pruned(const struct incremental_state *incremental,
    struct incremental_step *step, const struct site_values *values, const uint32_t *pruned,
    uint32_t channel);
/* 2. What the step does. False where there is no room. */
bool incremental_stay(/* nothing is removed */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_try(/* sums without the channel; those of the image stay as they are */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_commit(/* the sums of the image follow the channel */
    struct incremental_state *incremental, struct incremental_step *step, int image);
bool incremental_start(/* the sums of the image are computed from the values at the site */
    struct incremental_state *incremental, struct incremental_step *step, int image);
/* 3. Runs steps of several images together: each weight is brought into the cache once. */
void incremental_run(
    const struct incremental_state *incremental, struct incremental_step *const *steps, int n);
/* 4. The units that the last Dense reads; returns their largest distance, as a length, from those
 * of a run from scratch. */
float incremental_units(
    const struct incremental_state *incremental, const struct incremental_step *step, float *units);

/* Sums of squares of n units a and b, and of a - b. */
struct incremental_norms {
    float a, b, difference;
};
struct incremental_norms incremental_compare(
    const struct incremental_state *incremental, const float *a, const float *b, size_t n);

#endif
