/* Layer after layer by its own reference loops (reference_pass.h). */
#include "engine/nn/forward/reference_pass.h"

#include "engine/base/memory.h"
#include "engine/nn/kernels/kernels.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct reference_pass {
    const struct network *network;
    int batch;
    float **tensors; /* of each layer, [batch, shape] */
    float *scratch;
};

struct reference_pass *reference_pass_create(const struct network *network, int batch)
{
    struct reference_pass *pass = memory_array(1, sizeof *pass);
    size_t scratch = 0;
    assert(batch > 0);
    kernels_init();
    pass->network = network;
    pass->batch = batch;
    pass->tensors = memory_array((size_t)network->n_layers, sizeof *pass->tensors);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        size_t needed = layer->class->scratch ? layer->class->scratch(layer, batch) : 0;
        scratch = needed > scratch ? needed : scratch;
        pass->tensors[i] = memory_floats((size_t)batch * shape_count(&layer->shape));
    }
    pass->scratch = memory_floats(scratch);
    return pass;
}

void reference_pass_destroy(struct reference_pass *pass)
{
    if (!pass)
        return;
    for (int i = 0; i < pass->network->n_layers; i++)
        free(pass->tensors[i]);
    free(pass->tensors);
    free(pass->scratch);
    free(pass);
}

int reference_pass_batch(const struct reference_pass *pass)
{
    return pass->batch;
}

float *reference_pass_tensor(struct reference_pass *pass, int layer)
{
    assert(layer >= 0 && layer < pass->network->n_layers);
    return pass->tensors[layer];
}

static void forward_layer(struct reference_pass *pass, int at, int n)
{
    const struct layer *layer = &pass->network->layers[at];
    const float *inputs[LAYER_INPUTS_MAX];
    for (int i = 0; i < layer->n_inputs; i++)
        inputs[i] = pass->tensors[layer->inputs[i]];
    layer->class->forward(layer, n, inputs, pass->tensors[at], pass->scratch);
    if (at != pass->network->softmax)
        activation_apply(&layer->activation, pass->tensors[at],
            (size_t)n * shape_count(&layer->shape), (size_t)shape_channels(&layer->shape));
}

void reference_pass_forward(struct reference_pass *pass, int n, const bool *wanted)
{
    assert(n >= 0 && n <= pass->batch);
    for (int i = 0; n > 0 && i < pass->network->n_layers; i++)
        if (i != pass->network->input && (!wanted || wanted[i]))
            forward_layer(pass, i, n);
}

int reference_pass_argmax(const float *logits, int n_classes)
{
    int best = 0;
    bool broken = false;
    for (int i = 0; i < n_classes; i++) {
        broken = broken || logits[i] != logits[i];
        best = logits[i] > logits[best] ? i : best;
    }
    return broken ? -1 : best;
}

void reference_pass_softmax(float *logits, int n_classes)
{
    const struct activation softmax = {.kind = ACTIVATION_SOFTMAX};
    activation_apply(&softmax, logits, (size_t)n_classes, (size_t)n_classes);
}
