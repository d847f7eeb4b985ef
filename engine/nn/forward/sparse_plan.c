/* Compiles the layers behind a site for one image at a time, and runs them (sparse_plan.h). */
#include "engine/nn/forward/sparse_plan.h"

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
    int values; /* the layer whose tensor this one shares: itself, or the one it copies */
    bool activate;
    struct sparse_product product;
    float *scale; /* [2][channels] scale and shift of an affine layer */
};

struct sparse_plan {
    const struct network *network;
    bool *used;  /* [n_layers] whose values a pass holds */
    bool sparse; /* values that are zero are left out */
    const struct sparse_kernels *kernels;
    struct step *steps; /* [n_layers] */
};

/* Whether readers of a copy can use the list of its input: pixels are the same, or units are read
 * as one list. */
static bool keeps_pixels(const struct layer *layer)
{
    return layer->shape.rank == 1 || shape_equal(&layer->shape, &layer->input_shapes[0]);
}

static void prepare_step(struct sparse_plan *plan, int index, bool wanted)
{
    const struct layer *layer = &plan->network->layers[index];
    struct step *step = &plan->steps[index];
    bool active = lowering_activates(plan->network, index);
    step->layer = layer;
    step->form = lowering_of(plan->network, index);
    bool product = step->form.kind == LOWERED_PRODUCT;
    step->activate = active && !(product && lowering_is_relu(&layer->activation));
    bool copy = step->form.kind == LOWERED_COPY && !step->activate && layer->n_inputs == 1 &&
                keeps_pixels(layer);
    step->values = copy ? plan->steps[layer->inputs[0]].values : index;
    if (step->form.kind == LOWERED_AFFINE && wanted) {
        size_t channels = (size_t)shape_channels(&layer->shape);
        step->scale = memory_floats(2 * channels);
        layer->class->affine(layer, step->scale, step->scale + channels);
    }
    if (!product || !wanted)
        return;
    step->product = (struct sparse_product){
        .window = step->form.window,
        .filters = (size_t)step->form.filters,
        .relu = active && !step->activate,
    };
    sparse_product_init(&step->product, plan->kernels, layer->weights[0].data,
        layer->n_weights > 1 ? layer->weights[1].data : NULL);
}

bool sparse_plan_serves(const struct network *network, const bool *wanted)
{
    bool serves = true;
    for (int i = 0; i < network->n_layers && serves; i++) {
        struct lowered_form form = lowering_of(network, i);
        bool square =
            form.kind == LOWERED_PRODUCT && winograd_square_serves(&form.window, form.filters);
        serves = !wanted[i] || (!square && form.kind != LOWERED_DEPTHWISE);
    }
    return serves;
}

struct sparse_plan *sparse_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *wanted)
{
    struct sparse_plan *plan = memory_array(1, sizeof *plan);
    kernels_init();
    plan->network = network;
    plan->kernels = batched->sparse;
    plan->sparse = shortcut_on(SHORTCUT_SPARSE);
    plan->steps = memory_array((size_t)network->n_layers, sizeof *plan->steps);
    plan->used = memory_array((size_t)network->n_layers, sizeof *plan->used);
    for (int i = 0; i < network->n_layers; i++)
        prepare_step(plan, i, wanted[i]);
    for (int i = 0; i < network->n_layers; i++) {
        if (!wanted[i])
            continue;
        plan->used[plan->steps[i].values] = true;
        for (int k = 0; k < network->layers[i].n_inputs; k++)
            plan->used[plan->steps[network->layers[i].inputs[k]].values] = true;
    }
    return plan;
}

bool sparse_plan_holds(const struct sparse_plan *plan, int layer)
{
    return plan->used[plan->steps[layer].values];
}

size_t sparse_plan_bytes(const struct sparse_plan *plan)
{
    size_t values = 0;
    for (int i = 0; i < plan->network->n_layers; i++)
        values += plan->used[i] ? shape_count(&plan->network->layers[i].shape) : 0;
    return values * (2 * sizeof(float) + sizeof(uint32_t));
}

void sparse_plan_destroy(struct sparse_plan *plan)
{
    if (!plan)
        return;
    for (int i = 0; i < plan->network->n_layers; i++) {
        sparse_product_finish(&plan->steps[i].product);
        free(plan->steps[i].scale);
    }
    free(plan->used);
    free(plan->steps);
    free(plan);
}

/* The values of a layer, as a tensor, as a list, or both. */
struct values {
    float *tensor;
    struct sparse_list list;
    bool tensor_ready, list_ready;
};

struct sparse_pass {
    const struct sparse_plan *plan;
    struct values *values; /* [n_layers] */
    float *scratch;
};

struct sparse_pass *sparse_pass_create(const struct sparse_plan *plan)
{
    struct sparse_pass *pass = memory_array(1, sizeof *pass);
    const struct network *network = plan->network;
    size_t scratch = 0;
    pass->plan = plan;
    pass->values = memory_array((size_t)network->n_layers, sizeof *pass->values);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        if (!plan->used[i])
            continue;
        bool plain = plan->steps[i].form.kind != LOWERED_PRODUCT && layer->class->scratch;
        size_t more = plain ? layer->class->scratch(layer, 1) : 0;
        scratch = more > scratch ? more : scratch;
        pass->values[i].tensor = memory_floats(shape_count(&layer->shape));
        sparse_list_init(&pass->values[i].list, &layer->shape);
    }
    pass->scratch = memory_floats(scratch);
    return pass;
}

