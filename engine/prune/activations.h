/* Statistics of channels: sums over images and positions, gathered tile by tile and added up in
 * the order of the tiles, so that they are the same for any number of workers.
 * Owner: the caller. Thread: add on the workers (a tile each), the rest on one. */
#ifndef SECATEUR_ENGINE_PRUNE_ACTIVATIONS_H
#define SECATEUR_ENGINE_PRUNE_ACTIVATIONS_H

#include "engine/net/tensor.h"

struct activations; /* of one tensor over one set */

struct activations *activations_create(const struct shape *shape, int n_images);
void activations_destroy(struct activations *activations);

/* values[count, shape] of the tile that begins at image `first`. */
void activations_add(struct activations *activations, int first, int count, const float *values);

struct channel_sums {
    double mean, max, deviation; /* over images and positions */
    double spread;               /* standard deviation over images of an image's mean */
    double zeros;                /* share of exact zeros, 0..1 */
};

/* channels[n_channels] from all tiles; every tile must have been added. */
void activations_total(const struct activations *activations, struct channel_sums *channels);

#endif
