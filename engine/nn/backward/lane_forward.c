/* The forward run of a lane pass. */
#include "engine/base/shortcuts.h"
#include "engine/nn/backward/lane_memory.h"
#include "engine/nn/backward/lane_pass.h"

#include <assert.h>
#include <string.h>

static void run_product(struct lane_pass *pass, const struct lane_step *step, float *out)
{
    const struct batched_kernels *batched = pass->plan->batched;
    struct batched_list *list = &pass->lists[step->source];
    const float *in = pass->tensors[step->source];
    if (step->quick) {
        const struct layer *layer = step->weights;
        const struct ending ending = {
            .bias = layer->n_weights > 1 ? layer->weights[1].data : NULL, .relu = step->relu};
        batched->square->run(&out, step->quick, &ending, &in, 1, pass->winograd);
        return;
    }
    if (step->forward.winograd) {
        batched->winograd->run(out, &step->forward, in);
        return;
    }
    batched_product_run(batched, out, &step->forward, list, &pass->list_ready[step->source],
        shortcut_on(SHORTCUT_SPARSE), in, NULL);
}

void lane_load_plain(struct lane_pass *pass, const struct layer *layer, const float **inputs)
{
    for (int k = 0; k < layer->n_inputs; k++) {
        pass->plan->lane->store(pass->plain_inputs[k], pass->tensors[layer->inputs[k]],
            shape_count(&layer->input_shapes[k]), pass->n);
        inputs[k] = pass->plain_inputs[k];
    }
}

static void run_plain(struct lane_pass *pass, const struct layer *layer)
{
    const float *inputs[LAYER_INPUTS_MAX];
    lane_load_plain(pass, layer, inputs);
    layer->class->forward(layer, pass->n, inputs, pass->plain_output, pass->scratch);
}

void lane_forward_linear(struct lane_pass *pass, int index, float *out)
{
    const struct lane_step *step = &pass->plan->steps[index];
    const struct batched_kernels *batched = pass->plan->batched;
    const struct layer *layer = step->layer;
    const float *in = pass->tensors[step->source];
    size_t count = shape_count(&layer->shape), bytes = count * sizeof *out;
    switch (step->kind) {
    case LANE_PRODUCT:
        run_product(pass, step, out);
        break;
    case LANE_POOL_MAX:
        batched->channel->pool_max(out, &step->window, in);
        break;
    case LANE_POOL_MEAN:
        batched->channel->pool_mean(out, &step->window, in);
        break;
    case LANE_ADD:
        for (int k = 1; k < layer->n_inputs; k++) {
            const struct ending ending = {.add = pass->tensors[layer->inputs[k]]};
            batched->channel->finish(out, k == 1 ? in : out, &ending, count, count);
        }
        break;
    case LANE_COPY:
        if (out != in)
            memcpy(out, in, bytes * (size_t)batched->width);
        break;
    case LANE_AFFINE: {
        const struct ending ending = {.scale = step->scale, .shift = step->shift};
        batched->channel->finish(out, in, &ending, count, (size_t)shape_channels(&layer->shape));
        break;
    }
    case LANE_PLAIN:
        run_plain(pass, layer);
        break;
    }
}

static void run_step(struct lane_pass *pass, int index)
{
    const struct lane_step *step = &pass->plan->steps[index];
    const struct layer *layer = step->layer;
    const struct lane_kernels *lane = pass->plan->lane;
    size_t count = shape_count(&layer->shape), channels = (size_t)shape_channels(&layer->shape);
    float *out = pass->tensors[index];
    if (step->kind == LANE_COPY && step->relu) {
        lane->relu(out, pass->tensors[step->source], count);
        return;
    }
    lane_forward_linear(pass, index, out);
    if (step->kind == LANE_PLAIN) {
        if (step->activates)
            activation_apply(
                &layer->activation, pass->plain_output, (size_t)pass->n * count, channels);
        lane->load(out, pass->plain_output, count, pass->n);
    } else if (step->relu && step->kind != LANE_PRODUCT)
        lane->relu(out, out, count);
    else if (step->activates && !step->relu)
        activation_apply(&layer->activation, out, count * (size_t)lane->width, 1);
}

void lane_pass_borrow(struct lane_pass *pass, const struct lane_pass *from, const bool *own)
{
    const struct lane_plan *plan = pass->plan;
    for (int i = 0; i < plan->network->n_layers; i++) {
        const struct layer *layer = &plan->network->layers[i];
        for (int k = 0; own[i] && k < layer->n_inputs; k++) {
            int at = layer->inputs[k];
            if (!own[at])
                memcpy(pass->tensors[at], from->tensors[at],
                    shape_count(&plan->network->layers[at].shape) * (size_t)plan->batched->width *
                        sizeof(float));
        }
    }
}

void lane_pass_forward(struct lane_pass *pass, int n, const bool *wanted)
{
    const struct network *network = pass->plan->network;
    assert(n > 0 && n <= pass->plan->batched->width);
    pass->n = n;
    memset(pass->list_ready, 0, (size_t)network->n_layers * sizeof *pass->list_ready);
    for (int i = 0; i < network->n_layers; i++)
        if (i != network->input && !pass->plan->steps[i].fused_away && (!wanted || wanted[i]))
            run_step(pass, i);
}
