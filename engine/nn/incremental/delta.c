/* Makes delta plans: finds the stages, and the norms that bound their errors. */
#include "engine/nn/incremental/delta.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/graph/lowering.h"
#include "engine/nn/incremental/tuning.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* While a plan is made. */
struct maker {
    const struct network *network;
    const struct sparse_kernels *sparse;
    const bool *behind;
    int site;
    struct delta_plan *plan;
    int *known; /* [n_layers] stage of a layer + 1, 0: none yet */
};

enum { FAILED = -2 };

/* The layer whose values these are. */
static int skip_copies(const struct maker *maker, int layer)
{
    const struct network *network = maker->network;
    while (layer != maker->site && maker->behind[layer] &&
           lowering_of(network, layer).kind == LOWERED_COPY && !lowering_activates(network, layer))
        layer = network->layers[layer].inputs[0];
    return layer;
}

static int find_stage(struct maker *maker, int layer);

/* Lists the positions that read each pixel; returns the largest number of them for one pixel. */
static size_t find_targets(struct delta_term *term)
{
    const struct window *window = &term->product.window;
    size_t pixels = (size_t)(window->in[0] * window->in[1]), most = 0;
    size_t all = window_positions(window) * (size_t)(window->size[0] * window->size[1]);
    term->starts = memory_array(pixels + 1, sizeof *term->starts);
    term->targets = memory_array(all, sizeof *term->targets);
    for (int pass = 0; pass < 2; pass++) { /* counts, then fills */
        uint32_t *at = memory_array(pixels + 1, sizeof *at);
        for (size_t p = 0; p < pixels && pass; p++)
            term->starts[p + 1] += term->starts[p];
        for (int place = 0; place < window->out[0] * window->out[1]; place++) {
            struct taps down = term->product.down[place / window->out[1]];
            struct taps across = term->product.across[place % window->out[1]];
            for (int y = down.first; y < down.last; y++)
                for (int x = across.first; x < across.last; x++) {
                    size_t pixel =
                        (size_t)(down.origin + y * window->dilation[0]) * (size_t)window->in[1] +
                        (size_t)(across.origin + x * window->dilation[1]);
                    if (pass)
                        term->targets[term->starts[pixel] + at[pixel]] = (struct delta_target){
                            (uint32_t)place, (uint32_t)(y * window->size[1] + x)};
                    at[pixel]++;
                }
        }
        for (size_t p = 0; p < pixels && !pass; p++) {
            term->starts[p + 1] = at[p];
            most = at[p] > most ? at[p] : most;
        }
        free(at);
    }
    return most;
}

/* The half of a symmetric matrix that was not computed. */
static void mirror(double *matrix, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            matrix[i * n + j] = matrix[j * n + i];
}

/* out = in in, for a symmetric matrix; returns the root of the sum of its squares. */
static double square_matrix(double *out, const double *in, size_t n)
{
    double sum = 0;
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            for (size_t j = i; j < n; j++)
                out[i * n + j] += in[i * n + k] * in[k * n + j];
    mirror(out, n);
    for (size_t i = 0; i < n * n; i++)
        sum += out[i] * out[i];
    return sqrt(sum);
}

/* Upper bound of the spectral norm max |W x| / |x|: the square root of |G^8|^(1/8), G = W'W, since
 * |G^8| is no less than the eighth power of G's largest eigenvalue. whole: |W|, a bound as well. */
static double spectral_bound(const float *kernel, size_t depth, size_t filters, double frobenius)
{
    if (filters > DELTA_SPECTRAL_FILTERS || depth > DELTA_SPECTRAL_DEPTH || !(frobenius > 0) ||
        !isfinite(frobenius))
        return frobenius;
    double *gram = memory_array(filters * filters, sizeof *gram),
           scale = 1 / (frobenius * frobenius);
    double *power = memory_array(filters * filters, sizeof *power);
    for (size_t d = 0; d < depth; d++)
        for (size_t i = 0; i < filters; i++) {
            double value = kernel[d * filters + i] * scale;
            for (size_t j = i; j < filters && value != 0; j++)
                gram[i * filters + j] += value * kernel[d * filters + j];
        }
    mirror(gram, filters);
    square_matrix(power, gram, filters);
    square_matrix(gram, power, filters);
    double largest = sqrt(sqrt(sqrt(square_matrix(power, gram, filters))));
    free(gram);
    free(power);
    return fmin(frobenius, frobenius * sqrt(largest) * (1 + 1e-6));
}

