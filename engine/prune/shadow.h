/* The sums behind a site of one image after the other, followed by differences while channels are
 * pruned (net/shift.h), with a bound on how far the units that the last Dense reads are from those
 * of a run from scratch. What a bound decides need not be computed exactly.
 *
 * The bound counts roundings in the worst case. A sum of n products, in any order, is off by at
 * most n u sum |w||x|, with u what a product and its addition round off at most (shift_kernels);
 * over all sums of a product that is at most n u |W| |x|, |W| the root of all squares.
 * Counted are the terms that are not zero (a zero rounds nothing). Three things add up, stage by
 * stage: what following the differences has lost since the image was started afresh; what a run
 * from scratch may lose; and what earlier stages are off, times the norm of the product behind
 * them (ReLU brings nothing further apart).
 * Owner: the caller. Thread: read by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_SHADOW_H
#define SECATEUR_ENGINE_PRUNE_SHADOW_H

#include "engine/base/store.h"
#include "engine/net/shift.h"

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
/* For the caller to list values of the site. */
struct shift_list *shadow_worker_list(struct shadow_worker *worker);

/* Whether an image has to be started, with all values of its site as the worker's list; false
 * from shadow_start where there is no room for it. */
bool shadow_is_stale(const struct shadow *shadow, int image);
void shadow_forget(struct shadow *shadow, int image);
/* Forgets an image that has moved so often that it is nearer when it is started afresh. */
void shadow_refresh(struct shadow *shadow, int image);
uint32_t shadow_left(const struct shadow *shadow, int image); /* values of its site, 0: stale */
void shadow_prefetch(const struct shadow *shadow, int image);
bool shadow_start(struct shadow *shadow, struct shadow_worker *worker, int image);
/* Follows the site by the worker's list: values that are taken away, as negative numbers. When it
 * is not kept the image stays what it was. NULL changes nothing. Gives the units that the last
 * Dense reads; returns how far they may be from those of a run from scratch, as a length. */
float shadow_follow(struct shadow *shadow, struct shadow_worker *worker, int image, bool changes,
    bool keep, float *units);

#endif
