/* What plans and row plans ask of a layer. Private to the room. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_LOWERING_H
#define SECATEUR_ENGINE_NN_GRAPH_LOWERING_H

#include "engine/nn/graph/network.h"

/* The fast form of layer `index`, LOWERED_PLAIN where it has none. */
struct lowered_form lowering_of(const struct network *network, int index);
/* Whether an activation can be left out, or done inside a product. */
bool lowering_is_relu(const struct activation *activation);
/* Whether layer `index` applies its activation: not when it is linear or the last soft-max. */
bool lowering_activates(const struct network *network, int index);

#endif
