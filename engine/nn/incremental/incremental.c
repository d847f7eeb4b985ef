/* Sums of one image that follow its pruned channels. Leans on delta.h. */
#include "engine/nn/incremental/incremental_private.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, SPARE = 32 };

static size_t head_size(const struct incremental_state *incremental)
{
    size_t n = (size_t)incremental->plan->n_stages;
    size_t size = sizeof(struct image_state) + n * sizeof(struct error_bound);
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t trace_size(const struct incremental_state *incremental)
{
    return head_size(incremental) + incremental->n_sums * sizeof(float);
}

float *incremental_sums(const struct incremental_state *incremental, struct image_state *state)
{
    return (float *)(void *)((char *)state + head_size(incremental));
}

/* The part of a budget that the sums of a set may take; from a file they would be no faster than
 * runs from scratch. And how much they take beside a budget that nobody asked for. */
enum { PART = 4, BESIDE = 64 << 20 };

/* NULL: there is no room. */
static struct arena *open_arena(struct memory_budget *budget, size_t bytes)
{
    if (!memory_budget_is_soft(budget))
        return bytes <= memory_budget_limit(budget) / PART ? arena_create(budget) : NULL;
    struct memory_budget *own = bytes <= BESIDE ? memory_budget_create(bytes + BESIDE, NULL) : NULL;
    struct arena *arena = own ? arena_create(own) : NULL;
    memory_budget_unref(own);
    return arena;
}

/* Fills in what follows from the plan and from which of its stages are kept. */
static void init(struct incremental_state *incremental, int n_images)
{
    incremental->states = memory_array((size_t)n_images, sizeof *incremental->states);
    incremental->stale = memory_array((size_t)n_images, sizeof *incremental->stale);
    memset(incremental->stale, true, (size_t)n_images * sizeof *incremental->stale);
    incremental->seeds = true;
    incremental->n_values = incremental->n_sums = 0;
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct delta_stage *stage = &incremental->plan->stages[s];
        incremental->n_values += stage->positions * stage->padded;
        incremental->n_sums += incremental->anew[s] ? 0 : stage->positions * stage->padded;
        incremental->seeds = incremental->seeds && (incremental->anew[s] || stage->sums_layer >= 0);
    }
}

struct incremental_state *incremental_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to, int n_images,
    struct memory_budget *budget)
{
    struct delta_plan *plan = delta_plan_create(network, batched, behind, site, to);
    if (!plan)
        return NULL;
    struct incremental_state *incremental = memory_array(1, sizeof *incremental);
    incremental->plan = plan;
    incremental->capture = batched->capture;
    const struct shape *shape = &network->layers[site].shape;
    incremental->n_site = shape_count(shape);
    incremental->pixels = incremental->n_site / (size_t)shape_channels(shape);
    incremental->columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1;
    for (int s = 0; s < plan->n_stages; s++)
        incremental->anew[s] = plan->stages[s].recomputed;
    init(incremental, n_images);
    incremental->arena =
        open_arena(budget, (size_t)n_images * (trace_size(incremental) + ALIGNMENT));
    if (incremental->arena)
        return incremental;
    incremental_destroy(incremental);
    return NULL;
}

struct incremental_state *incremental_create_beside(
    const struct incremental_state *from, size_t bytes, int *n_images)
{
    struct incremental_state *incremental = memory_array(1, sizeof *incremental);
    *incremental = *from;
    incremental->borrows = true;
    memset(incremental->anew, 0, sizeof incremental->anew);
    init(incremental, *n_images);
    size_t each = trace_size(incremental) + ALIGNMENT;
    if (bytes / each < (size_t)*n_images)
        *n_images = (int)(bytes / each);
    struct memory_budget *own = memory_budget_create(2 * bytes, NULL);
    incremental->arena = arena_create(own);
    memory_budget_unref(own);
    return incremental;
}

void incremental_destroy(struct incremental_state *incremental)
{
    if (!incremental)
        return;
    if (!incremental->borrows)
        delta_plan_destroy(incremental->plan);
    arena_destroy(incremental->arena);
    free(incremental->states);
    free(incremental->stale);
    free(incremental);
}

const struct delta_kernels *incremental_kernels(const struct incremental_state *incremental)
{
    return incremental->plan->kernels;
}

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
    step->own = memory_array(1, head_size(incremental));
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
    return site + stages + head_size(incremental);
}

const struct delta_site *incremental_filter_pruned(const struct incremental_state *incremental,
    struct incremental_step *step, const struct delta_values *values, const uint32_t *pruned,
    uint32_t channel)
{
    incremental->plan->recompute->filter_pruned(&step->site, values, pruned, channel);
    return &step->site;
}

bool incremental_is_stale(const struct incremental_state *incremental, int image)
{
    return incremental->stale[image];
}

void incremental_forget(struct incremental_state *incremental, int image)
{
    incremental->stale[image] = true;
}

/* An image that has moved so often gains something by being started afresh. */
enum { MOVES_MAX = 12 };

void incremental_refresh(struct incremental_state *incremental, int image)
{
    const struct image_state *state = incremental->states[image];
    incremental->stale[image] = incremental->stale[image] || !state || state->moves >= MOVES_MAX;
}

