/* Chooses how each layer runs forward and back, and packs its weights for both ways. */
#include "engine/nn/backward/lane_plan.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/graph/lowering.h"
#include "engine/nn/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

bool lane_step_is_dense(const struct lane_step *step)
{
    const struct window *window = &step->window;
    return window->in[0] == 1 && window->in[1] == 1 && window->size[0] == 1 && window->size[1] == 1;
}

struct shape lane_step_spread(const struct lane_step *step)
{
    const struct window *window = &step->window;
    return shape_image((window->out[0] - 1) * window->stride[0] + 1,
        (window->out[1] - 1) * window->stride[1] + 1, shape_channels(&step->layer->shape));
}

/* Rows or columns of the input that windows reach, padding included. */
static int reached(const struct window *window, int axis)
{
    int reach = (window->out[axis] - 1) * window->stride[axis] +
                (window->size[axis] - 1) * window->dilation[axis] + 1;
    int there = window->before[axis] + window->in[axis];
    return reach > there ? reach : there;
}

struct shape lane_step_padded(const struct lane_step *step)
{
    const struct window *window = &step->window;
    return shape_image(reached(window, 0), reached(window, 1), window->channels);
}

static enum lane_kind kind_of(const struct layer *layer, const struct lowered_form *form)
{
    static const enum lane_kind kinds[] = {
        [LOWERED_PLAIN] = LANE_PLAIN,
        [LOWERED_COPY] = LANE_COPY,
        [LOWERED_PRODUCT] = LANE_PRODUCT,
        [LOWERED_POOL_MAX] = LANE_POOL_MAX,
        [LOWERED_POOL_MEAN] = LANE_POOL_MEAN,
        [LOWERED_ADD] = LANE_ADD,
        [LOWERED_AFFINE] = LANE_AFFINE,
        [LOWERED_DEPTHWISE] = LANE_PLAIN,
        [LOWERED_JOIN] = LANE_PLAIN,
        [LOWERED_PAD] = LANE_PLAIN,
    };
    bool plain = form->kind == LOWERED_AFFINE && layer->activation.kind != ACTIVATION_LINEAR;
    return plain ? LANE_PLAIN : kinds[form->kind];
}

static void prepare_step(struct lane_plan *plan, int index, const struct lane_plan_options *options)
{
    const struct network *network = plan->network;
    const struct layer *layer = &network->layers[index];
    struct lane_step *step = &plan->steps[index];
    struct lowered_form form = lowering_of(network, index);
    step->layer = step->weights = layer;
    step->kind = kind_of(layer, &form);
    step->window = form.window;
    step->source = layer->n_inputs ? layer->inputs[0] : -1;
    step->activates = lowering_activates(network, index);
    step->relu = step->activates && lowering_is_relu(&layer->activation);
    step->learns = options->learns && options->learns[index];
    step->wanted = options->wanted && options->wanted[index];
    step->still = options->still && options->still[index];
    step->needed = step->learns || step->wanted || index == network->output;
    for (int k = 0; k < layer->n_inputs; k++)
        step->needed = step->needed || plan->steps[layer->inputs[k]].needed;
    if (step->kind == LANE_PRODUCT)
        step->forward = (struct batched_product){
            .window = form.window, .filters = form.filters, .relu = step->relu};
}

/* A max-pooling takes in the product in front of it where no gradient is needed, and the backward
 * pass of its ReLU where one is. */
static void join_pooling(struct lane_plan *plan, int index)
{
    struct lane_step *product = &plan->steps[index];
    int reader = network_only_reader(plan->network, index);
    if (product->kind != LANE_PRODUCT || reader < 0 || product->wanted ||
        plan->steps[reader].kind != LANE_POOL_MAX || product->activates != product->relu)
        return;
    struct lane_step *pool = &plan->steps[reader];
    if (pool->needed) {
        product->masked = product->relu;
        return;
    }
    if (!window_tiles(&pool->window) || !shortcut_on(SHORTCUT_FUSED_POOLING))
        return;
    product->fused_away = true;
    pool->kind = LANE_PRODUCT;
    pool->still = product->still;
    pool->forward = product->forward;
    pool->forward.pooled = true;
    pool->forward.pool = pool->window;
    pool->weights = product->layer;
    pool->source = product->source;
}

/* The gradient of the input: a product of the spread gradients with the kernel turned round. */
static void prepare_back(struct lane_step *step, const struct batched_kernels *batched)
{
    const struct window *window = &step->window;
    struct shape spread = lane_step_spread(step);
    struct window back = {.in = {spread.dim[0], spread.dim[1]}, .channels = spread.dim[2]};
    for (int axis = 0; axis < 2; axis++) {
        back.size[axis] = window->size[axis];
        back.stride[axis] = 1;
        back.dilation[axis] = window->dilation[axis];
        back.before[axis] =
            (window->size[axis] - 1) * window->dilation[axis] - window->before[axis];
        back.out[axis] = window->in[axis];
    }
    step->runs_back = true;
    step->back = (struct batched_product){.window = back, .filters = window->channels};
    if (winograd_square_pays(&back, window->channels))
        step->back_quick = winograd_square_create(&back, window->channels, batched->square);
    if (!step->back_quick)
        batched_product_init(&step->back, batched);
}

