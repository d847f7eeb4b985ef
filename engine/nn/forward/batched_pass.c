/* Memory of a batched pass, and its run (batched_plan.h). */
#include "engine/base/memory.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/batched_step.h"
#include "engine/nn/forward/batched_stream.h"
#include "engine/nn/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

struct batched_pass {
    const struct batched_plan *plan;
    float **tensors; /* [n_layers] [values][width]; copies share, and so do those that are not kept
                        after their last reader; NULL: fused away */
    float **rooms;   /* [n_rooms] where they lie */
    int n_rooms;
    struct batched_list *lists; /* [n_layers] of the tensors that products read */
    bool *list_ready;           /* in this run */
    float **plain_inputs;       /* [LAYER_INPUTS_MAX] images behind each other, for plain layers */
    float *plain_output, *scratch, *ring;
    float *square; /* NULL behind the first of a group */
};

/* Memory for the layers that have no fast form. */
static void make_plain(struct batched_pass *pass)
{
    const struct batched_plan *plan = pass->plan;
    size_t width = (size_t)plan->batched->width, output = 0, scratch = 0, inputs = 0;
    for (int i = 0; i < plan->network->n_layers; i++) {
        const struct layer *layer = plan->steps[i].layer;
        if (plan->steps[i].form.kind != LOWERED_PLAIN)
            continue;
        size_t count = shape_count(&layer->shape);
        size_t more = layer->class->scratch ? layer->class->scratch(layer, 1) : 0;
        output = count > output ? count : output;
        scratch = more > scratch ? more : scratch;
        for (int k = 0; k < layer->n_inputs; k++)
            if (shape_count(&layer->input_shapes[k]) > inputs)
                inputs = shape_count(&layer->input_shapes[k]);
    }
    pass->plain_inputs = memory_array(LAYER_INPUTS_MAX, sizeof *pass->plain_inputs);
    for (int k = 0; k < LAYER_INPUTS_MAX && inputs > 0; k++)
        pass->plain_inputs[k] = memory_floats(inputs * width);
    pass->plain_output = memory_floats(output * width);
    pass->scratch = memory_floats(scratch);
}

static void make_square(struct batched_pass *pass, int batches)
{
    size_t most = 0;
    for (int i = 0; i < pass->plan->network->n_layers; i++) {
        const struct winograd_square *square = pass->plan->steps[i].square;
        if (!square || pass->plan->steps[i].fused_away)
            continue;
        size_t floats = winograd_square_scratch(square, pass->plan->batched->width, batches);
        most = floats > most ? floats : most;
    }
    pass->square = memory_floats(most);
}

static void make_ring(struct batched_pass *pass)
{
    size_t most = 0;
    for (int i = 0; i < pass->plan->network->n_layers; i++) {
        size_t floats = batched_stream_scratch(pass->plan, &pass->plan->steps[i]);
        most = floats > most ? floats : most;
    }
    pass->ring = memory_floats(most);
}

static void make_tensors(struct batched_pass *pass)
{
    const struct batched_plan *plan = pass->plan;
    int n = plan->network->n_layers, *room = memory_array((size_t)n, sizeof *room);
    size_t *counts = memory_array((size_t)n, sizeof *counts);
    pass->n_rooms = batched_assign_rooms(plan, room, counts);
    pass->rooms = memory_array((size_t)pass->n_rooms, sizeof *pass->rooms);
    for (int r = 0; r < pass->n_rooms; r++)
        pass->rooms[r] = memory_floats(counts[r] * (size_t)plan->batched->width);
    for (int i = 0; i < n; i++)
        if (!plan->steps[i].fused_away && room[batched_home(plan, i)] >= 0)
            pass->tensors[i] = pass->rooms[room[batched_home(plan, i)]];
    free(counts);
    free(room);
}

static struct batched_pass *create(const struct batched_plan *plan)
{
    struct batched_pass *pass = memory_array(1, sizeof *pass);
    size_t n = (size_t)plan->network->n_layers;
    pass->plan = plan;
    pass->tensors = memory_array(n, sizeof *pass->tensors);
    pass->lists = memory_array(n, sizeof *pass->lists);
    pass->list_ready = memory_array(n, sizeof *pass->list_ready);
    make_tensors(pass);
    for (size_t i = 0; i < n; i++) {
        if (!plan->listed[i])
            continue;
        batched_list_init(&pass->lists[i], &plan->steps[i].layer->shape);
    }
    make_plain(pass);
    make_ring(pass);
    return pass;
}

struct batched_pass *batched_pass_create(const struct batched_plan *plan)
{
    struct batched_pass *pass;
    batched_pass_create_group(plan, &pass, 1);
    return pass;
}

void batched_pass_create_group(const struct batched_plan *plan, struct batched_pass **passes, int n)
{
    for (int i = 0; i < n; i++)
        passes[i] = create(plan);
    make_square(passes[0], n);
}

