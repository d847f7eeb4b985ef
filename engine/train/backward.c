/* Runs the layers backward in reverse order. Leans on the reference pass. */
#include "engine/train/backward.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct backward {
    const struct network *network;
    struct backward_options options;
    struct reference_pass *pass;
    float **grads; /* of each layer's output, [batch, shape]; NULL: nothing before it learns */
    float *linear; /* room for what a layer gives before its activation, where that is needed */
    float *scratch;
};

/* Does layer `at` have weights that want a gradient? */
static bool learns(const struct backward *backward, int at)
{
    const struct layer *layer = &backward->network->layers[at];
    if (backward->options.frozen && backward->options.frozen[at])
        return false;
    for (int w = 0; w < layer->n_weights; w++)
        if (layer->weights[w].trainable)
            return true;
    return false;
}

/* Gradients are needed behind whatever learns, and nowhere else. */
static void allocate(struct backward *backward, int batch)
{
    const struct network *network = backward->network;
    size_t scratch = 0, linear = 0;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        if (activation_needs_input(&layer->activation) && shape_count(&layer->shape) > linear)
            linear = shape_count(&layer->shape);
        bool needed = learns(backward, i) || (i == network->input && backward->options.input);
        for (int k = 0; k < layer->n_inputs; k++)
            needed = needed || backward->grads[layer->inputs[k]];
        size_t size = layer->class->scratch ? layer->class->scratch(layer, batch) : 0;
        scratch = size > scratch ? size : scratch;
        if (needed || i == network->output)
            backward->grads[i] = memory_floats((size_t)batch * shape_count(&layer->shape));
    }
    backward->scratch = memory_floats(scratch);
    backward->linear = memory_floats((size_t)batch * linear);
}

struct backward *backward_create(
    const struct network *network, int batch, const struct backward_options *options)
{
    struct backward *backward = memory_array(1, sizeof *backward);
    backward->network = network;
    backward->options = options ? *options : (struct backward_options){0};
    backward->pass = reference_pass_create(network, batch);
    backward->grads = memory_array((size_t)network->n_layers, sizeof *backward->grads);
    allocate(backward, batch);
    return backward;
}

void backward_destroy(struct backward *backward)
{
    if (!backward)
        return;
    for (int i = 0; i < backward->network->n_layers; i++)
        free(backward->grads[i]);
    free(backward->grads);
    free(backward->scratch);
    free(backward->linear);
    reference_pass_destroy(backward->pass);
    free(backward);
}

float *backward_input(struct backward *backward)
{
    return reference_pass_tensor(backward->pass, backward->network->input);
}

const float *backward_output(const struct backward *backward, int layer)
{
    return reference_pass_tensor(backward->pass, layer);
}

const float *backward_gradient(const struct backward *backward, int layer)
{
    return backward->grads[layer];
}

double backward_cross_entropy(const float *logits, int n_classes, int label, float *grad)
{
    memcpy(grad, logits, (size_t)n_classes * sizeof *grad);
    reference_pass_softmax(grad, n_classes);
    int top = reference_pass_argmax(logits, n_classes);
    if (top < 0)
        return NAN;
    double rest = 0; /* all but the largest, so that a loss near 0 keeps its digits */
    for (int k = 0; k < n_classes; k++)
        rest += k == top ? 0 : exp((double)logits[k] - (double)logits[top]);
    grad[label] -= 1;
    return log1p(rest) + ((double)logits[top] - (double)logits[label]);
}

/* Losses of the images and the gradient of the logits. */
static struct backward_result judge(
    struct backward *backward, int n, const int32_t *labels, float share)
{
    const struct network *network = backward->network;
    const float *logits = reference_pass_tensor(backward->pass, network->output);
    float *grad = backward->grads[network->output];
    struct backward_result result = {0};
    int classes = network->n_classes;
    for (int i = 0; i < n; i++, logits += classes, grad += classes) {
        if (labels[i] < 0)
            continue;
        assert(labels[i] < classes);
        result.loss += backward_cross_entropy(logits, classes, labels[i], grad);
        result.correct += reference_pass_argmax(logits, classes) == labels[i];
        for (int k = 0; k < classes; k++)
            grad[k] *= share;
    }
    return result;
}