static void note_result(struct incremental_step *step, struct error_bound *bound, int s,
    const struct delta_stage *stage, const struct delta_result *result)
{
    double count = (double)(stage->positions * stage->padded);
    incremental_bound_values(stage, bound, result, step->way == INCREMENTAL_STARTS);
    step->lists[s].n = result->list.n;
    step->moved[s] =
        incremental_bound_length(result->change * (1 + incremental_bound_slack(count)), count);
}

/* A stage that is computed anew has lost nothing, unless it is beyond all numbers. */
static void recompute_stage(
    const struct incremental_state *incremental, struct incremental_step *step, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const struct delta_list *removed = &step->site.removed;
    const struct delta_term *term = &stage->terms[0];
    struct error_bound *bound = &step->state->bounds[s];
    uint32_t channels = (uint32_t)term->product.window.channels;
    bool fresh = step->way == INCREMENTAL_STARTS;
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
    uint32_t most = incremental_bound_most(&term->product, step->site.starts, incremental->pixels);
    memset(step->touched[s], true, stage->positions * sizeof *step->touched[s]);
    for (size_t p = 0; p < stage->positions; p++)
        memcpy(sums + p * stage->padded, stage->bias, stage->padded * sizeof *sums);
    step->state->bounds[s] = (struct error_bound){
        .threshold = stage->relu ? (float)(INCREMENTAL_THRESHOLD * lost) : INFINITY,
        .most = term->source == DELTA_SITE ? most : 0};
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
    bool fresh = step->way == INCREMENTAL_STARTS, last = s == step->n_stages - 1;
    if (fresh)
        start_stage(incremental, step, sums, s, input.lost);
    for (size_t p = 0; p < stage->positions && last; p++)
        if (!step->touched[s][p]) /* else it is settled */
            memcpy(step->units + p * stage->padded, sums + p * stage->padded,
                stage->padded * sizeof *sums);
    struct delta_update update = {.stage = stage,
        .sums = sums,
        .changes = step->changes[s],
        .touched = step->touched[s],
        .write_back = step->way != INCREMENTAL_TRIES,
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

/* Where a stage overflows the rest is left: nothing is known of it until the image is started
 * afresh. */
void incremental_run(
    const struct incremental_state *incremental, struct incremental_step *const *steps, int n)
{
    size_t kept = 0; /* sums of earlier stages */
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct delta_stage *stage = &incremental->plan->stages[s];
        for (int i = 0; i < n; i++) {
            struct incremental_step *step = steps[i];
            if (step->way == INCREMENTAL_STAYS)
                continue;
            if (!step->finite)
                step->state->bounds[s].lost = INFINITY;
            else if (incremental->anew[s])
                recompute_stage(incremental, step, s);
            else
                follow_stage(incremental, step, step->sums + kept, s);
            step->finite = step->finite && isfinite(step->state->bounds[s].lost);
        }
        kept += incremental->anew[s] ? 0 : stage->positions * stage->padded;
    }
}

struct image_state *incremental_make_state(struct incremental_state *incremental, int image)
{
    struct error err;
    struct image_state **state = &incremental->states[image];
    if (!*state) {
        char *block = arena_take(incremental->arena, trace_size(incremental) + ALIGNMENT, &err);
        if (block)
            *state = (struct image_state *)(void *)(block + (-(uintptr_t)block & (ALIGNMENT - 1)));
    }
    return *state;
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
    step->site_moved = sqrt(step->state->squares);
    step->state->count = site->n - site->removed.n;
    step->state->moves = 0;
}

static void begin_following(
    const struct incremental_state *incremental, struct incremental_step *step)
{
    const struct delta_list *removed = &step->site.removed;
    double moved = incremental_bound_squares(removed->values, removed->n);
    step->site_moved = sqrt(moved);
    if (step->way == INCREMENTAL_TRIES)
        step->state = memcpy(step->own, step->state, head_size(incremental));
    struct image_state *state = step->state;
    state->squares = fmax(0, state->squares - moved) + 1e-12 * (state->squares + moved);
    state->count -= removed->n;
    state->moves++;
}

/* state: the image's, NULL: there is none. */
static bool begin(const struct incremental_state *incremental, struct incremental_step *step,
    struct image_state *state, enum incremental_way way)
{
    step->way = way;
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
    if (!begin(incremental, step, incremental->states[image], INCREMENTAL_STAYS))
        return false;
    memcpy(step->units, step->sums + incremental->n_sums - last, last * sizeof *step->units);
    return true;
}

bool incremental_try(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    if (!begin(incremental, step, incremental->states[image], INCREMENTAL_TRIES))
        return false;
    begin_following(incremental, step);
    return true;
}

bool incremental_commit(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    if (!begin(incremental, step, incremental->states[image], INCREMENTAL_COMMITS))
        return false;
    begin_following(incremental, step);
    return true;
}

bool incremental_start(
    struct incremental_state *incremental, struct incremental_step *step, int image)
{
    struct image_state *state = incremental_make_state(incremental, image);
    if (!begin(incremental, step, state, INCREMENTAL_STARTS))
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

void incremental_prefetch(const struct incremental_state *incremental, int image)
{
    const char *state = (const char *)incremental->states[image];
    for (size_t at = 0; state && at < trace_size(incremental); at += ALIGNMENT)
        __builtin_prefetch(state + at, 0, 2);
}
