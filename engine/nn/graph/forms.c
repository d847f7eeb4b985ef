#include "engine/nn/graph/forms.h"

#include "engine/nn/layers/layers.h"

bool forms_activates(const struct network *network, int index)
{
    return network->layers[index].activation.kind != ACTIVATION_LINEAR && index != network->softmax;
}

struct lane_form forms_of(const struct network *network, int index)
{
    const struct layer *layer = &network->layers[index];
    struct lane_form form = {.kind = LANE_PLAIN};
    if (forms_activates(network, index) && layer->activation.kind == ACTIVATION_SOFTMAX)
        return form; /* its channels need each other */
    if (layer->class->forward == layers_copy)
        form.kind = LANE_COPY;
    else if (layer->class->lanes)
        layer->class->lanes(layer, &form);
    return form;
}

bool forms_is_relu(const struct activation *activation)
{
    return activation->kind == ACTIVATION_RELU && activation->slope == 0 && activation->limit == 0;
}
