/* Which fast form a layer has: the choice that batched, sparse and delta plans share, so that they
 * give the same bits. Private to engine/nn. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_LOWERING_H
#define SECATEUR_ENGINE_NN_GRAPH_LOWERING_H

#include "engine/nn/graph/network.h"

/* The fast form of layer `index`, LOWERED_PLAIN where it has none. */
struct lowered_form lowering_of(const struct network *network, int index);
/* Whether an activation can be left out, or done inside a product. */
bool lowering_is_relu(const struct activation *activation);
/* The same, or with a largest value, as ReLU6 has. */
bool lowering_is_limited_relu(const struct activation *activation);
/* Whether layer `index` applies its activation: not when it is linear or the last soft-max. */
bool lowering_activates(const struct network *network, int index);

#endif
