/* Weights from a site through layers without weights into the last Dense layer. */
#include "engine/prune/criteria/target_weights.h"

#include <string.h>

/* Whether a layer hands values on as they are, or mixes them without weights. */
static bool hands_on(const struct layer *layer)
{
    return layer->class->channels == CHANNELS_MIX ||
           (layer->class->channels == CHANNELS_PASS && layer->n_weights == 0 &&
               layer->class->params_size == 0 && layer->activation.kind == ACTIVATION_LINEAR &&
               shape_count(&layer->shape) == shape_count(&layer->input_shapes[0]));
}

/* The Dense that makes the logits, behind layers that only hand values on; NULL otherwise. */
static const struct layer *last_dense(const struct network *network)
{
    const struct layer *layer = &network->layers[network->output];
    while (layer->n_inputs == 1 && layer->n_weights == 0 &&
           (hands_on(layer) || layer->activation.kind == ACTIVATION_SOFTMAX))
        layer = &network->layers[layer->inputs[0]];
    return strcmp(layer->class->name, "Dense") == 0 ? layer : NULL;
}

/* The Dense layer that the site feeds; NULL: it feeds none, or other layers are between. */
static const struct layer *fed_dense(const struct criterion_input *input)
{
    const struct network *network = input->network;
    const struct layer *dense = last_dense(network);
    if (!dense || input->target < 0 || input->target >= network->n_classes)
        return NULL;
    int from = dense->inputs[0];
    while (from != input->site->measured && network->layers[from].n_inputs == 1 &&
           hands_on(&network->layers[from]))
        from = network->layers[from].inputs[0];
    return from == input->site->measured ? dense : NULL;
}

bool target_weights(const struct criterion_input *input, double *weights)
{
    const struct layer *dense = fed_dense(input);
    if (!dense)
        return false;
    size_t classes = (size_t)input->network->n_classes;
    int channels = input->site->n_channels, rows = dense->weights[0].dim[0];
    memset(weights, 0, (size_t)channels * sizeof *weights);
    for (int row = 0; row < rows; row++)
        weights[row % channels] +=
            (double)dense->weights[0].data[(size_t)row * classes + (size_t)input->target] *
            channels / rows;
    return true;
}

bool target_weights_defined(
    const struct criterion_input *input, const char *name, struct error *err)
{
    if (input->target < 0)
        return fail_as(err, ERROR_USAGE,
            "criterion %s: the target class is not known; give --target N, or search it (scan)",
            name);
    if (fed_dense(input))
        return true;
    const struct network *network = input->network;
    const struct layer *dense = last_dense(network);
    return fail_as(err, ERROR_USAGE,
        "criterion %s: layer %s does not feed the last Dense layer%s%s; criterion difference is "
        "defined at every layer",
        name, input->site->name, dense ? ", whose input is " : "",
        dense ? network->layers[dense->inputs[0]].name : "");
}
