/* Runs cached images: by sums that follow, or from scratch where their bound decides nothing.
 * Leans on nn/incremental, nn/argmax and certificate.h. */
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Images that a worker follows together, so that each weight is read once: their changes fit the
 * second-level cache. */
enum { STEPS = 16, STEPS_BYTES = 4 << 20 };

struct suffix_cache_worker {
    int batch; /* images that run from scratch at once */
    struct sparse_pass *passes[SPARSE_PASSES_MAX];
    struct suffix_lanes_work *lanes;       /* in their place, where no sparse kernels serve */
    struct incremental_step *steps[STEPS]; /* [n_steps] */
    int n_steps;
    float *units; /* [SUFFIX_CACHE_CHUNK][n_units] of images without a certificate */
    struct argmax_query *queries; /* [SUFFIX_CACHE_CHUNK] about them */
    float *scratch;
};

/* As many images at once as the second-level cache holds beside a block of weights. */
enum { BATCH_BYTES = 1 << 20 };

struct suffix_cache_worker *suffix_cache_worker_create(const struct suffix_cache *cache)
{
    struct suffix_cache_worker *worker = memory_array(1, sizeof *worker);
    if (cache->lanes) {
        worker->lanes = suffix_lanes_work_create(cache);
        return worker;
    }
    size_t fit = BATCH_BYTES / (sparse_plan_bytes(cache->plan) + 1);
    worker->batch = fit < 1 ? 1 : fit > SPARSE_PASSES_MAX ? SPARSE_PASSES_MAX : (int)fit;
    for (int i = 0; i < worker->batch; i++)
        worker->passes[i] = sparse_pass_create(cache->plan);
    if (!cache->incremental)
        return worker;
    size_t steps = STEPS_BYTES / incremental_step_bytes(cache->incremental);
    worker->n_steps = steps < 1 ? 1 : steps > STEPS ? STEPS : (int)steps;
    for (int i = 0; i < worker->n_steps; i++)
        worker->steps[i] = incremental_step_create(cache->incremental);
    worker->units = memory_floats(SUFFIX_CACHE_CHUNK * cache->n_units);
    worker->queries = memory_array(SUFFIX_CACHE_CHUNK, sizeof *worker->queries);
    size_t bytes = cache->classes.kernels->bytes(&cache->classes);
    worker->scratch = memory_floats(SUFFIX_CACHE_CHUNK * bytes / sizeof *worker->scratch);
    return worker;
}

void suffix_cache_worker_destroy(struct suffix_cache_worker *worker)
{
    for (int i = 0; i < worker->batch; i++)
        sparse_pass_destroy(worker->passes[i]);
    for (int i = 0; i < worker->n_steps; i++)
        incremental_step_destroy(worker->steps[i]);
    suffix_lanes_work_destroy(worker->lanes);
    free(worker->units);
    free(worker->scratch);
    free(worker->queries);
    free(worker);
}

/* From scratch ------------------------------------------------------------------------------ */

static bool is_pruned(const struct cache_run *run, size_t channel)
{
    return (int)channel == run->channel || pruned_set_has(&run->cache->followed, (int)channel);
}

/* Lists the cached values of an image, without the pruned channels. */
static void load_image(const struct cache_run *run, struct sparse_pass *pass, int image)
{
    const struct suffix_cache *cache = run->cache;
    const struct cached_image cached = suffix_cache_image(cache, image);
    const uint32_t *starts = cached.starts;
    for (int p = 0; p < cache->n_tensors; p++) {
        const struct cached_tensor *tensor = &cache->tensors[p];
        struct sparse_list *list = sparse_pass_list(pass, tensor->layer);
        bool site = tensor->layer == cache->site->measured;
        uint32_t n = 0;
        for (size_t pixel = 0; pixel < tensor->pixels; pixel++) {
            size_t first = pixel % tensor->columns * tensor->channels;
            list->starts[pixel] = n;
            for (uint32_t i = starts[pixel]; i < starts[pixel + 1]; i++) {
                size_t channel = cached.places[i] - first;
                list->places[n] = (uint32_t)(pixel * tensor->channels + channel);
                list->values[n] = cached.values[i];
                n += !site || !is_pruned(run, channel);
            }
        }
        list->starts[tensor->pixels] = list->n = n;
        sparse_pass_filled(pass, tensor->layer);
        starts += tensor->pixels + 1;
    }
}

/* Whether the certificate of an image holds at its present units. If not, it begins again at these
 * units, unless it belongs to sums that follow. */
static bool is_certain(struct cache_run *run, struct sparse_pass *pass, int image)
{
    struct suffix_cache *cache = run->cache;
    if (!cache->certifier)
        return false;
    const float *now = sparse_pass_tensor(pass, certifier_input(cache->certifier));
    struct certificate *certificate = &cache->certificates[image];
    float *h = suffix_cache_image(cache, image).units;
    if (cache->certifies && certifier_certain(cache->certifier, certificate, h, now, 0)) {
        run->predicted[image] = certificate->class;
        return true;
    }
    if (!cache->incremental) {
        memcpy(h, now, cache->n_units * sizeof *h);
        certificate->margin = -1; /* until the logits are known */
    }
    return false;
}

