/* One step of an image: what it removes goes through the stages, sum by sum. Leans on
 * delta_update.h, recompute.h and incremental_bound.h. */
#include "engine/nn/incremental/incremental_bound.h"

#include "engine/base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE = 32 }; /* values that kernels may write behind a list */

static void list_init(struct delta_list *list, size_t count)
{
    list->n = 0;
    list->places = memory_array(count + SPARE, sizeof *list->places);
    list->values = memory_array(count + SPARE, sizeof *list->values);
}

static void list_finish(struct delta_list *list)
{
    free(list->places);
    free(list->values);
}

struct incremental_step *incremental_step_create(const struct incremental_state *incremental)
{
    struct incremental_step *step = memory_array(1, sizeof *step);
    step->n_stages = incremental->plan->n_stages;
    list_init(&step->all, incremental->n_site);
    list_init(&step->site.removed, incremental->pixels);
    step->site.places = memory_array(incremental->n_site + SPARE, sizeof *step->site.places);
    step->site.before = memory_array(incremental->n_site + SPARE, sizeof *step->site.before);
    step->site.now = memory_array(incremental->n_site + SPARE, sizeof *step->site.now);
    step->site.starts = memory_array(incremental->pixels + 1, sizeof *step->site.starts);
    step->site.marks = memory_array(incremental->n_site / 16 + 1, sizeof *step->site.marks);
    step->own = memory_array(1, incremental_head_bytes(incremental));
    for (int s = 0; s < step->n_stages; s++) {
        const struct delta_stage *stage = &incremental->plan->stages[s];
        list_init(&step->lists[s], stage->positions * stage->padded);
        step->changes[s] = memory_floats(stage->positions * stage->padded);
        step->touched[s] = memory_array(stage->positions, sizeof *step->touched[s]);
    }
    const struct delta_stage *last = &incremental->plan->stages[step->n_stages - 1];
    step->units = memory_floats(last->positions * last->padded);
    return step;
}

void incremental_step_destroy(struct incremental_step *step)
{
    if (!step)
        return;
    list_finish(&step->all);
    list_finish(&step->site.removed);
    free(step->site.places);
    free(step->site.before);
    free(step->site.now);
    free(step->site.starts);
    free(step->site.marks);
    free(step->own);
    for (int s = 0; s < step->n_stages; s++) {
        list_finish(&step->lists[s]);
        free(step->changes[s]);
        free(step->touched[s]);
    }
    free(step->units);
    free(step);
}

size_t incremental_step_bytes(const struct incremental_state *incremental)
{
    size_t site = 5 * sizeof(float) * incremental->n_site,
           stages = 3 * sizeof(float) * incremental->n_values;
    return site + stages + incremental_head_bytes(incremental);
}

struct incremental_site incremental_filter_pruned(const struct incremental_state *incremental,
    struct incremental_step *step, const struct site_values *values, const uint32_t *pruned,
    uint32_t channel)
{
    incremental->plan->recompute->filter_pruned(&step->site, values, pruned, channel);
    return (struct incremental_site){step->site.n, step->site.removed.n};
}

static void note_result(struct incremental_step *step, struct error_bound *bound, int s,
    const struct delta_stage *stage, const struct delta_result *result)
{
    double count = (double)(stage->positions * stage->padded);
    incremental_bound_values(stage, bound, result, step->kind == INCREMENTAL_START);
    step->lists[s].n = result->list.n;
    step->change[s] =
        incremental_bound_length(result->change * (1 + incremental_bound_slack(count)), count);
}

/* A stage that is recomputed has lost nothing, unless a sum overflows. */
static void recompute_stage(
    const struct incremental_state *incremental, struct incremental_step *step, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_list *removed = &step->site.removed;
    const struct delta_term *term = &stage->terms[0];
    struct error_bound *bound = &step->state->bounds[s];
    uint32_t channels = (uint32_t)term->product.window.channels;
    bool fresh = step->kind == INCREMENTAL_START;
    struct delta_recomputation recomputation = {.stage = stage,
        .site = &step->site,
        .touched = step->touched[s],
        .fresh = fresh,
        .result = {.list = step->lists[s]}};
    for (uint32_t i = 0; i < removed->n && !fresh; i++) {
        uint32_t pixel = removed->places[i] / channels;
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++)
            recomputation.touched[term->targets[t].position] = true;
    }
    incremental->plan->recompute->recompute(&recomputation);
    if (fresh)
        *bound = (struct error_bound){0};
    note_result(step, bound, s, stage, &recomputation.result);
    if (!isfinite(recomputation.result.sums))
        bound->lost = INFINITY;
}

static void start_stage(const struct incremental_state *incremental, struct incremental_step *step,
    float *sums, int s, double lost)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_term *term = &stage->terms[0];
    uint32_t most =
        incremental_bound_window_max(&term->product, step->site.starts, incremental->pixels);
    memset(step->touched[s], true, stage->positions * sizeof *step->touched[s]);
    for (size_t p = 0; p < stage->positions; p++)
        memcpy(sums + p * stage->padded, stage->bias, stage->padded * sizeof *sums);
    step->state->bounds[s] = (struct error_bound){
        .threshold = stage->relu ? (float)(INCREMENTAL_THRESHOLD * lost) : INFINITY,
        .window_max = term->source == DELTA_SITE ? most : 0};
}