/* As a float that is no less, even where it is too small for one. */
static float round_up(double value)
{
    return nextafterf((float)value, INFINITY);
}

static void find_norms(struct delta_term *term, const struct layer *layer, size_t reads)
{
    const struct window *window = &term->product.window;
    size_t filters = term->product.filters;
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    double sum = 0, bias = 0, reads_root = sqrt((double)reads) * (1 + FLT_EPSILON);
    for (size_t i = 0; i < depth * filters; i++)
        sum += (double)layer->weights[0].data[i] * layer->weights[0].data[i];
    for (size_t i = 0; i < filters && layer->n_weights > 1; i++)
        bias += (double)layer->weights[1].data[i] * layer->weights[1].data[i];
    double frobenius = sqrt(sum) * (1 + 1e-6);
    term->frobenius = round_up(frobenius * reads_root);
    term->spectral =
        round_up(spectral_bound(layer->weights[0].data, depth, filters, frobenius) * reads_root);
    term->bias_length = round_up(sqrt(bias * (double)window_positions(window)) * (1 + 1e-6));
}

static bool add_product(struct maker *maker, struct delta_stage *stage, int index)
{
    const struct layer *layer = &maker->network->layers[index];
    struct lowered_form form = lowering_of(maker->network, index);
    struct delta_term term = {.source = find_stage(maker, layer->inputs[0])};
    size_t positions = window_positions(&form.window), filters = (size_t)form.filters;
    bool followed = !winograd_square_serves(&form.window, form.filters);
    bool fits = stage->n_terms == 0 || (stage->positions == positions && stage->filters == filters);
    if (term.source == FAILED || !fits || !followed)
        return false;
    const float *bias = layer->n_weights > 1 ? layer->weights[1].data : NULL;
    term.product = (struct sparse_product){.window = form.window, .filters = filters};
    sparse_product_init(&term.product, maker->sparse, layer->weights[0].data, bias);
    find_norms(&term, layer, find_targets(&term));
    if (stage->n_terms == 0)
        stage->bias = memory_floats(term.product.padded);
    stage->positions = positions;
    stage->filters = filters;
    stage->padded = term.product.padded;
    for (size_t f = 0; f < filters && bias; f++)
        stage->bias[f] += bias[f];
    stage->terms = memory_grow(stage->terms, (size_t)stage->n_terms + 1, sizeof *stage->terms);
    stage->terms[stage->n_terms++] = term;
    return true;
}

/* The products whose sum a layer is before its activation. */
static bool add_terms(struct maker *maker, struct delta_stage *stage, int index)
{
    const struct layer *layer = &maker->network->layers[index];
    enum lowered_kind kind = lowering_of(maker->network, index).kind;
    if (kind == LOWERED_PRODUCT)
        return add_product(maker, stage, index);
    bool good = kind == LOWERED_ADD || (kind == LOWERED_COPY && layer->n_inputs == 1);
    for (int k = 0; k < layer->n_inputs && good; k++) {
        int input = skip_copies(maker, layer->inputs[k]);
        good = input != maker->site && maker->behind[input] &&
               !lowering_activates(maker->network, input) && add_terms(maker, stage, input);
    }
    return good;
}

static void finish_stage(struct delta_stage *stage)
{
    for (int t = 0; t < stage->n_terms; t++) {
        sparse_product_finish(&stage->terms[t].product);
        free(stage->terms[t].starts);
        free(stage->terms[t].targets);
    }
    free(stage->terms);
    free(stage->bias);
    free(stage->spans);
    free(stage->span_starts);
}

