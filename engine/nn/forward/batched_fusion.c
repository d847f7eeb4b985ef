/* Which steps become one: scale and shift, sum, activation and pooling are done to values before
 * they leave the registers. Leans on batched_step.h. */
#include "engine/base/shortcuts.h"
#include "engine/nn/forward/batched_step.h"
#include "engine/nn/forward/batched_stream.h"

/* A frame of zeros in front of a window is its padding. */
static void fuse_padding(struct batched_plan *plan, int index)
{
    struct batched_step *pad = &plan->steps[index];
    int reader = network_only_reader(plan->network, index);
    if (pad->form.kind != LOWERED_PAD || pad->activate || pad->relu || plan->kept[index] ||
        pad->unused || reader < 0)
        return;
    struct batched_step *step = &plan->steps[reader];
    if (step->form.kind != LOWERED_PRODUCT && step->form.kind != LOWERED_DEPTHWISE)
        return;
    pad->fused_away = true;
    step->sources[0] = pad->sources[0];
    for (int axis = 0; axis < 2; axis++) {
        step->form.window.in[axis] = pad->form.window.in[axis];
        step->form.window.before[axis] += pad->form.window.before[axis];
    }
    step->product.window = step->form.window;
}

/* A step becomes what the one before it was, and ends as it ended itself. */
static void take_in(struct batched_step *step, struct batched_step *before)
{
    const struct batched_step after = *step;
    *step = *before;
    step->layer = after.layer;
    step->activate = after.activate;
    step->relu = after.relu;
    step->limit = after.limit;
    before->fused_away = true;
}

static bool is_windowed(const struct batched_step *step)
{
    return (step->form.kind == LOWERED_PRODUCT && !step->from_pixels && !step->product.pooled) ||
           step->form.kind == LOWERED_DEPTHWISE;
}

static bool takes_affine(const struct batched_step *before, const struct batched_step *step)
{
    return step->form.kind == LOWERED_AFFINE && is_windowed(before) && !before->affine &&
           before->addend < 0;
}

static bool takes_sum(const struct batched_step *before, const struct batched_step *step)
{
    return step->form.kind == LOWERED_ADD && step->layer->n_inputs == 2 && is_windowed(before) &&
           before->addend < 0;
}

static bool takes_relu(const struct batched_step *before, const struct batched_step *step)
{
    bool product = before->form.kind == LOWERED_PRODUCT && !before->product.pooled;
    return step->form.kind == LOWERED_COPY && step->relu && !step->activate &&
           (product || before->form.kind == LOWERED_DEPTHWISE ||
               before->form.kind == LOWERED_AFFINE || before->form.kind == LOWERED_ADD) &&
           !(before->from_pixels && step->limit > 0);
}

static bool takes_pooling(const struct batched_step *before, const struct batched_step *step)
{
    bool square =
        !before->from_pixels && winograd_square_serves(&before->form.window, before->form.filters);
    return step->form.kind == LOWERED_POOL_MAX && before->form.kind == LOWERED_PRODUCT &&
           !before->product.pooled && before->addend < 0 && !square &&
           window_tiles(&step->form.window) && !step->relu && !step->activate &&
           shortcut_on(SHORTCUT_FUSED_POOLING);
}

static void take_pooling(struct batched_step *step, struct batched_step *before)
{
    const struct window pool = step->form.window;
    step->relu = before->relu;
    step->limit = before->limit;
    take_in(step, before);
    step->product.pooled = true;
    step->product.pool = pool;
}

static int other_input(const struct layer *layer, int index)
{
    return layer->inputs[layer->inputs[0] == index];
}

static void fuse_step(struct batched_plan *plan, int index)
{
    struct batched_step *before = &plan->steps[index];
    int reader = network_only_reader(plan->network, index);
    if (reader < 0 || plan->kept[index] || before->fused_away || before->unused || before->activate)
        return;
    struct batched_step *step = &plan->steps[reader];
    const struct layer *layer = step->layer;
    if (takes_pooling(before, step))
        take_pooling(step, before);
    else if (before->relu)
        return; /* an ending ends with it */
    else if (takes_affine(before, step)) {
        take_in(step, before);
        step->affine = layer;
    } else if (takes_sum(before, step)) {
        take_in(step, before);
        step->addend = other_input(layer, index);
    } else if (takes_relu(before, step))
        take_in(step, before);
}

void batched_fuse(struct batched_plan *plan)
{
    for (int i = 0; i < plan->network->n_layers; i++)
        fuse_padding(plan, i);
    for (int i = 0; i < plan->network->n_layers; i++)
        fuse_step(plan, i);
    for (int i = 0; i < plan->network->n_layers; i++)
        batched_stream_fuse(plan, i);
}
