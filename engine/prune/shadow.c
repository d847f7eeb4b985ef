#include "engine/prune/shadow.h"

#include "engine/base/heap.h"
#include "engine/base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the bound needs of a stage. Squares are sums of squares, never too small. */
struct mark {
    double lost;      /* |sums - (bias + what the products make of the values before them)| */
    double squares;   /* of the values */
    double threshold; /* sums above minus this are counted */
    int32_t counted;
    uint32_t most; /* where the first term reads the site: most values that its window sees */
};

/* What is kept of an image; behind it the sums of all stages that are not computed anew. */
struct trace {
    double squares;      /* of the site's values */
    uint32_t count;      /* of those that are not zero */
    uint32_t moves;      /* since it was started */
    struct mark marks[]; /* [n_stages] */
};

struct shadow {
    struct shift_plan *plan;
    size_t n_site, pixels;   /* values of the site, and its places */
    size_t n_values, n_sums; /* of all stages, and what is kept of an image */
    bool adopts;             /* a pass has all sums */
    int n_images;
    struct trace **traces; /* [n_images] NULL: never started */
    bool *stale;           /* [n_images] */
    struct heap *heap;
};

struct shadow_worker {
    struct shift_site site;
    struct shift_list all, lists[SHIFT_STAGES_MAX]; /* what stays of the site; changes of values */
    double moved[SHIFT_STAGES_MAX];                 /* lengths of the lists */
    float *changes[SHIFT_STAGES_MAX];
    bool *touched[SHIFT_STAGES_MAX];
    struct trace *trace; /* of an image whose changes are not kept; no sums */
    float *units;        /* values of the last stage, [positions][padded] */
    int n_stages;
};

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

static float *sums_of(const struct shadow *shadow, struct trace *trace)
{
    return (float *)(void *)((char *)trace + head_size(shadow));
}

/* The part of a budget that the sums of a set may take; from a file they would be no faster than
 * runs from scratch. And how much they take beside a budget that nobody asked for. */
enum { PART = 4, BESIDE = 64 << 20 };

/* NULL: there is no room. */
static struct heap *open_heap(struct store *store, size_t bytes)
{
    if (!store_is_soft(store))
        return bytes <= store_limit(store) / PART ? heap_create(store) : NULL;
    struct store *own = bytes <= BESIDE ? store_create(bytes + BESIDE, NULL) : NULL;
    struct heap *heap = own ? heap_create(own) : NULL;
    store_unref(own);
    return heap;
}

struct shadow *shadow_create(const struct network *network, const struct lanes *lanes,
    const bool *behind, int site, int to, int n_images, struct store *store)
{
    struct shift_plan *plan = shift_plan_create(network, lanes, behind, site, to);
    if (!plan)
        return NULL;
    struct shadow *shadow = memory_array(1, sizeof *shadow);
    shadow->plan = plan;
    const struct shape *shape = &network->layers[site].shape;
    shadow->n_site = shape_count(shape);
    shadow->pixels = shadow->n_site / (size_t)shape_channels(shape);
    shadow->n_images = n_images;
    shadow->traces = memory_array((size_t)n_images, sizeof *shadow->traces);
    shadow->stale = memory_array((size_t)n_images, sizeof *shadow->stale);
    memset(shadow->stale, true, (size_t)n_images * sizeof *shadow->stale);
    shadow->adopts = true;
    for (int s = 0; s < plan->n_stages; s++) {
        const struct shift_stage *stage = &plan->stages[s];
        shadow->n_values += stage->positions * stage->padded;
        shadow->n_sums += stage->anew ? 0 : stage->positions * stage->padded;
        shadow->adopts = shadow->adopts && (stage->anew || stage->sums_layer >= 0);
    }
    shadow->heap = open_heap(store, (size_t)n_images * (trace_size(shadow) + ALIGNMENT));
    if (shadow->heap)
        return shadow;
    shadow_destroy(shadow);
    return NULL;
}

void shadow_destroy(struct shadow *shadow)
{
    if (!shadow)
        return;
    shift_plan_destroy(shadow->plan);
    heap_destroy(shadow->heap);
    free(shadow->traces);
    free(shadow->stale);
    free(shadow);
}