static void follow_stage(
    const struct incremental_state *incremental, struct incremental_step *step, float *sums, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_kernels *kernels = incremental->plan->kernels;
    const struct incremental_input input = incremental_bound_input(incremental, step, s);
    struct error_bound *bound = &step->state->bounds[s];
    for (int t = 0; t < stage->n_terms; t++)
        kernels->scatter(step->changes[s], step->touched[s], &stage->terms[t], stage->padded,
            incremental_source(step, &stage->terms[t]));
    bool fresh = step->kind == INCREMENTAL_START, last = s == step->n_stages - 1;
    if (fresh)
        start_stage(incremental, step, sums, s, input.lost);
    for (size_t p = 0; p < stage->positions && last; p++)
        if (!step->touched[s][p]) /* else the kernel writes them */
            memcpy(step->units + p * stage->padded, sums + p * stage->padded,
                stage->padded * sizeof *sums);
    struct delta_update update = {.stage = stage,
        .sums = sums,
        .changes = step->changes[s],
        .touched = step->touched[s],
        .write_back = step->kind != INCREMENTAL_TRY,
        .values = last ? step->units : NULL,
        .fresh = fresh,
        .threshold = (float)bound->threshold,
        .result = {.list = step->lists[s]}};
    kernels->apply(&update);
    note_result(step, bound, s, stage, &update.result);
    double count = (double)(stage->positions * stage->padded);
    double length =
        incremental_bound_length(update.result.sums * (1 + incremental_bound_slack(count)), count);
    bound->lost += input.lost + kernels->unit * length + input.depth * count * FLT_MIN;
}

/* Where a stage overflows, later ones are left out: nothing is known of them until the image is
 * started again. */
void incremental_run(
    const struct incremental_state *incremental, struct incremental_step *const *steps, int n)
{
    size_t earlier = 0; /* sums of earlier stages */
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct delta_stage *stage = &incremental->plan->stages[s];
        for (int i = 0; i < n; i++) {
            struct incremental_step *step = steps[i];
            if (step->kind == INCREMENTAL_STAY)
                continue;
            if (!step->finite)
                step->state->bounds[s].lost = INFINITY;
            else if (incremental->recomputed[s])
                recompute_stage(incremental, step, s);
            else
                follow_stage(incremental, step, step->sums + earlier, s);
            step->finite = step->finite && isfinite(step->state->bounds[s].lost);
        }
        earlier += incremental->recomputed[s] ? 0 : stage->positions * stage->padded;
    }
}

static void begin_start(const struct incremental_state *incremental, struct incremental_step *step)
{
    const struct delta_site *site = &step->site;
    struct delta_list *all = &step->all;
    size_t row = incremental->columns * (incremental->n_site / incremental->pixels);
    for (size_t pixel = 0; pixel < incremental->pixels; pixel++)
        for (uint32_t i = site->starts[pixel]; i < site->starts[pixel + 1]; i++)
            all->places[i] = (uint32_t)(pixel / incremental->columns * row) + site->places[i];
    all->n = site->n;
    memcpy(all->values, site->now, site->n * sizeof *all->values);
    step->state->squares = incremental_bound_squares(site->now, site->n);
    step->site_change = sqrt(step->state->squares);
    step->state->count = site->n - site->removed.n;
    step->state->steps = 0;
}

static void begin_removing(
    const struct incremental_state *incremental, struct incremental_step *step)
{
    const struct delta_list *removed = &step->site.removed;
    double moved = incremental_bound_squares(removed->values, removed->n);
    step->site_change = sqrt(moved);
    if (step->kind == INCREMENTAL_TRY)
        step->state = memcpy(step->own, step->state, incremental_head_bytes(incremental));
    struct image_state *state = step->state;
    state->squares = fmax(0, state->squares - moved) + 1e-12 * (state->squares + moved);
    state->count -= removed->n;
    state->steps++;
}

/* state: of the image; NULL: it has none. */
static bool begin(const struct incremental_state *incremental, struct incremental_step *step,
    struct image_state *state, enum incremental_kind kind)
{
    step->kind = kind;
    step->finite = true;
    step->state = state;
    if (state)
        step->sums = incremental_sums(incremental, state);
    return state != NULL;
}

bool incremental_stay(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    const struct delta_stage *stage = &incremental->plan->stages[incremental->plan->n_stages - 1];
    size_t last = stage->positions * stage->padded;
    if (!begin(incremental, step, incremental->images[image], INCREMENTAL_STAY))
        return false;
    memcpy(step->units, step->sums + incremental->n_sums - last, last * sizeof *step->units);
    return true;
}

bool incremental_try(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    if (!begin(incremental, step, incremental->images[image], INCREMENTAL_TRY))
        return false;
    begin_removing(incremental, step);
    return true;
}

bool incremental_commit(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    if (!begin(incremental, step, incremental->images[image], INCREMENTAL_COMMIT))
        return false;
    begin_removing(incremental, step);
    return true;
}

bool incremental_start(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    struct image_state *state = incremental_make_state(incremental, image);
    if (!begin(incremental, step, state, INCREMENTAL_START))
        return false;
    begin_start(incremental, step);
    incremental->stale[image] = false;
    return true;
}

float incremental_units(
    const struct incremental_state *incremental, const struct incremental_step *step, float *units)
{
    const struct delta_stage *stage = &incremental->plan->stages[incremental->plan->n_stages - 1];
    for (size_t p = 0; p < stage->positions; p++, units += stage->filters)
        for (size_t f = 0; f < stage->filters; f++) {
            float sum = step->units[p * stage->padded + f];
            units[f] = stage->relu && sum < 0 ? 0 : sum;
        }
    return (float)incremental_bound_all(incremental, step->state);
}

struct incremental_norms incremental_compare(
    const struct incremental_state *incremental, const float *a, const float *b, size_t n)
{
    struct delta_norms norms;
    incremental->plan->kernels->compare(&norms, a, b, n);
    return (struct incremental_norms){norms.a, norms.b, norms.difference};
}