void batched_pass_destroy(struct batched_pass *pass)
{
    if (!pass)
        return;
    for (int r = 0; r < pass->n_rooms; r++)
        free(pass->rooms[r]);
    for (int i = 0; i < pass->plan->network->n_layers; i++)
        batched_list_finish(&pass->lists[i]);
    for (int k = 0; k < LAYER_INPUTS_MAX; k++)
        free(pass->plain_inputs[k]);
    free(pass->plain_inputs);
    free(pass->plain_output);
    free(pass->scratch);
    free(pass->square);
    free(pass->ring);
    free(pass->rooms);
    free(pass->tensors);
    free(pass->lists);
    free(pass->list_ready);
    free(pass);
}

float *batched_pass_tensor(struct batched_pass *pass, int layer)
{
    return pass->plan->kept[layer] ? pass->tensors[layer] : NULL;
}

bool batched_pass_has_room(const struct batched_pass *pass, int layer)
{
    return pass->tensors[layer] != NULL;
}

const struct batched_list *batched_pass_list(const struct batched_pass *pass, int layer)
{
    return pass->list_ready[layer] ? &pass->lists[layer] : NULL;
}

void batched_pass_best(struct batched_pass *pass, int layer, struct batched_top_two *best)
{
    const struct shape *shape = &pass->plan->network->layers[layer].shape;
    pass->plan->batched->best(best, pass->tensors[layer], (int)shape_count(shape));
}

/* The plain form: images behind each other, and back. */
static void run_plain(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    const struct layer *layer = step->layer;
    size_t width = (size_t)pass->plan->batched->width, count = shape_count(&layer->shape);
    const float *inputs[LAYER_INPUTS_MAX];
    for (int k = 0; k < layer->n_inputs; k++) {
        size_t values = shape_count(&layer->input_shapes[k]);
        kernels_transpose(pass->plain_inputs[k], pass->tensors[step->sources[k]], values, width);
        inputs[k] = pass->plain_inputs[k];
    }
    /* One by one: a matrix product may round differently with more rows. */
    for (size_t lane = 0; lane < width; lane++) {
        layer->class->forward(layer, 1, inputs, pass->plain_output + lane * count, pass->scratch);
        for (int k = 0; k < layer->n_inputs; k++)
            inputs[k] += shape_count(&layer->input_shapes[k]);
    }
    if (step->activate)
        activation_apply(&layer->activation, pass->plain_output, width * count,
            (size_t)shape_channels(&layer->shape));
    kernels_transpose(out, pass->plain_output, width, count);
}

static struct ending ending_of(const struct batched_pass *pass, const struct batched_step *step)
{
    const struct layer *layer = step->weights;
    bool windowed = step->form.kind == LOWERED_PRODUCT || step->form.kind == LOWERED_DEPTHWISE;
    size_t channels = step->affine ? (size_t)shape_channels(&step->affine->shape) : 0;
    return (struct ending){.bias = windowed && layer->n_weights > 1 ? layer->weights[1].data : NULL,
        .scale = step->scale,
        .shift = step->scale ? step->scale + channels : NULL,
        .add = step->addend < 0 ? NULL : pass->tensors[step->addend],
        .relu = step->relu,
        .limit = step->limit};
}

static void run_product(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    const struct batched_kernels *batched = pass->plan->batched;
    int source = step->sources[0];
    const float *in = pass->tensors[source];
    if (step->product.winograd) {
        batched->winograd->run(out, &step->product, in);
        return;
    }
    bool zeros = pass->plan->sparse && pass->plan->has_zeros[source];
    const float *add = step->addend < 0 ? NULL : pass->tensors[step->addend];
    batched_product_run(batched, out, &step->product, &pass->lists[source],
        &pass->list_ready[source], zeros, in, add);
}

/* The sum of some tensors, and its ending. */
static void run_sum(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    size_t count = shape_count(&step->layer->shape);
    const float *in = pass->tensors[step->sources[0]];
    for (int k = 1; k < step->n_sources; k++, in = out) {
        bool last = k + 1 == step->n_sources;
        const struct ending ending = {.add = pass->tensors[step->sources[k]],
            .relu = last && step->relu,
            .limit = last ? step->limit : 0};
        pass->plan->batched->channel->finish(out, in, &ending, count, count);
    }
}

/* The channels of some tensors, one after the other. */
static void run_join(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    size_t width = (size_t)pass->plan->batched->width;
    size_t wide = (size_t)shape_channels(&step->layer->shape) * width;
    size_t rows = shape_count(&step->layer->shape) * width / wide;
    for (int k = 0; k < step->layer->n_inputs; k++) {
        size_t part = (size_t)shape_channels(&step->layer->input_shapes[k]) * width;
        const float *from = pass->tensors[step->sources[k]];
        for (size_t row = 0; row < rows; row++)
            memcpy(out + row * wide, from + row * part, part * sizeof *out);
        out += part;
    }
}

