/* Compiles a network into steps of batched kernels, and runs them (batched_plan.h). */
#include "engine/nn/forward/batched_plan.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/graph/lowering.h"
#include "engine/nn/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

/* How one layer is computed. */
struct step {
    const struct layer *layer;
    struct lowered_form form;
    int sources[LAYER_INPUTS_MAX];  /* layers that it reads; of a fused step those of the product */
    bool fused_away;                /* computed inside the pooling behind it */
    bool activate;                  /* its activation is still to be applied */
    struct batched_product product; /* of products, fused or not */
    const struct layer *weights;    /* of the product */
};

struct batched_plan {
    const struct network *network;
    const struct batched_kernels *batched;
    struct step *steps; /* [n_layers] */
    bool *listed;       /* [n_layers] whose tensor a product reads */
    bool sparse;        /* values that are zero are left out */
};

static bool unpadded(const struct window *window)
{
    bool inside = window->before[0] == 0 && window->before[1] == 0;
    for (int axis = 0; axis < 2; axis++)
        inside =
            inside && window->dilation[axis] == 1 &&
            (window->out[axis] - 1) * window->stride[axis] + window->size[axis] <= window->in[axis];
    return inside;
}

/* A max-pooling whose windows do not overlap takes the product in front of it in. */
static bool can_fuse(const struct batched_plan *plan, int layer, const bool *keep)
{
    const struct network *network = plan->network;
    const struct step *step = &plan->steps[layer];
    int reader = network_only_reader(network, layer);
    if (step->form.kind != LOWERED_PRODUCT || step->product.pooled || step->activate ||
        reader < 0 || (keep && keep[layer]))
        return false;
    const struct lowered_form *pool = &plan->steps[reader].form;
    return pool->kind == LOWERED_POOL_MAX && unpadded(&pool->window) &&
           pool->window.size[0] <= pool->window.stride[0] &&
           pool->window.size[1] <= pool->window.stride[1];
}

static void prepare_step(struct batched_plan *plan, int index)
{
    const struct layer *layer = &plan->network->layers[index];
    struct step *step = &plan->steps[index];
    bool active = lowering_activates(plan->network, index);
    step->layer = step->weights = layer;
    memcpy(step->sources, layer->inputs, sizeof step->sources);
    step->form = lowering_of(plan->network, index);
    bool product = step->form.kind == LOWERED_PRODUCT;
    step->activate = active && !(product && lowering_is_relu(&layer->activation));
    if (product)
        step->product = (struct batched_product){
            .window = step->form.window,
            .filters = step->form.filters,
            .relu = active && !step->activate,
        };
}

static void fuse(struct batched_plan *plan, const bool *keep)
{
    for (int i = 0; i < plan->network->n_layers; i++) {
        if (!can_fuse(plan, i, keep))
            continue;
        struct step *product = &plan->steps[i];
        struct step *pool = &plan->steps[network_only_reader(plan->network, i)];
        product->fused_away = true;
        pool->product = product->product;
        pool->product.pooled = true;
        pool->product.pool = pool->form.window;
        pool->weights = product->layer;
        pool->sources[0] = product->sources[0];
        pool->form.kind = LOWERED_PRODUCT;
    }
}

struct batched_plan *batched_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *keep)
{
    struct batched_plan *plan = memory_array(1, sizeof *plan);
    size_t n = (size_t)network->n_layers;
    kernels_init();
    plan->network = network;
    plan->batched = batched;
    plan->sparse = shortcut_on(SHORTCUT_SPARSE);
    plan->steps = memory_array(n, sizeof *plan->steps);
    plan->listed = memory_array(n, sizeof *plan->listed);
    for (int i = 0; i < network->n_layers; i++)
        prepare_step(plan, i);
    if (shortcut_on(SHORTCUT_FUSED_POOLING))
        fuse(plan, keep);
    for (int i = 0; i < network->n_layers; i++) {
        struct step *step = &plan->steps[i];
        if (step->form.kind != LOWERED_PRODUCT || step->fused_away)
            continue;
        batched_product_init(&step->product, batched);
        if (step->sources[0] == network->input)
            batched_product_try_winograd(&step->product, batched);
        plan->listed[step->sources[0]] |= !step->product.winograd;
    }
    batched_plan_refresh(plan);
    return plan;
}

void batched_plan_destroy(struct batched_plan *plan)
{
    if (!plan)
        return;
    for (int i = 0; i < plan->network->n_layers; i++)
        if (!plan->steps[i].fused_away)
            batched_product_finish(&plan->steps[i].product);
    free(plan->steps);
    free(plan->listed);
    free(plan);
}

