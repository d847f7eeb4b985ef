/* Statistics of channels: sums over images and positions, gathered tile by tile and added up in
 * the order of the tiles, so that they are the same for any number of workers.
 * Owner: the caller. Thread: add on the workers (a tile each), the rest on one. */
#ifndef SECATEUR_ENGINE_PRUNE_RANKING_ACTIVATIONS_H
#define SECATEUR_ENGINE_PRUNE_RANKING_ACTIVATIONS_H

#include "engine/prune/ranking/batch_runner.h"

struct activations; /* of one tensor over one set */

struct activations *activations_create(
    const struct shape *shape, int n_images, const struct batched_kernels *batched, int workers);
void activations_destroy(struct activations *activations);

/* values[shape][width] of a batch, and the list of those that are not zero, where there is one; the
 * batches of a tile come one after the other. */
void activations_add(struct activations *activations, const struct batch *batch,
    const float *values, const struct batched_list *list);

/* The first image for which a value is not finite; -1: none. */
int activations_broken(const struct activations *activations);

/* Of several ranks each adds tiles of its own. Rank 0's sums, behind its tiles, are what the next
 * one goes on from: bytes[activations_bytes] hold the sums of the ranks before this one, and then
 * those with its own tiles too. What the last rank leaves there is taken by all. */
size_t activations_bytes(const struct activations *activations);
void activations_go_on(struct activations *activations, void *bytes);
void activations_take(struct activations *activations, const void *bytes);

struct channel_sums {
    double mean, max, deviation; /* over images and positions */
    double spread;               /* standard deviation over images of an image's mean */
    double zeros;                /* share of exact zeros, 0..1 */
};

/* channels[n_channels] from all tiles; every tile must have been added. */
void activations_total(const struct activations *activations, struct channel_sums *channels);

#endif
