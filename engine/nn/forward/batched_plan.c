/* Compiles a network into steps of batched kernels (batched_plan.h). */
#include "engine/nn/forward/batched_plan.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/forward/batched_step.h"
#include "engine/nn/graph/lowering.h"
#include "engine/nn/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

static void prepare_step(struct batched_plan *plan, int index)
{
    const struct network *network = plan->network;
    const struct layer *layer = &network->layers[index];
    struct batched_step *step = &plan->steps[index];
    bool active = lowering_activates(network, index);
    step->layer = step->weights = layer;
    step->n_sources = layer->n_inputs;
    memcpy(step->sources, layer->inputs, sizeof step->sources);
    step->addend = step->streams = -1;
    step->form = lowering_of(network, index);
    step->relu =
        active && lowering_is_limited_relu(&layer->activation) && step->form.kind != LOWERED_PLAIN;
    step->limit = step->relu ? layer->activation.limit : 0;
    step->activate = active && !step->relu;
    step->affine = step->form.kind == LOWERED_AFFINE ? layer : NULL;
    step->from_pixels = step->form.kind == LOWERED_PRODUCT && step->sources[0] == network->input &&
                        shortcut_on(SHORTCUT_WINOGRAD) && step->limit == 0 &&
                        winograd_serves(&step->form.window, step->form.filters);
    if (step->form.kind == LOWERED_PRODUCT)
        step->product =
            (struct batched_product){.window = step->form.window, .filters = step->form.filters};
}

bool batched_step_computes(const struct batched_step *step)
{
    return (!step->fused_away || step->streamed) && !step->unused;
}

/* Memory for the weights of a step. */
static void prepare_weights(struct batched_plan *plan, int index)
{
    struct batched_step *step = &plan->steps[index];
    if (step->affine)
        step->scale = memory_floats(2 * (size_t)shape_channels(&step->affine->shape));
    if (step->form.kind != LOWERED_PRODUCT)
        return;
    struct batched_product *product = &step->product;
    product->relu = step->relu;
    product->limit = step->limit;
    if (!step->from_pixels && winograd_square_serves(&product->window, product->filters)) {
        step->square =
            winograd_square_create(&product->window, product->filters, plan->batched->square);
        return;
    }
    batched_product_init(product, plan->batched);
    if (step->from_pixels)
        batched_product_try_winograd(product, plan->batched);
    plan->listed[step->sources[0]] |= !product->winograd && !step->streamed;
}

/* Whether values of a layer are zero more often than by chance. */
static bool find_zeros(const struct batched_plan *plan, int index)
{
    const struct batched_step *step = &plan->steps[index];
    bool zeros = step->activate || step->relu || index == plan->network->input;
    switch (step->form.kind) {
    case LOWERED_PLAIN:
    case LOWERED_PAD:
        return true;
    case LOWERED_PRODUCT:
    case LOWERED_DEPTHWISE:
    case LOWERED_AFFINE:
    case LOWERED_ADD:
        return zeros;
    default:
        for (int k = 0; k < step->n_sources; k++)
            zeros = zeros || plan->has_zeros[step->sources[k]];
        return zeros;
    }
}

int batched_home(const struct batched_plan *plan, int layer)
{
    const struct batched_step *step = &plan->steps[layer];
    while (step->form.kind == LOWERED_COPY && !step->activate && !step->relu) {
        layer = step->sources[0];
        step = &plan->steps[layer];
    }
    return layer;
}

struct batched_plan *batched_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *keep)
{
    return batched_plan_create_part(network, batched, keep, NULL);
}

struct batched_plan *batched_plan_create_part(const struct network *network,
    const struct batched_kernels *batched, const bool *keep, const bool *wanted)
{
    struct batched_plan *plan = memory_array(1, sizeof *plan);
    size_t n = (size_t)network->n_layers;
    kernels_init();
    plan->network = network;
    plan->batched = batched;
    plan->sparse = shortcut_on(SHORTCUT_SPARSE);
    plan->steps = memory_array(n, sizeof *plan->steps);
    plan->kept = memory_array(n, sizeof *plan->kept);
    plan->listed = memory_array(n, sizeof *plan->listed);
    plan->has_zeros = memory_array(n, sizeof *plan->has_zeros);
    for (int i = 0; i < network->n_layers; i++) {
        plan->kept[i] = (keep && keep[i]) || i == network->input || i == network->output;
        prepare_step(plan, i);
        plan->steps[i].unused = wanted && !wanted[i];
    }
    batched_fuse(plan);
    for (int i = 0; i < network->n_layers; i++) {
        plan->has_zeros[i] = plan->steps[i].fused_away || find_zeros(plan, i);
        if (batched_step_computes(&plan->steps[i]))
            prepare_weights(plan, i);
    }
    batched_plan_refresh(plan);
    return plan;
}

void batched_plan_destroy(struct batched_plan *plan)
{
    if (!plan)
        return;
    for (int i = 0; i < plan->network->n_layers; i++) {
        struct batched_step *step = &plan->steps[i];
        if (!batched_step_computes(step))
            continue;
        batched_product_finish(&step->product);
        winograd_square_destroy(step->square);
        free(step->scale);
    }
    free(plan->steps);
    free(plan->kept);
    free(plan->listed);
    free(plan->has_zeros);
    free(plan);
}

static void refresh_product(struct batched_step *step)
{
    const struct layer *layer = step->weights;
    size_t channels = (size_t)step->product.filters;
    if (step->square) {
        winograd_square_pack(step->square, layer->weights[0].data, false);
        return;
    }
    batched_product_pack(&step->product, layer->weights[0].data,
        layer->n_weights > 1 ? layer->weights[1].data : NULL);
    if (step->scale)
        batched_product_scale(&step->product, step->scale, step->scale + channels);
}

void batched_plan_refresh(struct batched_plan *plan)
{
    for (int i = 0; i < plan->network->n_layers; i++) {
        struct batched_step *step = &plan->steps[i];
        if (!batched_step_computes(step))
            continue;
        if (step->affine)
            step->affine->class->affine(step->affine, step->scale,
                step->scale + (size_t)shape_channels(&step->affine->shape));
        if (step->form.kind == LOWERED_PRODUCT)
            refresh_product(step);
    }
}

int batched_plan_width(const struct batched_plan *plan)
{
    return plan->batched->width;
}

const struct batched_kernels *batched_plan_kernels(const struct batched_plan *plan)
{
    return plan->batched;
}
