#include "engine/prune/evaluate/shadow_private.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, SPARE = 32 };

static size_t head_size(const struct shadow *shadow)
{
    size_t n = (size_t)shadow->plan->n_stages;
    size_t size = sizeof(struct trace) + n * sizeof(struct mark);
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t trace_size(const struct shadow *shadow)
{
    return head_size(shadow) + shadow->n_sums * sizeof(float);
}

float *shadow_sums(const struct shadow *shadow, struct trace *trace)
{
    return (float *)(void *)((char *)trace + head_size(shadow));
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
static void init(struct shadow *shadow, int n_images)
{
    shadow->traces = memory_array((size_t)n_images, sizeof *shadow->traces);
    shadow->stale = memory_array((size_t)n_images, sizeof *shadow->stale);
    memset(shadow->stale, true, (size_t)n_images * sizeof *shadow->stale);
    shadow->adopts = true;
    shadow->n_values = shadow->n_sums = 0;
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct delta_stage *stage = &shadow->plan->stages[s];
        shadow->n_values += stage->positions * stage->padded;
        shadow->n_sums += shadow->anew[s] ? 0 : stage->positions * stage->padded;
        shadow->adopts = shadow->adopts && (shadow->anew[s] || stage->sums_layer >= 0);
    }
}

struct shadow *shadow_create(const struct network *network, const struct batched_kernels *batched,
    const bool *behind, int site, int to, int n_images, struct memory_budget *budget)
{
    struct delta_plan *plan = delta_plan_create(network, batched, behind, site, to);
    if (!plan)
        return NULL;
    struct shadow *shadow = memory_array(1, sizeof *shadow);
    shadow->plan = plan;
    shadow->capture = batched->capture;
    const struct shape *shape = &network->layers[site].shape;
    shadow->n_site = shape_count(shape);
    shadow->pixels = shadow->n_site / (size_t)shape_channels(shape);
    shadow->columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1;
    for (int s = 0; s < plan->n_stages; s++)
        shadow->anew[s] = plan->stages[s].anew;
    init(shadow, n_images);
    shadow->arena = open_arena(budget, (size_t)n_images * (trace_size(shadow) + ALIGNMENT));
    if (shadow->arena)
        return shadow;
    shadow_destroy(shadow);
    return NULL;
}

struct shadow *shadow_create_beside(const struct shadow *from, size_t bytes, int *n_images)
{
    struct shadow *shadow = memory_array(1, sizeof *shadow);
    *shadow = *from;
    shadow->borrows = true;
    memset(shadow->anew, 0, sizeof shadow->anew);
    init(shadow, *n_images);
    size_t each = trace_size(shadow) + ALIGNMENT;
    if (bytes / each < (size_t)*n_images)
        *n_images = (int)(bytes / each);
    struct memory_budget *own = memory_budget_create(2 * bytes, NULL);
    shadow->arena = arena_create(own);
    memory_budget_unref(own);
    return shadow;
}

void shadow_destroy(struct shadow *shadow)
{
    if (!shadow)
        return;
    if (!shadow->borrows)
        delta_plan_destroy(shadow->plan);
    arena_destroy(shadow->arena);
    free(shadow->traces);
    free(shadow->stale);
    free(shadow);
}

const struct delta_kernels *shadow_kernels(const struct shadow *shadow)
{
    return shadow->plan->kernels;
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

struct shadow_step *shadow_step_create(const struct shadow *shadow)
{
    struct shadow_step *step = memory_array(1, sizeof *step);
    step->n_stages = shadow->plan->n_stages;
    list_init(&step->all, shadow->n_site);
    list_init(&step->site.going, shadow->pixels);
    step->site.places = memory_array(shadow->n_site + SPARE, sizeof *step->site.places);
    step->site.before = memory_array(shadow->n_site + SPARE, sizeof *step->site.before);
    step->site.now = memory_array(shadow->n_site + SPARE, sizeof *step->site.now);
    step->site.starts = memory_array(shadow->pixels + 1, sizeof *step->site.starts);
    step->site.marks = memory_array(shadow->n_site / 16 + 1, sizeof *step->site.marks);
    step->own = memory_array(1, head_size(shadow));
    for (int s = 0; s < step->n_stages; s++) {
        const struct delta_stage *stage = &shadow->plan->stages[s];
        list_init(&step->lists[s], stage->positions * stage->padded);
        step->changes[s] = memory_floats(stage->positions * stage->padded);
        step->touched[s] = memory_array(stage->positions, sizeof *step->touched[s]);
    }
    const struct delta_stage *last = &shadow->plan->stages[step->n_stages - 1];
    step->units = memory_floats(last->positions * last->padded);
    return step;
}

void shadow_step_destroy(struct shadow_step *step)
{
    if (!step)
        return;
    list_finish(&step->all);
    list_finish(&step->site.going);
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

size_t shadow_step_bytes(const struct shadow *shadow)
{
    size_t site = 5 * sizeof(float) * shadow->n_site, stages = 3 * sizeof(float) * shadow->n_values;
    return site + stages + head_size(shadow);
}

const struct delta_site *shadow_sift(const struct shadow *shadow, struct shadow_step *step,
    const struct delta_values *values, const uint32_t *pruned, uint32_t channel)
{
    shadow->plan->recomputers->sift(&step->site, values, pruned, channel);
    return &step->site;
}

bool shadow_is_stale(const struct shadow *shadow, int image)
{
    return shadow->stale[image];
}

void shadow_forget(struct shadow *shadow, int image)
{
    shadow->stale[image] = true;
}

/* An image that has moved so often gains something by being started afresh. */
enum { MOVES_MAX = 12 };

void shadow_refresh(struct shadow *shadow, int image)
{
    const struct trace *trace = shadow->traces[image];
    shadow->stale[image] = shadow->stale[image] || !trace || trace->moves >= MOVES_MAX;
}

static void note_moves(struct shadow_step *step, struct mark *mark, int s,
    const struct delta_stage *stage, const struct delta_moves *moves)
{
    double count = (double)(stage->positions * stage->padded);
    shadow_bound_moves(stage, mark, moves, step->way == SHADOW_STARTS);
    step->lists[s].n = moves->list.n;
    step->moved[s] = shadow_bound_length(moves->moved * (1 + shadow_bound_slack(count)), count);
}

/* A stage that is computed anew has lost nothing, unless it is beyond all numbers. */
static void recompute_stage(const struct shadow *shadow, struct shadow_step *step, int s)
{
    const struct delta_stage *stage = &shadow->plan->stages[s];
    const struct delta_list *going = &step->site.going;
    const struct delta_term *term = &stage->terms[0];
    struct mark *mark = &step->trace->marks[s];
    uint32_t channels = (uint32_t)term->product.window.channels;
    bool fresh = step->way == SHADOW_STARTS;
    struct delta_recomputation recomputation = {.stage = stage,
        .site = &step->site,
        .touched = step->touched[s],
        .fresh = fresh,
        .moves = {.list = step->lists[s]}};
    for (uint32_t i = 0; i < going->n && !fresh; i++) {
        uint32_t pixel = going->places[i] / channels;
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++)
            recomputation.touched[term->targets[t].position] = true;
    }
    shadow->plan->recomputers->recompute(&recomputation);
    if (fresh)
        *mark = (struct mark){0};
    note_moves(step, mark, s, stage, &recomputation.moves);
    if (!isfinite(recomputation.moves.sums))
        mark->lost = INFINITY;
}

static void start_stage(
    const struct shadow *shadow, struct shadow_step *step, float *sums, int s, double lost)
{
    const struct delta_stage *stage = &shadow->plan->stages[s];
    const struct delta_term *term = &stage->terms[0];
    uint32_t most = shadow_bound_most(&term->product, step->site.starts, shadow->pixels);
    memset(step->touched[s], true, stage->positions * sizeof *step->touched[s]);
    for (size_t p = 0; p < stage->positions; p++)
        memcpy(sums + p * stage->padded, stage->bias, stage->padded * sizeof *sums);
    step->trace->marks[s] =
        (struct mark){.threshold = stage->relu ? (float)(SHADOW_THRESHOLD * lost) : INFINITY,
            .most = term->source == DELTA_SITE ? most : 0};
}

static void follow_stage(const struct shadow *shadow, struct shadow_step *step, float *sums, int s)
{
    const struct delta_stage *stage = &shadow->plan->stages[s];
    const struct delta_kernels *kernels = shadow->plan->kernels;
    const struct shadow_input input = shadow_bound_input(shadow, step, s);
    struct mark *mark = &step->trace->marks[s];
    for (int t = 0; t < stage->n_terms; t++)
        kernels->scatter(step->changes[s], step->touched[s], &stage->terms[t], stage->padded,
            shadow_source(step, &stage->terms[t]));
    bool fresh = step->way == SHADOW_STARTS, last = s == step->n_stages - 1;
    if (fresh)
        start_stage(shadow, step, sums, s, input.lost);
    for (size_t p = 0; p < stage->positions && last; p++)
        if (!step->touched[s][p]) /* else it is settled */
            memcpy(step->units + p * stage->padded, sums + p * stage->padded,
                stage->padded * sizeof *sums);
    struct delta_update update = {.stage = stage,
        .sums = sums,
        .changes = step->changes[s],
        .touched = step->touched[s],
        .keep = step->keep,
        .values = last ? step->units : NULL,
        .fresh = fresh,
        .threshold = (float)mark->threshold,
        .moves = {.list = step->lists[s]}};
    kernels->apply(&update);
    note_moves(step, mark, s, stage, &update.moves);
    double count = (double)(stage->positions * stage->padded);
    double length = shadow_bound_length(update.moves.sums * (1 + shadow_bound_slack(count)), count);
    mark->lost += input.lost + kernels->unit * length + input.depth * count * FLT_MIN;
}

/* Where a stage overflows the rest is left: nothing is known of it until the image is started
 * afresh. */
void shadow_run(const struct shadow *shadow, struct shadow_step *const *steps, int n)
{
    size_t kept = 0; /* sums of earlier stages */
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct delta_stage *stage = &shadow->plan->stages[s];
        for (int i = 0; i < n; i++) {
            struct shadow_step *step = steps[i];
            if (step->way == SHADOW_STAYS)
                continue;
            if (!step->finite)
                step->trace->marks[s].lost = INFINITY;
            else if (shadow->anew[s])
                recompute_stage(shadow, step, s);
            else
                follow_stage(shadow, step, step->sums + kept, s);
            step->finite = step->finite && isfinite(step->trace->marks[s].lost);
        }
        kept += shadow->anew[s] ? 0 : stage->positions * stage->padded;
    }
}

struct trace *shadow_make_trace(struct shadow *shadow, int image)
{
    struct error err;
    struct trace **trace = &shadow->traces[image];
    if (!*trace) {
        char *block = arena_take(shadow->arena, trace_size(shadow) + ALIGNMENT, &err);
        if (block)
            *trace = (struct trace *)(void *)(block + (-(uintptr_t)block & (ALIGNMENT - 1)));
    }
    return *trace;
}

static void begin_start(const struct shadow *shadow, struct shadow_step *step)
{
    const struct delta_site *site = &step->site;
    struct delta_list *all = &step->all;
    size_t row = shadow->columns * (shadow->n_site / shadow->pixels);
    for (size_t pixel = 0; pixel < shadow->pixels; pixel++)
        for (uint32_t i = site->starts[pixel]; i < site->starts[pixel + 1]; i++)
            all->places[i] = (uint32_t)(pixel / shadow->columns * row) + site->places[i];
    all->n = site->n;
    memcpy(all->values, site->now, site->n * sizeof *all->values);
    step->trace->squares = shadow_bound_squares(site->now, site->n);
    step->site_moved = sqrt(step->trace->squares);
    step->trace->count = site->n - site->going.n;
    step->trace->moves = 0;
}

static void begin_following(const struct shadow *shadow, struct shadow_step *step)
{
    const struct delta_list *going = &step->site.going;
    double moved = shadow_bound_squares(going->values, going->n);
    step->site_moved = sqrt(moved);
    if (!step->keep)
        step->trace = memcpy(step->own, step->trace, head_size(shadow));
    struct trace *trace = step->trace;
    trace->squares = fmax(0, trace->squares - moved) + 1e-12 * (trace->squares + moved);
    trace->count -= going->n;
    trace->moves++;
}

bool shadow_begin(
    struct shadow *shadow, struct shadow_step *step, int image, enum shadow_way way, bool keep)
{
    const struct delta_stage *stage = &shadow->plan->stages[shadow->plan->n_stages - 1];
    size_t last = stage->positions * stage->padded;
    step->way = way;
    step->keep = keep;
    step->finite = true;
    step->trace = way == SHADOW_STARTS ? shadow_make_trace(shadow, image) : shadow->traces[image];
    if (!step->trace)
        return false;
    step->sums = shadow_sums(shadow, step->trace);
    if (way == SHADOW_STARTS)
        begin_start(shadow, step);
    else if (way == SHADOW_FOLLOWS)
        begin_following(shadow, step);
    else
        memcpy(step->units, step->sums + shadow->n_sums - last, last * sizeof *step->units);
    if (way == SHADOW_STARTS)
        shadow->stale[image] = false;
    return true;
}

float shadow_units(const struct shadow *shadow, const struct shadow_step *step, float *units)
{
    const struct delta_stage *stage = &shadow->plan->stages[shadow->plan->n_stages - 1];
    for (size_t p = 0; p < stage->positions; p++, units += stage->filters)
        for (size_t f = 0; f < stage->filters; f++) {
            float sum = step->units[p * stage->padded + f];
            units[f] = stage->relu && sum < 0 ? 0 : sum;
        }
    return (float)shadow_bound_all(shadow, step->trace);
}

void shadow_prefetch(const struct shadow *shadow, int image)
{
    const char *trace = (const char *)shadow->traces[image];
    for (size_t at = 0; trace && at < trace_size(shadow); at += ALIGNMENT)
        __builtin_prefetch(trace + at, 0, 2);
}