const struct shift_kernels *shadow_kernels(const struct shadow *shadow)
{
    return shadow->plan->kernels;
}

static void list_init(struct shift_list *list, size_t count)
{
    list->n = 0;
    list->places = memory_array(count + SPARE, sizeof *list->places);
    list->values = memory_array(count + SPARE, sizeof *list->values);
}

static void list_finish(struct shift_list *list)
{
    free(list->places);
    free(list->values);
}

struct shadow_worker *shadow_worker_create(const struct shadow *shadow)
{
    struct shadow_worker *worker = memory_array(1, sizeof *worker);
    worker->n_stages = shadow->plan->n_stages;
    worker->site =
        (struct shift_site){.starts = memory_array(shadow->pixels + 1, sizeof *worker->site.starts),
            .channels = memory_array(shadow->n_site + SPARE, sizeof *worker->site.channels),
            .values = memory_array(shadow->n_site + SPARE, sizeof *worker->site.values),
            .at = memory_array(shadow->pixels, sizeof *worker->site.at),
            .gone = memory_array(shadow->pixels, sizeof *worker->site.gone)};
    list_init(&worker->site.going, shadow->pixels);
    list_init(&worker->all, shadow->n_site);
    worker->trace = memory_array(1, head_size(shadow));
    for (int s = 0; s < worker->n_stages; s++) {
        const struct shift_stage *stage = &shadow->plan->stages[s];
        list_init(&worker->lists[s], stage->positions * stage->padded);
        worker->changes[s] = memory_floats(stage->positions * stage->padded);
        worker->touched[s] = memory_array(stage->positions, sizeof *worker->touched[s]);
    }
    const struct shift_stage *last = &shadow->plan->stages[worker->n_stages - 1];
    worker->units = memory_floats(last->positions * last->padded);
    return worker;
}

void shadow_worker_destroy(struct shadow_worker *worker)
{
    if (!worker)
        return;
    free(worker->site.starts);
    free(worker->site.channels);
    free(worker->site.values);
    free(worker->site.at);
    free(worker->site.gone);
    list_finish(&worker->site.going);
    list_finish(&worker->all);
    free(worker->trace);
    for (int s = 0; s < worker->n_stages; s++) {
        list_finish(&worker->lists[s]);
        free(worker->changes[s]);
        free(worker->touched[s]);
    }
    free(worker->units);
    free(worker);
}

const struct shift_site *shadow_sift(const struct shadow *shadow, struct shadow_worker *worker,
    const struct shift_values *values, const uint32_t *pruned, uint32_t channel)
{
    shadow->plan->renewals->sift(&worker->site, values, pruned, channel);
    return &worker->site;
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

/* The length that belongs to a sum of n squares, of which the smallest may have vanished. */
static double length_of(double squares, double n)
{
    return sqrt(squares + n * FLT_MIN);
}

/* How much of a sum of n squares, in several parts, rounding may have changed. */
static double slack_of(double n)
{
    return (n + 4) * FLT_EPSILON;
}

static double squares_of(const float *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[i] * values[i];
    return sum;
}

/* Most values that a window of a product sees at once. */
static uint32_t most_seen(const struct row_product *product, const uint32_t *starts, size_t pixels)
{
    const struct window *window = &product->window;
    uint32_t most = 0, all = starts[pixels];
    uint32_t taps = (uint32_t)(window->size[0] * window->size[1]);
    for (size_t p = 0; p < pixels; p++)
        most = starts[p + 1] - starts[p] > most ? starts[p + 1] - starts[p] : most;
    return most < all / taps ? most * taps : all;
}

/* What goes into a stage in one step. */
struct input {
    double depth; /* roundings of a sum, at most */
    double lost;  /* by these */
};

/* Spreads what changed before a stage. */
static struct input spread(
    const struct shadow *shadow, struct shadow_worker *worker, int s, bool fresh)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    const struct shift_kernels *kernels = shadow->plan->kernels;
    const struct shift_site *site = &worker->site;
    struct input input = {.depth = 2 + stage->n_terms};
    double length = 0, products = 0; /* of what is summed up, and of the products in it */
    uint32_t run = 0;                /* the longest that is summed up before it is added */
    for (int t = 0; t < stage->n_terms; t++) {
        const struct shift_term *term = &stage->terms[t];
        bool of_site = term->source == SHIFT_SITE, units = shift_reads_all(term);
        const struct shift_list *list = !of_site ? &worker->lists[term->source]
                                        : fresh  ? &worker->all
                                                 : &site->going;
        double moved =
            of_site ? sqrt(squares_of(list->values, list->n)) : worker->moved[term->source];
        uint32_t seen = list->n;
        if (of_site && fresh && !units)
            seen = most_seen(&term->product, site->starts, shadow->pixels);
        kernels->spread(worker->changes[s], worker->touched[s], term, stage->padded, list);
        input.depth += units ? list->n / SHIFT_RUN + 1 : seen;
        if (units && list->n > run)
            run = list->n < SHIFT_RUN ? list->n : SHIFT_RUN;
        length += term->norm * moved + (fresh ? (double)term->bias : 0);
        products += term->squares * moved;
    }
    input.depth += run;
    input.lost = input.depth * kernels->unit * length + kernels->product * products;
    return input;
}