static void run_pad(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    const struct window *window = &step->form.window;
    size_t values = (size_t)window->channels * (size_t)pass->plan->batched->width;
    size_t row = (size_t)window->in[1] * values, wide = (size_t)window->out[1] * values;
    const float *in = pass->tensors[step->sources[0]];
    memset(out, 0, (size_t)window->out[0] * wide * sizeof *out);
    out += (size_t)window->before[0] * wide + (size_t)window->before[1] * values;
    for (int y = 0; y < window->in[0]; y++)
        memcpy(out + (size_t)y * wide, in + (size_t)y * row, row * sizeof *out);
}

/* Kernels that have no ending. */
static void run_moved(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    const struct channel_kernels *channel = pass->plan->batched->channel;
    size_t count = shape_count(&step->layer->shape);
    const struct ending ending = {.relu = step->relu, .limit = step->limit};
    const float *in = pass->tensors[step->sources[0]];
    if (step->form.kind == LOWERED_POOL_MAX)
        channel->pool_max(out, &step->form.window, in);
    else if (step->form.kind == LOWERED_POOL_MEAN)
        channel->pool_mean(out, &step->form.window, in);
    else if (step->form.kind == LOWERED_JOIN)
        run_join(pass, step, out);
    else
        run_pad(pass, step, out);
    if (step->relu)
        channel->finish(out, out, &ending, count, count);
}

/* All but an activation that no ending has. */
static void run_linear(struct batched_pass *pass, const struct batched_step *step, float *out)
{
    const struct channel_kernels *channel = pass->plan->batched->channel;
    const struct ending ending = ending_of(pass, step);
    size_t count = shape_count(&step->layer->shape);
    const float *in = step->n_sources ? pass->tensors[step->sources[0]] : NULL;
    switch (step->form.kind) {
    case LOWERED_PRODUCT:
        run_product(pass, step, out);
        break;
    case LOWERED_DEPTHWISE:
        if (step->streams >= 0)
            batched_stream_run(out, pass->plan, step, &ending, in, pass->ring);
        else
            channel->depthwise(
                out, &step->form.window, step->weights->weights[0].data, &ending, in);
        break;
    case LOWERED_AFFINE:
        channel->finish(out, in, &ending, count, (size_t)shape_channels(&step->layer->shape));
        break;
    case LOWERED_ADD:
        run_sum(pass, step, out);
        break;
    case LOWERED_COPY:
        if (out != in)
            channel->finish(out, in, &ending, count, count);
        break;
    default:
        run_moved(pass, step, out);
        break;
    }
}

/* A convolution by Winograd's scheme, of all passes at once. */
static void run_square(struct batched_pass *const *passes, int n, int index)
{
    const struct batched_step *step = &passes[0]->plan->steps[index];
    struct ending endings[BATCHED_GROUP_MAX];
    const float *ins[BATCHED_GROUP_MAX];
    float *outs[BATCHED_GROUP_MAX];
    for (int i = 0; i < n; i++) {
        endings[i] = ending_of(passes[i], step);
        ins[i] = passes[i]->tensors[step->sources[0]];
        outs[i] = passes[i]->tensors[index];
    }
    passes[0]->plan->batched->square->run(outs, step->square, endings, ins, n, passes[0]->square);
}

static void run_step(struct batched_pass *pass, int index)
{
    const struct batched_step *step = &pass->plan->steps[index];
    const struct shape *shape = &step->layer->shape;
    size_t floats = shape_count(shape) * (size_t)pass->plan->batched->width;
    float *out = pass->tensors[index];
    if (step->form.kind == LOWERED_PLAIN) {
        run_plain(pass, step, out);
        return; /* with its activation */
    }
    if (!step->square)
        run_linear(pass, step, out);
    if (step->activate)
        activation_apply(&step->layer->activation, out, floats, (size_t)shape_channels(shape));
}

void batched_pass_run(struct batched_pass *pass, const bool *wanted)
{
    batched_pass_run_group(&pass, 1, wanted);
}

void batched_pass_run_group(struct batched_pass *const *passes, int n, const bool *wanted)
{
    const struct batched_plan *plan = passes[0]->plan;
    const struct network *network = plan->network;
    for (int p = 0; p < n; p++)
        memset(passes[p]->list_ready, 0, (size_t)network->n_layers * sizeof(bool));
    for (int i = 0; i < network->n_layers; i++) {
        if (i == network->input || plan->steps[i].fused_away || (wanted && !wanted[i]))
            continue;
        if (plan->steps[i].square)
            run_square(passes, n, i);
        for (int p = 0; p < n; p++)
            run_step(passes[p], i);
    }
}