void sparse_pass_destroy(struct sparse_pass *pass)
{
    if (!pass)
        return;
    for (int i = 0; i < pass->plan->network->n_layers; i++) {
        free(pass->values[i].tensor);
        sparse_list_finish(&pass->values[i].list);
    }
    free(pass->values);
    free(pass->scratch);
    free(pass);
}

static struct values *values_of(struct sparse_pass *pass, int layer)
{
    return &pass->values[pass->plan->steps[layer].values];
}

struct sparse_list *sparse_pass_list(struct sparse_pass *pass, int layer)
{
    return &values_of(pass, layer)->list;
}

void sparse_pass_filled(struct sparse_pass *pass, int layer)
{
    values_of(pass, layer)->list_ready = true;
    values_of(pass, layer)->tensor_ready = false;
}

void sparse_pass_written(struct sparse_pass *pass, int layer)
{
    values_of(pass, layer)->list_ready = false;
    values_of(pass, layer)->tensor_ready = true;
}

float *sparse_pass_tensor(struct sparse_pass *pass, int layer)
{
    struct values *values = values_of(pass, layer);
    const struct sparse_list *list = &values->list;
    if (!values->tensor_ready && values->list_ready) {
        size_t count = (size_t)(list->rows * list->columns) * list->channels;
        memset(values->tensor, 0, count * sizeof *values->tensor);
        for (uint32_t i = 0; i < list->n; i++)
            values->tensor[list->places[i]] = list->values[i];
        values->tensor_ready = true;
    }
    return values->tensor;
}

/* The values that a product reads, listed. */
static const struct sparse_list *list_of(struct sparse_pass *pass, int layer)
{
    struct values *values = values_of(pass, layer);
    if (!pass->plan->sparse)
        sparse_list_all(&values->list, sparse_pass_tensor(pass, layer));
    else if (!values->list_ready)
        pass->plan->kernels->list(&values->list, values->tensor);
    values->list_ready = true;
    return &values->list;
}

static void run_products(struct sparse_pass *const *passes, int n, int index)
{
    const struct step *step = &passes[0]->plan->steps[index];
    const struct sparse_list *in[SPARSE_PASSES_MAX];
    float *out[SPARSE_PASSES_MAX];
    for (int i = 0; i < n; i++) {
        in[i] = list_of(passes[i], step->layer->inputs[0]);
        out[i] = passes[i]->values[index].tensor;
    }
    passes[0]->plan->kernels->product(out, &step->product, in, n);
}

static void run_plain(struct sparse_pass *pass, int index)
{
    const struct step *step = &pass->plan->steps[index];
    const float *inputs[LAYER_INPUTS_MAX];
    for (int k = 0; k < step->layer->n_inputs; k++)
        inputs[k] = sparse_pass_tensor(pass, step->layer->inputs[k]);
    size_t channels = (size_t)shape_channels(&step->layer->shape);
    size_t rows = shape_count(&step->layer->shape) / channels;
    if (step->scale) {
        pass->plan->kernels->affine(pass->values[index].tensor, inputs[0], step->scale,
            step->scale + channels, rows, channels);
        return;
    }
    step->layer->class->forward(step->layer, 1, inputs, pass->values[index].tensor, pass->scratch);
}

static void finish_step(struct sparse_pass *pass, int index)
{
    const struct step *step = &pass->plan->steps[index];
    const struct shape *shape = &step->layer->shape;
    struct values *values = &pass->values[index];
    if (step->activate)
        activation_apply(&step->layer->activation, values->tensor, shape_count(shape),
            (size_t)shape_channels(shape));
    values->tensor_ready = true;
    values->list_ready = false;
}

void sparse_pass_run_all(struct sparse_pass *const *passes, int n, const bool *wanted)
{
    const struct sparse_plan *plan = n > 0 ? passes[0]->plan : NULL;
    for (int index = 0; plan && index < plan->network->n_layers; index++) {
        const struct step *step = &plan->steps[index];
        if (!wanted[index] || step->values != index)
            continue; /* or a copy */
        if (step->form.kind == LOWERED_PRODUCT)
            run_products(passes, n, index);
        for (int i = 0; i < n; i++) {
            if (step->form.kind != LOWERED_PRODUCT)
                run_plain(passes[i], index);
            finish_step(passes[i], index);
        }
    }
}

void sparse_pass_run(struct sparse_pass *pass, const bool *wanted)
{
    sparse_pass_run_all(&pass, 1, wanted);
}

int sparse_pass_best(struct sparse_pass *pass, int layer, float *first, float *second)
{
    size_t n = shape_count(&pass->plan->network->layers[layer].shape);
    return pass->plan->kernels->best(sparse_pass_tensor(pass, layer), n, first, second);
}