/* Adds up what the values of a stage did. */
static void mark_moves(struct shadow_worker *worker, struct mark *mark, int s,
    const struct shift_stage *stage, const struct shift_moves *moves, bool fresh)
{
    double count = (double)(stage->positions * stage->padded), slack = slack_of(count);
    double now = moves->now, before = fresh ? 0 : moves->before;
    worker->lists[s].n = moves->list.n;
    worker->moved[s] = length_of(moves->moved * (1 + slack), count);
    mark->squares = fmax(0, mark->squares + now - before) + slack * (now + before);
    mark->counted += moves->now_counted - (fresh ? 0 : moves->before_counted);
}

/* A stage that is computed anew has lost nothing, unless it is beyond all numbers. */
static void renew_stage(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, int s, bool fresh)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    const struct shift_list *going = &worker->site.going;
    const struct shift_term *term = &stage->terms[0];
    struct mark *mark = &trace->marks[s];
    uint32_t channels = (uint32_t)term->product.window.channels;
    struct shift_renewal renewal = {.stage = stage,
        .site = &worker->site,
        .touched = worker->touched[s],
        .fresh = fresh,
        .moves = {.list = worker->lists[s]}};
    for (uint32_t i = 0; i < going->n && !fresh; i++) {
        uint32_t pixel = going->places[i] / channels;
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++)
            renewal.touched[term->targets[t].position] = true;
    }
    shadow->plan->renewals->renew(&renewal);
    if (fresh)
        *mark = (struct mark){0};
    mark_moves(worker, mark, s, stage, &renewal.moves, fresh);
    if (!isfinite(renewal.moves.sums))
        mark->lost = INFINITY;
}

/* How far below zero a sum is not above it for certain, if it loses so much at the start. */
enum { THRESHOLD = 64 };

static void follow_stage(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, float *sums, int s, bool fresh, bool keep)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    struct mark *mark = &trace->marks[s];
    const struct input input = spread(shadow, worker, s, fresh);
    if (fresh) {
        const struct shift_term *term = &stage->terms[0];
        uint32_t most = most_seen(&term->product, worker->site.starts, shadow->pixels);
        memset(worker->touched[s], true, stage->positions * sizeof *worker->touched[s]);
        for (size_t p = 0; p < stage->positions; p++)
            memcpy(sums + p * stage->padded, stage->bias, stage->padded * sizeof *sums);
        *mark = (struct mark){.threshold = stage->relu ? (float)(THRESHOLD * input.lost) : INFINITY,
            .most = term->source == SHIFT_SITE ? most : 0};
    }
    bool last = s == worker->n_stages - 1;
    for (size_t p = 0; p < stage->positions && last; p++)
        if (!worker->touched[s][p]) /* else it is settled */
            memcpy(worker->units + p * stage->padded, sums + p * stage->padded,
                stage->padded * sizeof *sums);
    struct shift_settling settling = {.stage = stage,
        .sums = sums,
        .changes = worker->changes[s],
        .touched = worker->touched[s],
        .keep = keep,
        .values = last ? worker->units : NULL,
        .fresh = fresh,
        .threshold = (float)mark->threshold,
        .moves = {.list = worker->lists[s]}};
    shadow->plan->kernels->settle(&settling);
    mark_moves(worker, mark, s, stage, &settling.moves, fresh);
    double count = (double)(stage->positions * stage->padded);
    double length = length_of(settling.moves.sums * (1 + slack_of(count)), count);
    mark->lost += input.lost + shadow->plan->kernels->unit * length + input.depth * count * FLT_MIN;
}