/* The class after the last product, and a new certificate. */
static void predict_image(struct cache_run *run, struct sparse_pass *pass, int image)
{
    struct suffix_cache *cache = run->cache;
    float first, second;
    int class = sparse_pass_best(pass, cache->network->output, &first, &second);
    run->predicted[image] = class < 0 ? NOT_A_NUMBER : (uint16_t) class;
    if (cache->certifier && !cache->incremental && class >= 0)
        cache->certificates[image] = (struct certificate){first - second, (uint16_t) class};
}

/* Some images at once, each in a pass: up to the units of the last Dense, and beyond it where no
 * certificate holds. */
static void run_batch(
    struct cache_run *run, struct sparse_pass *const *passes, const int *images, int n)
{
    struct suffix_cache *cache = run->cache;
    struct sparse_pass *left[SPARSE_PASSES_MAX];
    int uncertain[SPARSE_PASSES_MAX], m = 0;
    for (int i = 0; i < n; i++)
        load_image(run, passes[i], images[i]);
    sparse_pass_run_all(passes, n, cache->behind);
    for (int i = 0; i < n; i++)
        if (!is_certain(run, passes[i], images[i])) {
            left[m] = passes[i];
            uncertain[m++] = images[i];
        }
    if (cache->certifier)
        sparse_pass_run_all(left, m, cache->last_layers);
    for (int i = 0; i < m; i++)
        predict_image(run, left[i], uncertain[i]);
    atomic_fetch_add_explicit(&run->products, m, memory_order_relaxed);
}

static void run_exactly(
    struct cache_run *run, struct suffix_cache_worker *worker, const int *images, int n)
{
    if (worker->lanes) {
        suffix_lanes_run(run, worker->lanes, images, n);
        if (!run->from_scratch) /* else they are counted already */
            atomic_fetch_add_explicit(&run->products, n, memory_order_relaxed);
        return;
    }
    for (int i = 0; i < n; i += worker->batch)
        run_batch(run, worker->passes, images + i, n - i < worker->batch ? n - i : worker->batch);
}

/* By sums that follow ------------------------------------------------------------------------ */

/* When no more than so many values are left for each that is removed, a start takes about as long
 * as a step, and nothing is lost to rounding then. */
enum { RESTART = 4 };

/* How a step of an image begins; EMPTY: no value is left at its site. */
enum begun { BEGUN, EMPTY, NO_ROOM };

static struct incremental_site filter_site(
    const struct cache_run *run, struct incremental_step *step, int image, uint32_t channel)
{
    const struct site_values values = suffix_cache_site(run->cache, image);
    return incremental_filter_pruned(
        run->incremental, step, &values, run->cache->followed.bits, channel);
}

/* The sums of the image follow the channel, or start without it. */
static enum begun commit_image(
    const struct cache_run *run, struct incremental_step *step, int image)
{
    struct incremental_state *incremental = run->incremental;
    int slot = image - run->first;
    bool removes = run->channel >= 0;
    const struct incremental_site site =
        filter_site(run, step, image, removes ? (uint32_t)run->channel : SITE_NO_CHANNEL);
    bool restarts = removes && RESTART * site.removed > site.n;
    if (site.n == site.removed)
        return EMPTY;
    bool begun = restarts || incremental_is_stale(incremental, slot)
                     ? incremental_start(incremental, step, slot)
                 : removes ? incremental_commit(incremental, step, slot)
                           : incremental_stay(incremental, step, slot);
    return begun ? BEGUN : NO_ROOM;
}

/* The image tries to do without the channel; where it is stale it starts with it. */
static enum begun try_image(const struct cache_run *run, struct incremental_step *step, int image)
{
    struct incremental_state *incremental = run->incremental;
    int slot = image - run->first;
    uint32_t channel = (uint32_t)run->channel;
    const struct incremental_site site = filter_site(run, step, image, channel);
    if (site.n == site.removed)
        return EMPTY;
    if (incremental_is_stale(incremental, slot)) {
        filter_site(run, step, image, SITE_NO_CHANNEL);
        if (!incremental_start(incremental, step, slot))
            return NO_ROOM;
        incremental_run(incremental, &step, 1);
        filter_site(run, step, image, channel);
    }
    return incremental_try(incremental, step, slot) ? BEGUN : NO_ROOM;
}

/* Stores a certificate at the present units of an image. */
static void certify(
    struct suffix_cache *cache, int image, const struct certificate *found, const float *units)
{
    cache->certificates[image] = *found;
    memcpy(suffix_cache_image(cache, image).units, units, cache->n_units * sizeof *units);
}

/* Images whose class is not decided yet. */
struct open_images {
    int n, images[SUFFIX_CACHE_CHUNK]; /* without a certificate that holds: the queries */
    float distance[SUFFIX_CACHE_CHUNK], square[SUFFIX_CACHE_CHUNK]; /* of their units */
    int n_exact, exact[SUFFIX_CACHE_CHUNK];                         /* to be run from scratch */
};