void batched_plan_refresh(struct batched_plan *plan)
{
    for (int i = 0; i < plan->network->n_layers; i++) {
        struct step *step = &plan->steps[i];
        const struct layer *layer = step->weights;
        if (step->form.kind == LOWERED_PRODUCT && !step->fused_away)
            batched_product_pack(&step->product, layer->weights[0].data,
                layer->n_weights > 1 ? layer->weights[1].data : NULL);
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

struct batched_pass {
    const struct batched_plan *plan;
    float **tensors; /* [n_layers] [values][width]; copies share, NULL: fused away */
    bool *owned;
    struct batched_list *lists; /* [n_layers] of the tensors that products read */
    bool *list_ready;           /* in this run */
    float **plain_inputs;       /* [LAYER_INPUTS_MAX] images behind each other, for plain layers */
    float *plain_output, *scratch;
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

struct batched_pass *batched_pass_create(const struct batched_plan *plan)
{
    struct batched_pass *pass = memory_array(1, sizeof *pass);
    size_t n = (size_t)plan->network->n_layers, width = (size_t)plan->batched->width;
    pass->plan = plan;
    pass->tensors = memory_array(n, sizeof *pass->tensors);
    pass->owned = memory_array(n, sizeof *pass->owned);
    pass->lists = memory_array(n, sizeof *pass->lists);
    pass->list_ready = memory_array(n, sizeof *pass->list_ready);
    for (size_t i = 0; i < n; i++) {
        const struct step *step = &plan->steps[i];
        const struct shape *shape = &step->layer->shape;
        bool shares = step->form.kind == LOWERED_COPY && !step->activate;
        if (step->fused_away)
            continue;
        pass->owned[i] = !shares;
        pass->tensors[i] =
            shares ? pass->tensors[step->sources[0]] : memory_floats(shape_count(shape) * width);
        if (plan->listed[i])
            batched_list_init(&pass->lists[i], shape);
    }
    make_plain(pass);
    return pass;
}

void batched_pass_destroy(struct batched_pass *pass)
{
    if (!pass)
        return;
    for (int i = 0; i < pass->plan->network->n_layers; i++) {
        if (pass->owned[i])
            free(pass->tensors[i]);
        batched_list_finish(&pass->lists[i]);
    }
    for (int k = 0; k < LAYER_INPUTS_MAX; k++)
        free(pass->plain_inputs[k]);
    free(pass->plain_inputs);
    free(pass->plain_output);
    free(pass->scratch);
    free(pass->tensors);
    free(pass->owned);
    free(pass->lists);
    free(pass->list_ready);
    free(pass);
}

float *batched_pass_tensor(struct batched_pass *pass, int layer)
{
    return pass->tensors[layer];
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
static void run_plain(struct batched_pass *pass, const struct step *step, float *out)
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

static void run_product(struct batched_pass *pass, const struct step *step, float *out)
{
    int source = step->sources[0];
    const float *in = pass->tensors[source];
    if (step->product.winograd) {
        pass->plan->batched->winograd->run(out, &step->product, in);
        return;
    }
    if (!pass->list_ready[source] && pass->plan->sparse)
        pass->plan->batched->list(&pass->lists[source], in);
    else if (!pass->list_ready[source])
        batched_list_all(&pass->lists[source]);
    pass->list_ready[source] = true;
    pass->plan->batched->product(out, &step->product, &pass->lists[source], in);
}

static void run_step(struct batched_pass *pass, int index)
{
    const struct step *step = &pass->plan->steps[index];
    const struct batched_kernels *batched = pass->plan->batched;
    size_t count = shape_count(&step->layer->shape) * (size_t)batched->width;
    float *out = pass->tensors[index];
    const float *in = step->layer->n_inputs ? pass->tensors[step->sources[0]] : NULL;
    switch (step->form.kind) {
    case LOWERED_PRODUCT:
        run_product(pass, step, out);
        break;
    case LOWERED_POOL_MAX:
        batched->pool_max(out, &step->form.window, in);
        break;
    case LOWERED_POOL_MEAN:
        batched->pool_mean(out, &step->form.window, in);
        break;
    case LOWERED_ADD:
        memcpy(out, in, count * sizeof *out);
        for (int k = 1; k < step->layer->n_inputs; k++)
            kernels_add(out, pass->tensors[step->sources[k]], count);
        break;
    case LOWERED_COPY:
        if (out != in)
            memcpy(out, in, count * sizeof *out);
        break;
    case LOWERED_PLAIN:
        run_plain(pass, step, out);
        return; /* with its activation */
    }
    if (step->activate)
        activation_apply(&step->layer->activation, out, count, 1);
}

void batched_pass_run(struct batched_pass *pass, const bool *wanted)
{
    const struct network *network = pass->plan->network;
    memset(pass->list_ready, 0, (size_t)network->n_layers * sizeof *pass->list_ready);
    for (int i = 0; i < network->n_layers; i++)
        if (i != network->input && !pass->plan->steps[i].fused_away && (!wanted || wanted[i]))
            run_step(pass, i);
}
