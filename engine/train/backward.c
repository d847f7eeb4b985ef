/* Images into lanes, losses, gradients out of lanes. Leans on the lane passes. */
#include "engine/train/backward.h"

#include "engine/base/memory.h"
#include "engine/nn/backward/lane_pass.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/softmax.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct backward {
    const struct network *network;
    struct backward_options options;
    int batch, n, width, n_passes, version;
    struct lane_plan *plan;
    struct lane_pass **passes; /* [n_passes] of `width` images each */
    float *packed;             /* the weights as the plan has them; NULL: the caller says */
    float *input, *logits, *logits_gradient; /* [batch, ...] */
    float *read;                             /* [batch, largest layer], of the last call */
};

int backward_cut(int n, int parts, int index)
{
    int width = batched_get()->width, vectors = (n + width - 1) / width;
    int first = vectors * index / parts * width;
    return first < n ? first : n;
}

int backward_part(int n, int parts)
{
    int width = batched_get()->width, vectors = (n + width - 1) / width;
    return (vectors + parts - 1) / parts * width;
}

static size_t count_of(const struct backward *backward, int layer)
{
    return shape_count(&backward->network->layers[layer].shape);
}

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

static struct lane_plan *make_plan(const struct backward *backward)
{
    const struct network *network = backward->network;
    const struct backward_options *options = &backward->options;
    bool *learning = memory_array((size_t)network->n_layers, sizeof *learning);
    bool *wanted = memory_array((size_t)network->n_layers, sizeof *wanted);
    for (int i = 0; i < network->n_layers; i++) {
        learning[i] = learns(backward, i);
        wanted[i] =
            (options->wanted && options->wanted[i]) || (i == network->input && options->input);
    }
    struct lane_plan_options lanes = {
        .learns = learning, .wanted = wanted, .still = options->still};
    struct lane_plan *plan = lane_plan_create(network, batched_get(), &lanes);
    free(learning);
    free(wanted);
    return plan;
}

struct backward *backward_create(
    const struct network *network, int batch, const struct backward_options *options)
{
    struct backward *backward = memory_array(1, sizeof *backward);
    size_t images = (size_t)batch, largest = 0;
    backward->network = network;
    backward->options = options ? *options : (struct backward_options){0};
    backward->batch = batch;
    backward->plan = make_plan(backward);
    backward->width = backward->plan->batched->width;
    backward->n_passes = (batch + backward->width - 1) / backward->width;
    backward->passes = memory_array((size_t)backward->n_passes, sizeof *backward->passes);
    for (int i = 0; i < backward->n_passes; i++)
        backward->passes[i] = lane_pass_create(backward->plan);
    for (int i = 0; i < network->n_layers; i++)
        largest = count_of(backward, i) > largest ? count_of(backward, i) : largest;
    backward->input = memory_floats(images * count_of(backward, network->input));
    backward->logits = memory_floats(images * (size_t)network->n_classes);
    backward->logits_gradient = memory_floats(images * (size_t)network->n_classes);
    backward->read = memory_floats(images * largest);
    if (!backward->options.steady) {
        backward->packed = gradient_create(network);
        backward_refresh(backward);
    }
    return backward;
}

void backward_destroy(struct backward *backward)
{
    if (!backward)
        return;
    for (int i = 0; i < backward->n_passes; i++)
        lane_pass_destroy(backward->passes[i]);
    lane_plan_destroy(backward->plan);
    free(backward->passes);
    free(backward->packed);
    free(backward->input);
    free(backward->logits);
    free(backward->logits_gradient);
    free(backward->read);
    free(backward);
}

void backward_refresh(struct backward *backward)
{
    const struct network *network = backward->network;
    if (backward->packed)
        memcpy(backward->packed, network->storage, gradient_size(network) * sizeof(float));
    lane_plan_refresh(backward->plan);
}

void backward_version(struct backward *backward, int version)
{
    if (backward->version != version)
        backward_refresh(backward);
    backward->version = version;
}

static void notice_changes(struct backward *backward)
{
    const struct network *network = backward->network;
    if (backward->packed &&
        memcmp(backward->packed, network->storage, gradient_size(network) * sizeof(float)) != 0)
        backward_refresh(backward);
}

float *backward_input(struct backward *backward)
{
    return backward->input;
}

/* Images of pass `at`, when all passes have n. */
static int images_of(const struct backward *backward, int at, int n)
{
    int left = n - at * backward->width;
    return left < backward->width ? left : backward->width;
}