/* Decides images by the arg-max at their units, which may be off by `distance`. */
static void decide_images(
    struct cache_run *run, struct suffix_cache_worker *worker, struct open_images *open)
{
    struct suffix_cache *cache = run->cache;
    int n_sure = 0;
    cache->classes.kernels->answer(worker->queries, &cache->classes, open->n, worker->scratch);
    for (int i = 0; i < open->n; i++) {
        int image = open->images[i];
        const struct argmax_query *query = &worker->queries[i];
        struct certificate found = {query->margin, (uint16_t)query->class};
        bool sure =
            certifier_holds(cache->certifier, &found, 0, 2 * open->square[i], open->distance[i]);
        if (sure)
            run->predicted[image] = found.class;
        else
            open->exact[open->n_exact++] = image;
        if (run->commits)
            certify(cache, image, &found, query->units);
        if (run->commits && !sure)
            incremental_refresh(run->incremental, image - run->first);
        n_sure += sure;
    }
    atomic_fetch_add_explicit(&run->products, n_sure, memory_order_relaxed);
}

/* Fetches what is read of the next image: its values, units and sums. */
static void prefetch_image(const struct cache_run *run, int image)
{
    const struct suffix_cache *cache = run->cache;
    const struct cached_image cached = suffix_cache_image(cache, image);
    const char *end = (const char *)(cached.places + (cached.units - cached.values));
    for (const char *at = (const char *)cached.starts; at < end; at += 64)
        __builtin_prefetch(at, 0, 2);
    __builtin_prefetch(&cache->certificates[image]);
    incremental_prefetch(run->incremental, image - run->first);
}

/* Images without a value at their site are all alike: one is run, once. */
static void run_empty(struct cache_run *run, struct suffix_cache_worker *worker, int image)
{
    struct suffix_cache *cache = run->cache;
    int class = atomic_load_explicit(&cache->empty_class, memory_order_relaxed);
    if (class < 0) {
        int unknown = -1;
        run_exactly(run, worker, &image, 1);
        class = run->predicted[image];
        if (!atomic_compare_exchange_strong(&cache->empty_class, &unknown, class))
            atomic_fetch_sub(&run->products, 1); /* another worker has counted it */
    }
    run->predicted[image] = (uint16_t) class;
    if (run->commits)
        incremental_forget(run->incremental, image - run->first);
}

/* Decides an image after its step by its certificate, or makes a query of it. */
static void check_certificate(const struct cache_run *run, struct suffix_cache_worker *worker,
    const struct incremental_step *step, int image, struct open_images *open)
{
    struct suffix_cache *cache = run->cache;
    const struct certificate *certificate = &cache->certificates[image];
    float *units = worker->units + (size_t)open->n * cache->n_units;
    float distance = incremental_units(run->incremental, step, units);
    const struct incremental_norms norms = incremental_compare(
        run->incremental, units, suffix_cache_image(cache, image).units, cache->n_units);
    if (cache->certifies && certifier_holds(cache->certifier, certificate, norms.difference,
                                norms.a + norms.b, distance)) {
        run->predicted[image] = certificate->class;
        return;
    }
    float needed = certifier_needed(cache->certifier, 2 * norms.a, distance);
    worker->queries[open->n] = (struct argmax_query){.units = units, .needed = needed};
    open->images[open->n] = image;
    open->square[open->n] = norms.a;
    open->distance[open->n++] = distance;
}

static void follow_some(struct cache_run *run, struct suffix_cache_worker *worker,
    const int *images, int n, struct open_images *open)
{
    int begun[STEPS], m = 0;
    for (int i = 0; i < n; i++) {
        if (i + 1 < n)
            prefetch_image(run, images[i + 1]);
        enum begun how = run->commits ? commit_image(run, worker->steps[m], images[i])
                                      : try_image(run, worker->steps[m], images[i]);
        if (how == BEGUN)
            begun[m++] = images[i];
        else if (how == EMPTY)
            run_empty(run, worker, images[i]);
        else
            open->exact[open->n_exact++] = images[i];
    }
    incremental_run(run->incremental, worker->steps, m);
    for (int i = 0; i < m; i++)
        check_certificate(run, worker, worker->steps[i], begun[i], open);
}

static void run_followed(
    struct cache_run *run, struct suffix_cache_worker *worker, const int *images, int n)
{
    struct open_images open = {.n = 0};
    for (int i = 0, some; i < n; i += some) {
        some = n - i < worker->n_steps ? n - i : worker->n_steps;
        follow_some(run, worker, images + i, some, &open);
    }
    decide_images(run, worker, &open);
    run_exactly(run, worker, open.exact, open.n_exact);
}

void suffix_cache_run_some(
    struct cache_run *run, struct suffix_cache_worker *worker, const int *images, int n)
{
    if (run->incremental)
        run_followed(run, worker, images, n);
    else
        run_exactly(run, worker, images, n);
}