/* All stages, of which `trace` is what is known and `sums` what is kept. Where one overflows the
 * rest is left: nothing is known of it until the image is started afresh. */
static void follow_stages(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, float *sums, bool fresh, bool keep)
{
    bool finite = true;
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct shift_stage *stage = &shadow->plan->stages[s];
        if (!finite)
            trace->marks[s].lost = INFINITY;
        else if (stage->anew)
            renew_stage(shadow, worker, trace, s, fresh);
        else
            follow_stage(shadow, worker, trace, sums, s, fresh, keep);
        finite = finite && isfinite(trace->marks[s].lost);
        sums += stage->anew ? 0 : stage->positions * stage->padded;
    }
}

/* Room for what is kept of an image, NULL where there is none. */
static struct trace *make_trace(struct shadow *shadow, int image)
{
    struct error err;
    struct trace **trace = &shadow->traces[image];
    if (!*trace) {
        char *block = heap_take(shadow->heap, trace_size(shadow) + ALIGNMENT, &err);
        if (block)
            *trace = (struct trace *)(void *)(block + (-(uintptr_t)block & (ALIGNMENT - 1)));
    }
    return *trace;
}

bool shadow_start(struct shadow *shadow, struct shadow_worker *worker, int image)
{
    const struct shift_site *site = &worker->site;
    struct shift_list *all = &worker->all;
    struct trace *trace = make_trace(shadow, image);
    if (!trace)
        return false;
    uint32_t channels = (uint32_t)(shadow->n_site / shadow->pixels);
    for (uint32_t pixel = 0; pixel < shadow->pixels; pixel++)
        for (uint32_t i = site->starts[pixel]; i < site->starts[pixel + 1]; i++)
            all->places[i] = pixel * channels + site->channels[i];
    all->n = site->n;
    memcpy(all->values, site->values, site->n * sizeof *all->values);
    trace->squares = squares_of(site->values, site->n);
    trace->count = site->n;
    trace->moves = 0;
    follow_stages(shadow, worker, trace, sums_of(shadow, trace), true, true);
    shadow->stale[image] = false;
    return true;
}

/* Larger sums than this are left to a run from scratch, and those of so many values that errors
 * of errors count. */
static const double LARGEST = 1e30, MOST = 5e-3, ERRORS_OF_ERRORS = 1.04;

/* How far the sums of a stage that is kept may be from those of a run from scratch, beside what
 * following has lost, given how far the values of earlier ones may be. */
static double distance(
    const struct shadow *shadow, const struct trace *trace, int s, const double *away)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    const struct shift_kernels *kernels = shadow->plan->kernels;
    double n = (double)(stage->positions * stage->padded), all = 0;
    for (int t = 0; t < stage->n_terms; t++) {
        const struct shift_term *term = &stage->terms[t];
        bool site = term->source == SHIFT_SITE;
        const struct mark *mark = &trace->marks[site ? s : term->source];
        double before = site ? 0 : away[term->source];
        bool window = site && t == 0 && !shift_reads_all(term);
        double terms = !site    ? (double)mark->counted
                       : window ? (double)mark->most
                                : (double)trace->count;
        double length = site ? length_of(trace->squares, (double)shadow->n_site)
                             : length_of(mark->squares, (double)shadow->n_values);
        if (!(term->squares * (length + before) + term->bias < LARGEST) ||
            terms * kernels->unit > MOST)
            return INFINITY;
        double sums = term->norm * (length + before) + term->bias;
        all += (terms + 1 + stage->n_terms) * kernels->unit * sums +
               kernels->product * term->squares * (length + before) + term->norm * before +
               (terms + 1) * n * FLT_MIN;
    }
    return all;
}

/* How far the values of a stage may be. What is not counted is 0 in both. */
static double distance_of_values(
    const struct shadow *shadow, const struct trace *trace, int s, const double *away)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    const struct mark *mark = &trace->marks[s];
    if (stage->anew)
        return mark->lost;
    double all = mark->lost + distance(shadow, trace, s, away);
    bool last = s == shadow->plan->n_stages - 1;
    return last || !stage->relu || all < mark->threshold ? all : INFINITY;
}

