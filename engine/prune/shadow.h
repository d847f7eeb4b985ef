/* The sums behind a site of one image after the other, followed by differences while channels are
 * pruned (net/shift.h), with a bound on how far the units that the last Dense reads are from those
 * of a run from scratch. What a bound decides need not be computed exactly.
 *
 * Stages that are computed anew (net/renew.h) are those of a run from scratch. For the others the
 * bound counts roundings in the worst case: a sum rounds once for each product that is not zero,
 * each time by no more than a unit of what is summed up so far; over all sums of a product that is
 * at most n u |W x|, and no part of x makes more of W than its norm times |x|. Three things add
 * up, stage by stage: what following the differences has lost since the image was started afresh;
 * what a run from scratch may lose; and what earlier stages are off, times the norm of the product
 * behind them (ReLU brings nothing further apart).
 * Owner: the caller. Thread: read by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_SHADOW_H
#define SECATEUR_ENGINE_PRUNE_SHADOW_H

#include "engine/base/store.h"
#include "engine/net/renew.h"
#include "engine/prune/walk.h"

struct shadow;        /* of n images */
struct shadow_worker; /* one worker's memory */

/* From the values of layer `site` to those of layer `to` through the layers marked in
 * behind[n_layers]; what is kept of an image is the store's, or lies beside it where its budget
 * is a soft one. NULL where they are no sums that can be followed, or too many of them. */
struct shadow *shadow_create(const struct network *network, const struct lanes *lanes,
    const bool *behind, int site, int to, int n_images, struct store *store);
void shadow_destroy(struct shadow *shadow);
const struct shift_kernels *shadow_kernels(const struct shadow *shadow);
struct shadow_worker *shadow_worker_create(const struct shadow *shadow);
void shadow_worker_destroy(struct shadow_worker *worker);

/* Starts the image in a lane of an unpruned pass, of which the values of its site are given; leaves
 * it stale where the pass does not have its sums, or there is no room. */
void shadow_adopt(
    struct shadow *shadow, const struct group *group, int lane, const struct shift_values *values);

/* The worker's site: values of an image without the channels that have a bit in `pruned` (room for
 * 512), and what goes with another one (SHIFT_NOWHERE: none). */
const struct shift_site *shadow_sift(const struct shadow *shadow, struct shadow_worker *worker,
    const struct shift_values *values, const uint32_t *pruned, uint32_t channel);

/* Whether an image has to be started, from what stays of its site; false from shadow_start where
 * there is no room for it. */
bool shadow_is_stale(const struct shadow *shadow, int image);
void shadow_forget(struct shadow *shadow, int image);
/* Forgets an image that has moved so often that it is nearer when it is started afresh. */
void shadow_refresh(struct shadow *shadow, int image);
void shadow_prefetch(const struct shadow *shadow, int image);
bool shadow_start(struct shadow *shadow, struct shadow_worker *worker, int image);
/* Follows what goes with the worker's site. When it is not kept the image stays what it was. False
 * `changes`: nothing goes. Gives the units that the last Dense reads; returns how far they may be
 * from those of a run from scratch, as a length. */
float shadow_follow(struct shadow *shadow, struct shadow_worker *worker, int image, bool changes,
    bool keep, float *units);

#endif