static void add_penalty(struct backward *backward, int n, float share)
{
    const struct backward_penalty *penalty = backward->options.penalty;
    const struct shape *shape = &backward->network->layers[penalty->layer].shape;
    const float *values = reference_pass_tensor(backward->pass, penalty->layer);
    float *grad = backward->grads[penalty->layer];
    size_t channels = (size_t)shape_channels(shape), rows = shape_count(shape) / channels;
    float each = share / (float)rows;
    for (size_t i = 0; grad && i < (size_t)n * rows * channels; i += channels)
        for (size_t c = 0; c < channels; c++)
            grad[i + c] += values[i + c] != 0 ? each * penalty->strength[c] : 0;
}

static void step_back(struct backward *backward, int at, int n, float *gradient)
{
    const struct network *network = backward->network;
    const struct layer *layer = &network->layers[at];
    const float *inputs[LAYER_INPUTS_MAX];
    float *grad_inputs[LAYER_INPUTS_MAX], *grad_weights[LAYER_WEIGHTS_MAX] = {0};
    const float *output = reference_pass_tensor(backward->pass, at);
    size_t count = (size_t)n * shape_count(&layer->shape);
    if (at != network->softmax && activation_needs_input(&layer->activation)) {
        /* what the layer gave before its activation, once more */
        for (int i = 0; i < layer->n_inputs; i++)
            inputs[i] = reference_pass_tensor(backward->pass, layer->inputs[i]);
        layer->class->forward(layer, n, inputs, backward->linear, backward->scratch);
        activation_backward(&layer->activation, backward->linear, backward->grads[at], count, 1);
    } else if (at != network->softmax)
        activation_backward(&layer->activation, output, backward->grads[at], count,
            (size_t)shape_channels(&layer->shape));
    for (int i = 0; i < layer->n_inputs; i++) {
        inputs[i] = reference_pass_tensor(backward->pass, layer->inputs[i]);
        grad_inputs[i] = backward->grads[layer->inputs[i]];
    }
    bool wanted = gradient && learns(backward, at);
    for (int w = 0; wanted && w < layer->n_weights; w++)
        if (layer->weights[w].trainable)
            grad_weights[w] = gradient + gradient_offset(network, at, w);
    layer->class->backward(layer, n, inputs, output, backward->grads[at], grad_inputs,
        wanted ? grad_weights : NULL, backward->scratch);
}

const float *backward_forward(struct backward *backward, int n)
{
    const struct network *network = backward->network;
    assert(n <= reference_pass_batch(backward->pass));
    reference_pass_forward(backward->pass, n, NULL);
    for (int i = 0; i < network->n_layers; i++) {
        size_t count = (size_t)n * shape_count(&network->layers[i].shape);
        if (backward->grads[i])
            memset(backward->grads[i], 0, count * sizeof(float));
    }
    return reference_pass_tensor(backward->pass, network->output);
}

float *backward_logits_gradient(struct backward *backward)
{
    return backward->grads[backward->network->output];
}

void backward_propagate(struct backward *backward, int n, float share, float *gradient)
{
    const struct network *network = backward->network;
    for (int at = network->n_layers - 1; at >= 0; at--) {
        if (!backward->grads[at])
            continue;
        if (backward->options.penalty && backward->options.penalty->layer == at)
            add_penalty(backward, n, share);
        if (at != network->input)
            step_back(backward, at, n, gradient);
    }
}

struct backward_result backward_run(
    struct backward *backward, int n, const int32_t *labels, float share, float *gradient)
{
    backward_forward(backward, n);
    struct backward_result result = judge(backward, n, labels, share);
    backward_propagate(backward, n, share, gradient);
    return result;
}