/* One lane's sums (or values, of a stage that is computed anew) of a pass. */
static void adopt_stage(const struct shift_stage *stage, struct mark *mark, const float *from,
    size_t width, float *sums)
{
    for (size_t p = 0; p < stage->positions; p++)
        for (size_t f = 0; f < stage->padded; f++) {
            float sum = f < stage->filters ? from[(p * stage->filters + f) * width] : 0;
            double value = stage->relu && sum < 0 ? 0 : (double)sum;
            mark->squares += value * value * (1 + 1e-12);
            mark->counted += stage->anew ? value != 0 : sum > -mark->threshold;
            if (!isfinite(sum))
                mark->lost = INFINITY;
            if (!stage->anew)
                sums[p * stage->padded + f] = sum;
        }
}

void shadow_adopt(
    struct shadow *shadow, const struct group *group, int lane, const struct shift_values *values)
{
    struct trace *trace = shadow->adopts ? make_trace(shadow, group->first + lane) : NULL;
    size_t width = (size_t)group->width;
    double away[SHIFT_STAGES_MAX] = {0};
    if (!trace)
        return;
    float *sums = sums_of(shadow, trace);
    trace->count = values->starts[values->pixels];
    trace->squares = squares_of(values->values, trace->count);
    trace->moves = 0;
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct shift_stage *stage = &shadow->plan->stages[s];
        struct mark *mark = &trace->marks[s];
        const float *from =
            lane_pass_tensor(group->pass, stage->anew ? stage->values_layer : stage->sums_layer);
        *mark = (struct mark){
            .most = most_seen(&stage->terms[0].product, values->starts, values->pixels)};
        if (!stage->anew)
            mark->lost = distance(shadow, trace, s, away);
        mark->threshold = stage->anew || !stage->relu ? INFINITY : THRESHOLD * mark->lost;
        adopt_stage(stage, mark, from + lane, width, sums);
        sums += stage->anew ? 0 : stage->positions * stage->padded;
    }
    shadow->stale[group->first + lane] = false;
}

static void get_units(const struct shadow *shadow, const float *sums, float *units)
{
    const struct shift_stage *stage = &shadow->plan->stages[shadow->plan->n_stages - 1];
    for (size_t p = 0; p < stage->positions; p++, units += stage->filters)
        for (size_t f = 0; f < stage->filters; f++) {
            float sum = sums[p * stage->padded + f];
            units[f] = stage->relu && sum < 0 ? 0 : sum;
        }
}

float shadow_follow(struct shadow *shadow, struct shadow_worker *worker, int image, bool changes,
    bool keep, float *units)
{
    struct trace *trace = shadow->traces[image];
    const struct shift_stage *stage = &shadow->plan->stages[shadow->plan->n_stages - 1];
    size_t last = stage->positions * stage->padded;
    float *sums = sums_of(shadow, trace);
    double away[SHIFT_STAGES_MAX] = {0};
    if (!changes)
        memcpy(worker->units, sums + shadow->n_sums - last, last * sizeof *sums);
    if (changes && !keep)
        trace = memcpy(worker->trace, trace, head_size(shadow));
    if (changes) {
        const struct shift_list *going = &worker->site.going;
        double moved = squares_of(going->values, going->n);
        trace->squares = fmax(0, trace->squares - moved) + 1e-12 * (trace->squares + moved);
        trace->count -= going->n;
        trace->moves++;
        follow_stages(shadow, worker, trace, sums, false, keep);
    }
    get_units(shadow, worker->units, units);
    for (int s = 0; s < shadow->plan->n_stages; s++)
        away[s] = distance_of_values(shadow, trace, s, away);
    return (float)(away[shadow->plan->n_stages - 1] * ERRORS_OF_ERRORS);
}

void shadow_prefetch(const struct shadow *shadow, int image)
{
    const char *trace = (const char *)shadow->traces[image];
    for (size_t at = 0; trace && at < trace_size(shadow); at += ALIGNMENT)
        __builtin_prefetch(trace + at, 0, 2);
}
