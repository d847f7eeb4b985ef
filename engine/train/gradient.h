/* The gradient of a network's weights: one array laid out like the network's own storage, so
 * that sums and steps are plain loops. Owner: the caller (free). Thread: any. */
#ifndef SECATEUR_ENGINE_TRAIN_GRADIENT_H
#define SECATEUR_ENGINE_TRAIN_GRADIENT_H

#include "engine/nn/graph/network.h"

size_t gradient_size(const struct network *network); /* floats, padding included */
float *gradient_create(const struct network *network);
/* Where the gradient of a weight starts. */
size_t gradient_offset(const struct network *network, int layer, int weight);
size_t gradient_offset_first(const struct network *network); /* of all; the next ones follow it */

#endif