static bool is_cheap(const struct delta_stage *stage, const struct shape *site)
{
    const struct delta_term *term = &stage->terms[0];
    const struct window *window = &term->product.window;
    const struct shape read = shape_image(window->in[0], window->in[1], window->channels);
    int segments = window->size[0] * (window->dilation[1] == 1 ? 1 : window->size[1]);
    return stage->n_terms == 1 && term->source == DELTA_SITE && !delta_reads_all(term) &&
           shape_equal(&read, site) && segments <= DELTA_SPANS_MAX &&
           window->size[0] * window->size[1] * window->channels <= DELTA_RECOMPUTED_MAX;
}

/* Lists what each position sees. */
static void find_spans(struct delta_stage *stage)
{
    const struct sparse_product *product = &stage->terms[0].product;
    const struct window *window = &product->window;
    int step = window->dilation[1], columns = window->in[1];
    ptrdiff_t size = (ptrdiff_t)((size_t)window->channels * product->padded);
    uint32_t n = 0;
    stage->spans = memory_array(stage->positions * DELTA_SPANS_MAX, sizeof *stage->spans);
    stage->span_starts = memory_array(stage->positions + 1, sizeof *stage->span_starts);
    for (int place = 0; place < window->out[0] * window->out[1]; place++) {
        struct taps down = product->down[place / window->out[1]];
        struct taps across = product->across[place % window->out[1]];
        int together = step == 1 ? across.last - across.first : 1;
        for (int y = down.first; y < down.last; y++)
            for (int x = across.first; x < across.last; x += together) {
                int row = (down.origin + y * window->dilation[0]) * columns;
                int column = across.origin + x * step, tap = y * window->size[1] + x;
                stage->spans[n++] = (struct delta_span){(uint32_t)(row + column),
                    (uint32_t)(row + column + together), (tap - column) * size};
            }
        stage->span_starts[place + 1] = n;
    }
}

/* The stage whose values are those of a layer. */
static int find_stage(struct maker *maker, int layer)
{
    int index = skip_copies(maker, layer);
    if (index == maker->site)
        return DELTA_SITE;
    if (!maker->behind[index])
        return FAILED;
    if (maker->known[index])
        return maker->known[index] - 1;
    const struct activation *activation = &maker->network->layers[index].activation;
    bool active = lowering_activates(maker->network, index);
    bool apart = active && lowering_of(maker->network, index).kind == LOWERED_COPY;
    struct delta_stage stage = {.relu = active,
        .values_layer = index,
        .sums_layer = apart    ? maker->network->layers[index].inputs[0]
                      : active ? -1
                               : index};
    struct delta_plan *plan = maker->plan;
    if ((active && !lowering_is_relu(activation)) || !add_terms(maker, &stage, index) ||
        plan->n_stages == DELTA_STAGES_MAX) {
        finish_stage(&stage);
        return FAILED;
    }
    stage.recomputed = shortcut_on(SHORTCUT_RECOMPUTE) &&
                       is_cheap(&stage, &maker->network->layers[maker->site].shape);
    if (stage.recomputed)
        find_spans(&stage);
    plan->stages[plan->n_stages++] = stage;
    return (maker->known[index] = plan->n_stages) - 1;
}

struct delta_plan *delta_plan_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to)
{
    if (!shortcut_on(SHORTCUT_INCREMENTAL))
        return NULL;
    struct delta_plan *plan = memory_array(1, sizeof *plan);
    struct maker maker = {.network = network,
        .sparse = batched->sparse,
        .behind = behind,
        .site = site,
        .plan = plan,
        .known = memory_array((size_t)network->n_layers, sizeof *maker.known)};
    plan->kernels = batched->sparse->delta;
    plan->recompute = batched->sparse->recompute;
    int last = find_stage(&maker, to);
    free(maker.known);
    if (last >= 0) {
        plan->stages[last].recomputed = false; /* its sums are read as the result */
        return plan;
    }
    delta_plan_destroy(plan);
    return NULL;
}

void delta_plan_destroy(struct delta_plan *plan)
{
    for (int s = 0; plan && s < plan->n_stages; s++)
        finish_stage(&plan->stages[s]);
    free(plan);
}
