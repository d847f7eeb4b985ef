/* Fresh weights from a seed: kernels normal with variance 2 / inputs where a ReLU follows
 * (He et al. 2015), 1 / inputs elsewhere; biases 0; normalisation as if it did nothing.
 * Thread: one. */
#ifndef SECATEUR_ENGINE_TRAIN_INITIALISE_H
#define SECATEUR_ENGINE_TRAIN_INITIALISE_H

#include "engine/nn/graph/network.h"

#include <stdint.h>

void initialise_network(struct network *network, uint64_t seed);
/* Only the filter that makes `channel` of a layer, from (seed, layer, channel). */
void initialise_channel(struct network *network, uint64_t seed, int layer, int channel);

#endif
