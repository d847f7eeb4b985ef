/* Bounds of incremental_bound.h. Each formula names its place in docs/numerics.md. */
#include "engine/nn/incremental/incremental_bound.h"

#include <float.h>
#include <math.h>

double incremental_bound_length(double squares, double n)
{
    return sqrt(squares + n * FLT_MIN);
}

double incremental_bound_slack(double n)
{
    return (n + 4) * FLT_EPSILON;
}

double incremental_bound_squares(const float *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[i] * values[i];
    return sum;
}

uint32_t incremental_bound_window_max(
    const struct sparse_product *product, const uint32_t *starts, size_t pixels)
{
    const struct window *window = &product->window;
    uint32_t most = 0, all = starts[pixels];
    uint32_t taps = (uint32_t)(window->size[0] * window->size[1]);
    if ((size_t)(window->in[0] * window->in[1]) != pixels)
        return all; /* the product reads another shape */
    for (size_t p = 0; p < pixels; p++)
        most = starts[p + 1] - starts[p] > most ? starts[p + 1] - starts[p] : most;
    return most < all / taps ? most * taps : all;
}

/* Lemma 5, roundings inside the runs of a list, in units of u: all products, or by Cauchy-Schwarz
 * the sums of each run over its part of the values. */
static double inside_runs(const struct delta_term *term, uint32_t n, double moved)
{
    double longest = n < DELTA_RUN ? n : DELTA_RUN, runs = n / DELTA_RUN + 1;
    return longest * fmin(term->frobenius, term->spectral * sqrt(runs)) * moved;
}

struct incremental_input incremental_bound_input(
    const struct incremental_state *incremental, const struct incremental_step *step, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_kernels *kernels = incremental->plan->kernels;
    const struct delta_site *site = &step->site;
    struct incremental_input input = {.depth = 2 + stage->n_terms};
    bool fresh = step->kind == INCREMENTAL_START;
    double length = 0, products = 0; /* of the sums that are added, and of their products */
    double inside = 0;               /* roundings inside runs */
    for (int t = 0; t < stage->n_terms; t++) {
        const struct delta_term *term = &stage->terms[t];
        bool of_site = term->source == DELTA_SITE, units = delta_reads_all(term);
        const struct delta_list *list = incremental_source(step, term);
        double moved = of_site ? step->site_change : step->change[term->source];
        uint32_t seen = list->n;
        if (of_site && fresh && !units)
            seen = incremental_bound_window_max(&term->product, site->starts, incremental->pixels);
        input.depth += units ? list->n / DELTA_RUN + 1 : seen;
        inside += units ? inside_runs(term, list->n, moved) : 0;
        length += term->spectral * moved + (fresh ? (double)term->bias_length : 0);
        products += term->frobenius * moved;
    }
    input.lost = kernels->unit * (input.depth * length + inside) + kernels->product * products;
    input.depth += DELTA_RUN;
    return input;
}

void incremental_bound_values(const struct delta_stage *stage, struct error_bound *bound,
    const struct delta_result *result, bool fresh)
{
    double slack = incremental_bound_slack((double)(stage->positions * stage->padded));
    double now = result->now, before = fresh ? 0 : result->before;
    bound->squares = fmax(0, bound->squares + now - before) + slack * (now + before);
    bound->counted += result->now_counted - (fresh ? 0 : result->before_counted);
}

/* Section 4.3, second order: sums above SUM_MAX, and sums of so many terms n that n u is above
 * ROUNDING_MAX, are left to a run from scratch; up to there this factor covers errors of errors. */
static const double SUM_MAX = 1e30, ROUNDING_MAX = 5e-3, SECOND_ORDER = 1.04;

double incremental_bound_sums(const struct incremental_state *incremental,
    const struct image_state *state, int s, const double *distances)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_kernels *kernels = incremental->plan->kernels;
    double n = (double)(stage->positions * stage->padded), all = 0;
    for (int t = 0; t < stage->n_terms; t++) {
        const struct delta_term *term = &stage->terms[t];
        bool site = term->source == DELTA_SITE;
        const struct error_bound *bound = &state->bounds[site ? s : term->source];
        double before = site ? 0 : distances[term->source];
        bool window = site && t == 0 && !delta_reads_all(term);
        double terms = !site    ? (double)bound->counted
                       : window ? (double)bound->window_max
                                : (double)state->count;
        double length =
            site ? incremental_bound_length(state->squares, (double)incremental->n_site)
                 : incremental_bound_length(bound->squares, (double)incremental->n_values);
        if (!(term->frobenius * (length + before) + term->bias_length < SUM_MAX) ||
            terms * kernels->unit > ROUNDING_MAX)
            return INFINITY;
        double sums = term->spectral * (length + before) + term->bias_length;
        all += (terms + 1 + stage->n_terms) * kernels->unit * sums +
               kernels->product * term->frobenius * (length + before) + term->spectral * before +
               (terms + 1) * n * FLT_MIN;
    }
    return all;
}

/* Distance of the values of a stage. Below the threshold a value that is not counted is 0 both here
 * and in the run from scratch. */
static double distance_of_values(const struct incremental_state *incremental,
    const struct image_state *state, int s, const double *distances)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct error_bound *bound = &state->bounds[s];
    if (incremental->recomputed[s])
        return bound->lost;
    double all = bound->lost + incremental_bound_sums(incremental, state, s, distances);
    bool last = s == incremental->plan->n_stages - 1;
    return last || !stage->relu || all < bound->threshold ? all : INFINITY;
}

double incremental_bound_all(
    const struct incremental_state *incremental, const struct image_state *state)
{
    double distances[DELTA_STAGES_MAX] = {0};
    for (int s = 0; s < incremental->plan->n_stages; s++)
        distances[s] = distance_of_values(incremental, state, s, distances);
    return distances[incremental->plan->n_stages - 1] * SECOND_ORDER;
}
