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
    double share;     /* of the squares of all weights, of what is counted */
    int32_t counted;
    uint32_t most; /* where the first term reads the site: most values that its window sees */
};

/* What is kept of an image; behind it the sums of all stages. */
struct trace {
    double squares; /* of the site's values */
    uint32_t count; /* of those that are not zero */
    uint32_t moves; /* since it was started */
    struct mark marks[SHIFT_STAGES_MAX];
};

struct shadow {
    struct shift_plan *plan;
    size_t n_site, n_sums; /* of an image: values of the site, sums of all stages */
    int n_images;
    struct trace **traces; /* [n_images] NULL: never started */
    bool *stale;           /* [n_images] */
    struct heap *heap;
};

struct shadow_worker {
    struct shift_list site, lists[SHIFT_STAGES_MAX];
    double moved[SHIFT_STAGES_MAX]; /* lengths of the lists */
    float *changes[SHIFT_STAGES_MAX];
    bool *touched[SHIFT_STAGES_MAX];
    struct trace trace; /* of an image whose changes are not kept; no sums */
    float *units;       /* values of the last stage, [positions][padded] */
    int n_stages;
};

enum { ALIGNMENT = 64, SPARE = 32 };

static size_t trace_size(const struct shadow *shadow)
{
    size_t head = (sizeof(struct trace) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return head + shadow->n_sums * sizeof(float);
}

static float *sums_of(struct trace *trace)
{
    size_t head = (sizeof *trace + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return (float *)(void *)((char *)trace + head);
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
    shadow->n_site = shape_count(&network->layers[site].shape);
    shadow->n_images = n_images;
    shadow->traces = memory_array((size_t)n_images, sizeof *shadow->traces);
    shadow->stale = memory_array((size_t)n_images, sizeof *shadow->stale);
    memset(shadow->stale, true, (size_t)n_images * sizeof *shadow->stale);
    for (int s = 0; s < plan->n_stages; s++)
        shadow->n_sums += plan->stages[s].positions * plan->stages[s].padded;
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
    list_init(&worker->site, shadow->n_site);
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
    list_finish(&worker->site);
    for (int s = 0; s < worker->n_stages; s++) {
        list_finish(&worker->lists[s]);
        free(worker->changes[s]);
        free(worker->touched[s]);
    }
    free(worker->units);
    free(worker);
}

struct shift_list *shadow_worker_list(struct shadow_worker *worker)
{
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

uint32_t shadow_left(const struct shadow *shadow, int image)
{
    return shadow->stale[image] ? 0 : shadow->traces[image]->count;
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

static double site_squares(const struct shift_list *list)
{
    double sum = 0;
    for (uint32_t i = 0; i < list->n; i++)
        sum += (double)list->values[i] * list->values[i];
    return sum;
}

/* Most listed values that a window of a product sees at once. */
static uint32_t most_seen(const struct row_product *product, const struct shift_list *list)
{
    const struct window *window = &product->window;
    uint32_t channels = (uint32_t)window->channels, most = 0, now = 0, pixel = UINT32_MAX;
    uint32_t taps = (uint32_t)(window->size[0] * window->size[1]);
    if (window->in[0] * window->in[1] == 1)
        return list->n;
    for (uint32_t i = 0; i < list->n; i++) {
        now = list->places[i] / channels == pixel ? now + 1 : 1;
        pixel = list->places[i] / channels;
        most = now > most ? now : most;
    }
    return most * taps < list->n ? most * taps : list->n;
}

/* What goes into a stage in one step. */
struct input {
    double depth;  /* roundings of a sum, at most */
    double weight; /* length of the sums of absolute values, at most */
    double bias;
};

/* Spreads what changed before a stage. */
static struct input spread(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, int s, bool fresh)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    struct input input = {.depth = 2 + stage->n_terms};
    uint32_t run = 0; /* the longest that is summed up before it is added */
    for (int t = 0; t < stage->n_terms; t++) {
        const struct shift_term *term = &stage->terms[t];
        bool site = term->source == SHIFT_SITE;
        const struct shift_list *list = site ? &worker->site : &worker->lists[term->source];
        double moved = site ? sqrt(site_squares(list)) : worker->moved[term->source];
        bool units = shift_reads_all(term);
        uint32_t seen = most_seen(&term->product, list);
        shadow->plan->kernels->spread(
            worker->changes[s], worker->touched[s], term, stage->padded, list);
        input.depth += units ? list->n / SHIFT_RUN + 1 : seen;
        if (units && list->n > run)
            run = list->n < SHIFT_RUN ? list->n : SHIFT_RUN;
        input.weight += term->squares * moved;
        input.bias += fresh ? (double)term->bias : 0;
        if (t == 0 && site && fresh)
            trace->marks[s].most = seen;
    }
    input.depth += run;
    return input;
}

/* Adds what a settling has lost and changed. */
static void mark_stage(const struct shadow *shadow, struct mark *mark,
    const struct shift_settling *settling, const struct input *input)
{
    double count = (double)(settling->stage->positions * settling->stage->padded);
    double slack = slack_of(count), now = settling->now_squared, unit = shadow->plan->kernels->unit;
    double before = settling->fresh ? 0 : settling->before_squared;
    double share = settling->fresh ? 0 : settling->before_share;
    if (settling->fresh)
        *mark = (struct mark){.threshold = mark->threshold, .most = mark->most};
    mark->lost += unit * (input->depth * (input->weight + input->bias) +
                             length_of(settling->sums_squared * (1 + slack), count)) +
                  input->depth * count * FLT_MIN;
    mark->squares = fmax(0, mark->squares + now - before) + slack * (now + before);
    mark->share =
        fmax(0, mark->share + settling->now_share - share) + slack * (settling->now_share + share);
    mark->counted += settling->now_counted - (settling->fresh ? 0 : settling->before_counted);
}

static void follow_stage(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, float *sums, int s, bool fresh, bool keep)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    const struct input input = spread(shadow, worker, trace, s, fresh);
    if (fresh) {
        memset(worker->touched[s], true, stage->positions * sizeof *worker->touched[s]);
        for (size_t p = 0; p < stage->positions; p++)
            memcpy(sums + p * stage->padded, stage->bias, stage->padded * sizeof *sums);
        trace->marks[s].threshold =
            stage->relu ? (float)(32 * input.depth * FLT_EPSILON * (input.weight + input.bias))
                        : INFINITY;
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
        .threshold = (float)trace->marks[s].threshold,
        .list = worker->lists[s]};
    shadow->plan->kernels->settle(&settling);
    worker->lists[s].n = settling.list.n;
    double count = (double)(stage->positions * stage->padded);
    worker->moved[s] = length_of(settling.moved_squared * (1 + slack_of(count)), count);
    mark_stage(shadow, &trace->marks[s], &settling, &input);
}

/* All stages, of which `trace` is what is known and `sums` what is kept. Where one overflows the
 * rest is left: nothing is known of it until the image is started afresh. */
static void follow_stages(const struct shadow *shadow, struct shadow_worker *worker,
    struct trace *trace, float *sums, bool fresh, bool keep)
{
    bool finite = true;
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct shift_stage *stage = &shadow->plan->stages[s];
        if (finite)
            follow_stage(shadow, worker, trace, sums, s, fresh, keep);
        else
            trace->marks[s].lost = INFINITY;
        finite = finite && isfinite(trace->marks[s].lost);
        sums += stage->positions * stage->padded;
    }
}

bool shadow_start(struct shadow *shadow, struct shadow_worker *worker, int image)
{
    struct error err;
    struct trace *trace = shadow->traces[image];
    if (!trace) {
        char *block = heap_take(shadow->heap, trace_size(shadow) + ALIGNMENT, &err);
        if (!block)
            return false;
        trace = (struct trace *)(void *)(block + (-(uintptr_t)block & (ALIGNMENT - 1)));
        shadow->traces[image] = trace;
    }
    *trace = (struct trace){.squares = site_squares(&worker->site), .count = worker->site.n};
    follow_stages(shadow, worker, trace, sums_of(trace), true, true);
    shadow->stale[image] = false;
    return true;
}

/* Larger sums than this are left to a run from scratch, and those of so many values that errors
 * of errors count. */
static const double LARGEST = 1e30, MOST = 5e-3, ERRORS_OF_ERRORS = 1.04;

/* How far the values of a stage may be from those of a run from scratch, given how far those of
 * earlier ones may be. What is not counted is 0 in both. */
static double distance(
    const struct shadow *shadow, const struct trace *trace, int s, const double *away)
{
    const struct shift_stage *stage = &shadow->plan->stages[s];
    double n = (double)(stage->positions * stage->padded), unit = shadow->plan->kernels->unit;
    double all = trace->marks[s].lost, some = all, share = sqrt(trace->marks[s].share);
    for (int t = 0; t < stage->n_terms; t++) {
        const struct shift_term *term = &stage->terms[t];
        bool site = term->source == SHIFT_SITE;
        const struct mark *mark = &trace->marks[site ? s : term->source];
        double before = site ? 0 : away[term->source];
        double seen = t == 0 ? (double)mark->most : (double)trace->count;
        double terms = site ? seen : (double)mark->counted;
        double length = site ? length_of(trace->squares, (double)shadow->n_site)
                             : length_of(mark->squares, (double)shadow->n_sums);
        double weight = term->squares * (length + before) + term->bias;
        double less = fmin(term->squares, term->whole * share) * (length + before) + term->bias;
        if (!(weight < LARGEST) || terms * unit > MOST)
            return INFINITY;
        double more = term->norm * before + (terms + 1) * n * FLT_MIN;
        all += (terms + 1 + stage->n_terms) * unit * weight + more;
        some += (terms + 1 + stage->n_terms) * unit * less + more;
    }
    return !stage->relu ? all : all < trace->marks[s].threshold ? some : INFINITY;
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
    float *sums = sums_of(trace);
    double away[SHIFT_STAGES_MAX] = {0};
    if (!changes)
        memcpy(worker->units, sums + shadow->n_sums - last, last * sizeof *sums);
    if (changes && !keep) {
        worker->trace = *trace;
        trace = &worker->trace;
    }
    if (changes) {
        double moved = site_squares(&worker->site);
        trace->squares = fmax(0, trace->squares - moved) + 1e-12 * (trace->squares + moved);
        trace->count -= worker->site.n;
        trace->moves++;
        follow_stages(shadow, worker, trace, sums, false, keep);
    }
    get_units(shadow, worker->units, units);
    for (int s = 0; s < shadow->plan->n_stages; s++)
        away[s] = distance(shadow, trace, s, away);
    return (float)(away[shadow->plan->n_stages - 1] * ERRORS_OF_ERRORS);
}

void shadow_prefetch(const struct shadow *shadow, int image)
{
    const char *trace = (const char *)shadow->traces[image];
    for (size_t at = 0; trace && at < trace_size(shadow); at += ALIGNMENT)
        __builtin_prefetch(trace + at, 0, 2);
}