/* Where the values under a window lie, in the order of the kernel. */
static void prepare_offsets(struct lane_step *step)
{
    const struct window *window = &step->window;
    struct shape padded = lane_step_padded(step);
    size_t channels = (size_t)window->channels, wide = (size_t)padded.dim[1] * channels, at = 0;
    int taps = window->size[0] * window->size[1];
    step->offset = memory_array((size_t)taps * channels, sizeof *step->offset);
    for (int tap = 0; tap < taps; tap++) {
        size_t y = (size_t)(tap / window->size[1] * window->dilation[0]);
        size_t x = (size_t)(tap % window->size[1] * window->dilation[1]);
        for (size_t c = 0; c < channels; c++)
            step->offset[at++] = (uint32_t)(y * wide + x * channels + c);
    }
}

static void prepare_products(struct lane_plan *plan, struct lane_step *step)
{
    const struct network *network = plan->network;
    if (!step->forward.pooled && winograd_square_pays(&step->window, step->forward.filters))
        step->quick =
            winograd_square_create(&step->window, step->forward.filters, plan->batched->square);
    if (!step->quick)
        batched_product_init(&step->forward, plan->batched);
    if (!step->quick && step->source == network->input)
        batched_product_try_winograd(&step->forward, plan->batched);
    plan->listed[step->source] |= !step->quick && !step->forward.winograd;
    if (step->needed && plan->steps[step->source].needed)
        prepare_back(step, plan->batched);
    if (step->learns && !lane_step_is_dense(step))
        prepare_offsets(step);
}

static void prepare_affine(struct lane_step *step)
{
    size_t channels = (size_t)shape_channels(&step->layer->shape);
    step->scale = memory_floats(channels);
    step->shift = memory_floats(channels);
}

/* kernel[size][channels][filters] turned round: [size backwards][filters][channels], packed like
 * any product's. */
static void pack_back(struct lane_step *step)
{
    const struct batched_product *back = &step->back;
    const float *kernel = step->layer->weights[0].data;
    size_t taps = (size_t)(back->window.size[0] * back->window.size[1]);
    size_t filters = (size_t)back->window.channels, channels = (size_t)back->filters;
    size_t block = (size_t)back->block, depth = taps * filters;
    for (size_t tap = 0; tap < taps; tap++)
        for (size_t c = 0; c < channels; c++) {
            const float *from = kernel + ((taps - 1 - tap) * channels + c) * filters;
            float *to =
                back->packed + c / block * block * depth + tap * filters * block + c % block;
            for (size_t f = 0; f < filters; f++)
                to[f * block] = from[f];
        }
}

static void pack(struct lane_step *step)
{
    const struct layer *layer = step->weights;
    const float *bias = layer->n_weights > 1 ? layer->weights[1].data : NULL;
    if (step->quick)
        winograd_square_pack(step->quick, layer->weights[0].data, false);
    else if (step->kind == LANE_PRODUCT && !step->fused_away)
        batched_product_pack(&step->forward, layer->weights[0].data, bias);
    if (step->back_quick)
        winograd_square_pack(step->back_quick, layer->weights[0].data, true);
    else if (step->runs_back)
        pack_back(step);
    if (step->kind == LANE_AFFINE)
        layer->class->affine(layer, step->scale, step->shift);
}

struct lane_plan *lane_plan_create(const struct network *network,
    const struct batched_kernels *batched, const struct lane_plan_options *options)
{
    struct lane_plan *plan = memory_array(1, sizeof *plan);
    size_t n = (size_t)network->n_layers;
    kernels_init();
    plan->network = network;
    plan->batched = batched;
    plan->lane = lane_kernels_of(batched->name);
    plan->steps = memory_array(n, sizeof *plan->steps);
    plan->listed = memory_array(n, sizeof *plan->listed);
    for (int i = 0; i < network->n_layers; i++)
        prepare_step(plan, i, options);
    for (int i = 0; i < network->n_layers; i++)
        join_pooling(plan, i);
    for (int i = 0; i < network->n_layers; i++) {
        struct lane_step *step = &plan->steps[i];
        if (step->kind == LANE_PRODUCT && !step->fused_away)
            prepare_products(plan, step);
        if (step->kind == LANE_AFFINE)
            prepare_affine(step);
        bool copies = step->kind == LANE_COPY && step->source >= 0;
        step->shares_output = copies && !step->activates;
        step->shares_gradient = copies && !step->wanted && step->needed &&
                                plan->steps[step->source].needed &&
                                network_only_reader(network, step->source) == i;
    }
    for (int i = 0; i < network->n_layers; i++)
        pack(&plan->steps[i]);
    return plan;
}

void lane_plan_destroy(struct lane_plan *plan)
{
    for (int i = 0; plan && i < plan->network->n_layers; i++) {
        struct lane_step *step = &plan->steps[i];
        if (step->kind == LANE_PRODUCT && !step->fused_away)
            batched_product_finish(&step->forward);
        if (step->runs_back)
            batched_product_finish(&step->back);
        winograd_square_destroy(step->quick);
        winograd_square_destroy(step->back_quick);
        free(step->offset);
        free(step->scale);
        free(step->shift);
    }
    if (plan) {
        free(plan->steps);
        free(plan->listed);
    }
    free(plan);
}

void lane_plan_refresh(struct lane_plan *plan)
{
    for (int i = 0; i < plan->network->n_layers; i++)
        if (!plan->steps[i].still)
            pack(&plan->steps[i]);
}
