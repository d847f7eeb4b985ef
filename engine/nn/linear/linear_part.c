/* Finds the layers behind a site that are linear in it, and compiles them. Leans on
 * graph/lowering.h and forward/batched_plan.h. */
#include "engine/nn/linear/linear_part.h"

#include "engine/base/memory.h"
#include "engine/nn/graph/lowering.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of the products behind a site, in percent, that linear layers must have so that following
 * them is worth the memory that their sums take. */
enum { PERCENT_MIN = 5 };

/* Finding ---------------------------------------------------------------------------------- */

/* A part while it is found. */
struct search {
    const struct network *network;
    const bool *behind;
    int site;
    bool *inside;
    bool *mixed; /* [n_layers] a product lies between the site and the layer */
};

/* Whether a layer adds, scales or moves values, or multiplies them by weights. */
static bool is_linear(const struct network *network, int index)
{
    const struct layer *layer = &network->layers[index];
    switch (lowering_of(network, index).kind) {
    case LOWERED_COPY:
    case LOWERED_PRODUCT:
    case LOWERED_DEPTHWISE:
    case LOWERED_POOL_MEAN:
    case LOWERED_ADD:
    case LOWERED_JOIN:
    case LOWERED_PAD:
        return true;
    case LOWERED_AFFINE: /* others have constants that are no weights */
        return strcmp(layer->class->name, "BatchNormalization") == 0;
    default:
        return false;
    }
}

/* Whether layer `index` can be taken in behind one of its inputs. A sum that is mixed and that
 * others read too stays an output: taken further it would be kept twice. A second product would
 * cost as much as it does from scratch. */
static bool takes_input(const struct search *search, int index, int input, bool product)
{
    if (input == search->site || !search->behind[input])
        return true;
    if (!search->inside[input] || lowering_activates(search->network, input))
        return false;
    return !search->mixed[input] ||
           (!product && network_only_reader(search->network, input) == index);
}

static void search_forward(struct search *search)
{
    const struct network *network = search->network;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        bool product = lowering_of(network, i).kind == LOWERED_PRODUCT;
        bool takes = search->behind[i] && is_linear(network, i);
        for (int k = 0; k < layer->n_inputs && takes; k++)
            takes = takes_input(search, i, layer->inputs[k], product);
        search->inside[i] = takes;
        search->mixed[i] = takes && product;
        for (int k = 0; k < layer->n_inputs && takes; k++)
            search->mixed[i] = search->mixed[i] || search->mixed[layer->inputs[k]];
    }
}

/* Whether a layer behind the site, of the part or not, reads layer `index`. */
static bool is_read(const struct search *search, int index, bool inside)
{
    for (int i = 0; i < search->network->n_layers; i++)
        for (int k = 0; k < search->network->layers[i].n_inputs; k++)
            if (search->network->layers[i].inputs[k] == index && search->behind[i] &&
                search->inside[i] == inside)
                return true;
    return false;
}

/* Leaves out what no product of the part needs: it is as cheap from scratch. */
static void search_back(struct search *search)
{
    for (int i = search->network->n_layers - 1; i >= 0; i--)
        search->inside[i] = search->inside[i] && (search->mixed[i] || is_read(search, i, true));
}

/* Multiplications of a layer, where it is a product. */
static double products_of(const struct network *network, int index)
{
    const struct lowered_form form = lowering_of(network, index);
    const struct window *window = &form.window;
    if (form.kind != LOWERED_PRODUCT)
        return 0;
    double each = (double)window->size[0] * window->size[1] * window->channels;
    double all = each * window->out[0] * window->out[1] * form.filters;
    return winograd_square_serves(window, form.filters) ? all / 4 : all;
}

static bool pays(const struct search *search)
{
    double all = 0, inside = 0;
    for (int i = 0; i < search->network->n_layers; i++) {
        double products = search->behind[i] ? products_of(search->network, i) : 0;
        all += products;
        inside += search->inside[i] ? products : 0;
    }
    return inside * 100 > all * PERCENT_MIN;
}

/* False where there are too many. */
static bool list_outputs(struct linear_part *part, const struct search *search)
{
    const struct network *network = search->network;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        if (!part->inside[i] || !(i == network->output || is_read(search, i, false)))
            continue;
        if (part->n_outputs == LINEAR_OUTPUTS_MAX)
            return false;
        bool activates = lowering_activates(network, i);
        size_t count = shape_count(&layer->shape);
        part->outputs[part->n_outputs++] = (struct linear_output){.layer = i,
            .count = count,
            .channels = (size_t)shape_channels(&layer->shape),
            .activation = activates ? &layer->activation : NULL};
        part->n_sums += count;
    }
    return true;
}

static bool find_part(
    struct linear_part *part, const struct network *network, const bool *behind, int site)
{
    bool *mixed = memory_array((size_t)network->n_layers, sizeof *mixed);
    struct search search = {network, behind, site, part->inside, mixed};
    search_forward(&search);
    search_back(&search);
    bool found = pays(&search) && list_outputs(part, &search);
    free(mixed);
    return found;
}

