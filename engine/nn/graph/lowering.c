/* Chooses the fast form of a layer; all plans ask here, so that they agree. */
#include "engine/nn/graph/lowering.h"

#include "engine/base/shortcuts.h"
#include "engine/nn/layers/layers.h"

bool lowering_activates(const struct network *network, int index)
{
    return network->layers[index].activation.kind != ACTIVATION_LINEAR && index != network->softmax;
}

struct lowered_form lowering_of(const struct network *network, int index)
{
    const struct layer *layer = &network->layers[index];
    struct lowered_form form = {.kind = LOWERED_PLAIN};
    if (!shortcut_on(SHORTCUT_BATCHED))
        return form;
    if (lowering_activates(network, index) && layer->activation.kind == ACTIVATION_SOFTMAX)
        return form; /* its channels need each other */
    if (layer->class->forward == layers_copy)
        form.kind = LOWERED_COPY;
    else if (layer->class->batched)
        layer->class->batched(layer, &form);
    else if (layer->class->affine)
        form.kind = LOWERED_AFFINE;
    return form;
}

bool lowering_is_limited_relu(const struct activation *activation)
{
    return activation->kind == ACTIVATION_RELU && activation->slope == 0;
}

bool lowering_is_relu(const struct activation *activation)
{
    return activation->kind == ACTIVATION_RELU && activation->slope == 0 && activation->limit == 0;
}