/* The first image of pass `at` in images[batch, count]. */
static float *place(const struct backward *backward, float *images, size_t count, int at)
{
    return images + (size_t)at * (size_t)backward->width * count;
}

/* Out of the lanes of all passes: tensors, or gradients. */
static void store(struct backward *backward, int layer, bool gradients, float *images)
{
    size_t count = count_of(backward, layer);
    for (int at = 0; at * backward->width < backward->n; at++) {
        struct lane_pass *pass = backward->passes[at];
        const float *lanes =
            gradients ? lane_pass_gradient(pass, layer) : lane_pass_tensor(pass, layer);
        assert(lanes);
        backward->plan->lane->store(
            place(backward, images, count, at), lanes, count, images_of(backward, at, backward->n));
    }
}

const float *backward_output(struct backward *backward, int layer)
{
    store(backward, layer, false, backward->read);
    return backward->read;
}

const float *backward_gradient(struct backward *backward, int layer)
{
    store(backward, layer, true, backward->read);
    return backward->read;
}

/* From the images, or from another's tensors. */
static const float *run_forward(
    struct backward *backward, const struct backward *from, const bool *own, int n)
{
    const struct network *network = backward->network;
    size_t count = count_of(backward, network->input), classes = (size_t)network->n_classes;
    assert(n > 0 && n <= backward->batch);
    notice_changes(backward);
    backward->n = n;
    for (int at = 0; at * backward->width < n; at++) {
        struct lane_pass *pass = backward->passes[at];
        int images = images_of(backward, at, n);
        if (from)
            lane_pass_borrow(pass, from->passes[at], own);
        else
            backward->plan->lane->load(lane_pass_tensor(pass, network->input),
                place(backward, backward->input, count, at), count, images);
        lane_pass_forward(pass, images, own);
    }
    store(backward, network->output, false, backward->logits);
    memset(backward->logits_gradient, 0, (size_t)n * classes * sizeof(float));
    return backward->logits;
}

const float *backward_forward(struct backward *backward, int n)
{
    return run_forward(backward, NULL, NULL, n);
}

const float *backward_forward_from(
    struct backward *backward, const struct backward *from, const bool *own, int n)
{
    return run_forward(backward, from, own, n);
}

float *backward_logits_gradient(struct backward *backward)
{
    return backward->logits_gradient;
}

void backward_propagate(struct backward *backward, int n, float share, float *gradient)
{
    const struct network *network = backward->network;
    const struct backward_penalty *penalty = backward->options.penalty;
    struct lane_penalty lanes = {.share = share};
    size_t classes = (size_t)network->n_classes;
    if (penalty) {
        lanes.layer = penalty->layer;
        lanes.strength = penalty->strength;
    }
    for (int at = 0; at * backward->width < n; at++) {
        struct lane_pass *pass = backward->passes[at];
        backward->plan->lane->load(lane_pass_gradient(pass, network->output),
            place(backward, backward->logits_gradient, classes, at), classes,
            images_of(backward, at, n));
        lane_pass_backward(pass, penalty ? &lanes : NULL, gradient);
    }
}

double backward_cross_entropy(const float *logits, int n_classes, int label, float *grad)
{
    int top = reference_pass_argmax(logits, n_classes);
    if (top < 0) {
        for (int k = 0; k < n_classes; k++)
            grad[k] = NAN;
        return NAN;
    }
    float largest = logits[top];
    softmax_exponentials(grad, logits, n_classes, largest);
    double rest = 0; /* all but the largest, so that a loss near 0 keeps its digits */
    for (int k = 0; k < top; k++)
        rest += (double)grad[k];
    for (int k = top + 1; k < n_classes; k++)
        rest += (double)grad[k];
    float share = (float)(1 / (1 + rest));
    for (int k = 0; k < n_classes; k++)
        grad[k] *= share;
    grad[label] -= 1;
    return log1p(rest) + ((double)largest - (double)logits[label]);
}

/* Losses of the images and the gradient of the logits. */
static struct backward_result judge(
    struct backward *backward, int n, const int32_t *labels, float share)
{
    const float *logits = backward->logits;
    float *grad = backward->logits_gradient;
    struct backward_result result = {0};
    int classes = backward->network->n_classes;
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

struct backward_result backward_run(
    struct backward *backward, int n, const int32_t *labels, float share, float *gradient)
{
    backward_forward(backward, n);
    struct backward_result result = judge(backward, n, labels, share);
    backward_propagate(backward, n, share, gradient);
    return result;
}