/* Compiling -------------------------------------------------------------------------------- */

/* What a copy of the network computes in the layers of the part. */
enum part_values { SUMS, CHANGES, SIZES };

/* Whether a weight is added, not multiplied by: of a product the second (lowered_form.h). */
static bool is_constant(const struct network *network, int index, int w)
{
    const char *name = network->layers[index].weights[w].name;
    if (lowering_of(network, index).kind != LOWERED_AFFINE)
        return w == 1;
    return strcmp(name, "beta") == 0 || strcmp(name, "moving_mean") == 0;
}

static struct network *copy_network(
    const struct linear_part *part, const struct network *network, enum part_values values)
{
    struct network *copy = network_clone_part(network, part->inside);
    if (values == CHANGES) /* so that the plan looks for zeros, which nearly all values are */
        copy->layers[part->site].activation = (struct activation){.kind = ACTIVATION_RELU};
    for (int i = 0; i < copy->n_layers; i++) {
        struct layer *layer = &copy->layers[i];
        if (!part->inside[i])
            continue;
        layer->activation = (struct activation){.kind = ACTIVATION_LINEAR};
        for (int w = 0; w < layer->n_weights && values != SUMS; w++) {
            bool constant = is_constant(copy, i, w);
            for (size_t k = 0; k < layer->weights[w].count; k++) {
                float *weight = &layer->weights[w].data[k];
                *weight = constant ? 0 : values == SIZES ? fabsf(*weight) : *weight;
            }
        }
    }
    return copy;
}

static struct batched_plan *compile(const struct linear_part *part, const struct network *network,
    const struct batched_kernels *batched)
{
    bool *keep = memory_array((size_t)network->n_layers, sizeof *keep);
    for (int i = 0; i < network->n_layers; i++)
        keep[i] = part->reads[i];
    for (int o = 0; o < part->n_outputs; o++)
        keep[part->outputs[o].layer] = true;
    struct batched_plan *plan = batched_plan_create_part(network, batched, keep, part->inside);
    free(keep);
    return plan;
}

/* The largest sum of the sizes of the weights by which values of the site come into one output. */
static float find_gain(const struct linear_part *part, const struct network *network,
    const struct batched_kernels *batched)
{
    struct network *copy = copy_network(part, network, SIZES);
    struct batched_plan *plan = compile(part, copy, batched);
    struct batched_pass *pass = batched_pass_create(plan);
    size_t width = (size_t)batched->width;
    float *site = batched_pass_tensor(pass, part->site), gain = 0;
    for (size_t i = 0; i < shape_count(&network->layers[part->site].shape) * width; i++)
        site[i] = 1;
    batched_pass_run(pass, part->inside);
    for (int o = 0; o < part->n_outputs; o++) {
        const float *values = batched_pass_tensor(pass, part->outputs[o].layer);
        for (size_t i = 0; i < part->outputs[o].count * width; i += width)
            gain = values[i] > gain || values[i] != values[i] ? values[i] : gain;
    }
    batched_pass_destroy(pass);
    batched_plan_destroy(plan);
    network_destroy(copy);
    return gain;
}

struct linear_part *linear_part_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site)
{
    struct linear_part *part = memory_array(1, sizeof *part);
    part->site = site;
    part->inside = memory_array((size_t)network->n_layers, sizeof *part->inside);
    if (!find_part(part, network, behind, site)) {
        linear_part_destroy(part);
        return NULL;
    }
    part->reads = memory_array((size_t)network->n_layers, sizeof *part->reads);
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs && part->inside[i]; k++) {
            int input = network->layers[i].inputs[k];
            part->reads[input] = !part->inside[input];
        }
    part->gain = find_gain(part, network, batched);
    part->sums_network = copy_network(part, network, SUMS);
    part->sums = compile(part, part->sums_network, batched);
    part->changes_network = copy_network(part, network, CHANGES);
    part->changes = compile(part, part->changes_network, batched);
    return part;
}

void linear_part_drop_sums(struct linear_part *part)
{
    batched_plan_destroy(part->sums);
    if (part->sums_network)
        network_destroy(part->sums_network);
    part->sums = NULL;
    part->sums_network = NULL;
}

void linear_part_destroy(struct linear_part *part)
{
    if (!part)
        return;
    linear_part_drop_sums(part);
    batched_plan_destroy(part->changes);
    if (part->changes_network)
        network_destroy(part->changes_network);
    free(part->inside);
    free(part->reads);
    free(part);
}

/* Sums stay below 2 to this power; the rest of 31 bits is for rounding of the bound itself. */
enum { SUM_BITS = 29, UNITS_BITS = 100 };

float linear_part_units(const struct linear_part *part, float largest)
{
    float most = part->gain * largest;
    if (!(most > 0) || !(most < 1e30F))
        return largest <= 0 ? 1 : 0;
    int bits = SUM_BITS - 1 - ilogbf(most);
    return ldexpf(1, bits > UNITS_BITS ? UNITS_BITS : bits);
}
