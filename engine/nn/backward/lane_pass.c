/* Memory of a lane pass (lane_pass.h). */
#include "engine/nn/backward/lane_pass.h"

#include "engine/base/memory.h"
#include "engine/nn/backward/lane_memory.h"

#include <stdlib.h>

static void grow(size_t *most, size_t count)
{
    *most = count > *most ? count : *most;
}

/* Sizes of the rooms that layers use one after the other, in values of an image. */
struct sizes {
    size_t linear, masked, spread, padded, part, live, channels;
    size_t winograd;               /* floats */
    size_t input, output, scratch; /* of plain layers */
};

static void measure_plain(struct sizes *sizes, const struct lane_step *step, int width)
{
    const struct layer *layer = step->layer;
    grow(&sizes->output, shape_count(&layer->shape));
    for (int k = 0; k < layer->n_inputs; k++)
        grow(&sizes->input, shape_count(&layer->input_shapes[k]));
    grow(&sizes->part, sizes->input);
    if (layer->class->scratch)
        grow(&sizes->scratch, layer->class->scratch(layer, width));
}

static void measure(struct sizes *sizes, const struct lane_step *step, int width)
{
    struct shape spread = lane_step_spread(step), padded = lane_step_padded(step);
    size_t count = shape_count(&step->layer->shape);
    grow(&sizes->channels, (size_t)shape_channels(&step->layer->shape));
    if (step->activates && activation_needs_input(&step->layer->activation))
        grow(&sizes->linear, count);
    if (step->wanted && step->activates)
        grow(&sizes->masked, count);
    if (step->runs_back) {
        grow(&sizes->spread, shape_count(&spread));
        grow(&sizes->part, shape_count(&step->layer->input_shapes[0]));
    }
    if (step->quick)
        grow(&sizes->winograd, winograd_square_scratch(step->quick, width, 1));
    if (step->back_quick)
        grow(&sizes->winograd, winograd_square_scratch(step->back_quick, width, 1));
    if (step->offset) {
        grow(&sizes->padded, shape_count(&padded));
        grow(&sizes->live, step->layer->weights[0].count);
    }
    if (step->kind == LANE_PLAIN)
        measure_plain(sizes, step, width);
}

static void make_rooms(struct lane_pass *pass)
{
    const struct lane_plan *plan = pass->plan;
    size_t width = (size_t)plan->batched->width;
    struct sizes sizes = {0};
    for (int i = 0; i < plan->network->n_layers; i++)
        measure(&sizes, &plan->steps[i], (int)width);
    pass->linear = memory_floats(sizes.linear * width);
    pass->masked = memory_floats(sizes.masked * width);
    pass->spread = memory_floats(sizes.spread * width);
    pass->padded = memory_floats(sizes.padded * width);
    pass->part = memory_floats(sizes.part * width);
    pass->winograd = memory_floats(sizes.winograd);
    pass->live = memory_array(2 * sizes.live, sizeof *pass->live);
    pass->sums = memory_array(2 * sizes.channels, sizeof *pass->sums);
    pass->plain_inputs = memory_array(LAYER_INPUTS_MAX, sizeof *pass->plain_inputs);
    pass->plain_grads = memory_array(LAYER_INPUTS_MAX, sizeof *pass->plain_grads);
    for (int k = 0; k < LAYER_INPUTS_MAX && sizes.input > 0; k++) {
        pass->plain_inputs[k] = memory_floats(sizes.input * width);
        pass->plain_grads[k] = memory_floats(sizes.input * width);
    }
    pass->plain_output = memory_floats(sizes.output * width);
    pass->plain_grad = memory_floats(sizes.output * width);
    pass->scratch = memory_floats(sizes.scratch);
}

static void make_tensors(struct lane_pass *pass, int index)
{
    const struct lane_step *step = &pass->plan->steps[index];
    const struct shape *shape = &step->layer->shape;
    size_t count = shape_count(shape) * (size_t)pass->plan->batched->width;
    if (step->shares_output)
        pass->tensors[index] = pass->tensors[step->source];
    else if (!step->fused_away)
        pass->tensors[index] = memory_floats(count);
    if (step->needed && step->shares_gradient)
        pass->grads[index] = pass->grads[step->source];
    else if (step->needed)
        pass->grads[index] = memory_floats(count);
    if (pass->plan->listed[index])
        batched_list_init(&pass->lists[index], shape);
    if (step->runs_back && !step->back_quick) {
        struct shape spread = lane_step_spread(step);
        batched_list_init(&pass->back_lists[index], &spread);
    }
}

struct lane_pass *lane_pass_create(const struct lane_plan *plan)
{
    struct lane_pass *pass = memory_array(1, sizeof *pass);
    size_t n = (size_t)plan->network->n_layers;
    pass->plan = plan;
    pass->tensors = memory_array(n, sizeof *pass->tensors);
    pass->grads = memory_array(n, sizeof *pass->grads);
    pass->given = memory_array(n, sizeof *pass->given);
    pass->lists = memory_array(n, sizeof *pass->lists);
    pass->back_lists = memory_array(n, sizeof *pass->back_lists);
    pass->list_ready = memory_array(n, sizeof *pass->list_ready);
    for (int i = 0; i < plan->network->n_layers; i++)
        make_tensors(pass, i);
    make_rooms(pass);
    return pass;
}

static void free_rooms(struct lane_pass *pass)
{
    for (int k = 0; k < LAYER_INPUTS_MAX; k++) {
        free(pass->plain_inputs[k]);
        free(pass->plain_grads[k]);
    }
    free(pass->plain_inputs);
    free(pass->plain_grads);
    free(pass->plain_output);
    free(pass->plain_grad);
    free(pass->scratch);
    free(pass->linear);
    free(pass->masked);
    free(pass->spread);
    free(pass->padded);
    free(pass->part);
    free(pass->winograd);
    free(pass->live);
    free(pass->sums);
}

void lane_pass_destroy(struct lane_pass *pass)
{
    if (!pass)
        return;
    for (int i = 0; i < pass->plan->network->n_layers; i++) {
        const struct lane_step *step = &pass->plan->steps[i];
        if (!step->shares_output)
            free(pass->tensors[i]);
        if (!step->shares_gradient)
            free(pass->grads[i]);
        batched_list_finish(&pass->lists[i]);
        batched_list_finish(&pass->back_lists[i]);
    }
    free_rooms(pass);
    free(pass->tensors);
    free(pass->grads);
    free(pass->given);
    free(pass->lists);
    free(pass->back_lists);
    free(pass->list_ready);
    free(pass);
}

float *lane_pass_tensor(struct lane_pass *pass, int layer)
{
    return pass->tensors[layer];
}

float *lane_pass_gradient(struct lane_pass *pass, int layer)
{
    return pass->grads[layer];
}
