/* Runs cached images through the layers behind the site in lanes, where these layers are such that
 * no sparse kernels serve them (sparse_plan.h): all of them, or those behind sums that follow.
 * Leans on nn/forward/batched_plan.h and nn/linear. */
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One worker's memory. */
struct suffix_lanes_work {
    struct batched_pass *passes[SUFFIX_LANES_PASSES];
    struct linear_sums_work *sums;
};

/* What runs behind the sums, and what it reads beside them. */
static void find_rest(struct suffix_cache *cache)
{
    const struct network *network = cache->network;
    size_t n = (size_t)network->n_layers;
    cache->rest = memory_array(n, sizeof *cache->rest);
    cache->rest_reads = memory_array((size_t)cache->n_tensors, sizeof *cache->rest_reads);
    memcpy(cache->rest, cache->tail, n * sizeof *cache->rest);
    linear_sums_leave_out(cache->sums, cache->rest);
    for (int t = 0; t < cache->n_tensors; t++)
        for (size_t i = 0; i < n; i++)
            for (int k = 0; k < network->layers[i].n_inputs && cache->rest[i]; k++)
                cache->rest_reads[t] =
                    cache->rest_reads[t] || network->layers[i].inputs[k] == cache->tensors[t].layer;
}

void suffix_lanes_create(
    struct suffix_cache *cache, const struct batched_kernels *batched, struct memory_budget *budget)
{
    size_t n = (size_t)cache->network->n_layers;
    bool *keep = memory_array(n, sizeof *keep);
    cache->tail = memory_array(n, sizeof *cache->tail);
    memcpy(cache->tail, cache->behind, n * sizeof *cache->tail);
    cache->sums = linear_sums_create(
        cache->network, batched, cache->tail, cache->site->measured, cache->n_images, budget);
    if (cache->sums) {
        find_rest(cache);
        linear_sums_keep(cache->sums, keep);
    }
    for (int p = 0; p < cache->n_tensors; p++)
        keep[cache->tensors[p].layer] = true;
    cache->lanes = batched_plan_create_part(cache->network, batched, keep, cache->tail);
    free(keep);
}

void suffix_lanes_destroy(struct suffix_cache *cache)
{
    linear_sums_destroy(cache->sums);
    batched_plan_destroy(cache->lanes);
    free(cache->tail);
    free(cache->rest);
    free(cache->rest_reads);
}

struct suffix_lanes_work *suffix_lanes_work_create(const struct suffix_cache *cache)
{
    struct suffix_lanes_work *work = memory_array(1, sizeof *work);
    batched_pass_create_group(cache->lanes, work->passes, SUFFIX_LANES_PASSES);
    work->sums = cache->sums ? linear_sums_work_create(cache->sums) : NULL;
    return work;
}

void suffix_lanes_work_destroy(struct suffix_lanes_work *work)
{
    if (!work)
        return;
    linear_sums_work_destroy(work->sums);
    for (int p = 0; p < SUFFIX_LANES_PASSES; p++)
        batched_pass_destroy(work->passes[p]);
    free(work);
}

static bool is_pruned(const struct cache_run *run, size_t channel)
{
    return (int)channel == run->channel || pruned_set_has(&run->cache->followed, (int)channel);
}

/* The cached values of an image into a lane of those tensors that are read (NULL: all), which are
 * zero. */
static void load_lane(const struct cache_run *run, struct batched_pass *pass, int image,
    size_t lane, const bool *reads)
{
    const struct suffix_cache *cache = run->cache;
    const struct cached_image cached = suffix_cache_image(cache, image);
    const uint32_t *starts = cached.starts;
    size_t width = (size_t)batched_plan_width(cache->lanes);
    for (int p = 0; p < cache->n_tensors; starts += cache->tensors[p++].pixels + 1) {
        const struct cached_tensor *tensor = &cache->tensors[p];
        bool site = tensor->layer == cache->site->measured;
        float *to = batched_pass_tensor(pass, tensor->layer) + lane;
        for (size_t pixel = 0; pixel < tensor->pixels && (!reads || reads[p]);
             pixel++, to += tensor->channels * width) {
            size_t first = pixel % tensor->columns * tensor->channels;
            for (uint32_t i = starts[pixel]; i < starts[pixel + 1]; i++) {
                size_t channel = cached.places[i] - first;
                if (!site || !is_pruned(run, channel))
                    to[channel * width] = cached.values[i];
            }
        }
    }
}

/* The same of some images, a lane each. */
static void load_lanes(const struct cache_run *run, struct batched_pass *pass, const int *images,
    int n, const bool *reads)
{
    const struct suffix_cache *cache = run->cache;
    size_t width = (size_t)batched_plan_width(cache->lanes);
    for (int p = 0; p < cache->n_tensors; p++)
        if (!reads || reads[p])
            memset(batched_pass_tensor(pass, cache->tensors[p].layer), 0,
                cache->tensors[p].count * width * sizeof(float));
    for (int lane = 0; lane < n; lane++)
        load_lane(run, pass, images[lane], (size_t)lane, reads);
}

/* The values behind their sums. */
static void load_sums(const struct cache_run *run, struct suffix_lanes_work *work,
    const int *images, int n, struct batched_pass *pass)
{
    const struct linear_sums_pruned pruned = {
        run->cache->followed.bits, run->channel, run->commits};
    struct site_values sites[BATCH_TILE];
    for (int lane = 0; lane < n; lane++)
        sites[lane] = suffix_cache_site(run->cache, images[lane]);
    linear_sums_load(run->cache->sums, work->sums, &pruned, images, sites, n, pass);
}

/* The class of a lane after a pass, and whether another one is so near that it may win elsewhere.
 */
struct found {
    int class;
    bool near_tie;
};

/* Two logits closer than this part of the largest are a near tie. Sums that follow and sums from
 * scratch moved logits by up to a fiftieth of that in deep nets. */
static const float NEAR_TIE = 1.0F / 1024;

static void find_classes(
    const struct cache_run *run, struct batched_pass *pass, struct found *found, int n)
{
    const struct suffix_cache *cache = run->cache;
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    const float *logits = batched_pass_tensor(pass, cache->network->output);
    size_t width = (size_t)batched_plan_width(cache->lanes);
    batched_pass_best(pass, cache->network->output, &best);
    for (int lane = 0; lane < n; lane++) {
        float largest = cache->certifier ? certifier_bias_max(cache->certifier) : 0;
        for (size_t k = 0; k < (size_t)cache->network->n_classes; k++)
            largest = fmaxf(largest, fabsf(logits[k * width + (size_t)lane]));
        found[lane] = (struct found){class[lane], /* also where it is no number */
            class[lane] < 0 || !(first[lane] - second[lane] > NEAR_TIE * largest)};
    }
}

static void note_class(struct cache_run *run, int image, const struct found *found, bool followed)
{
    int class = found->class;
    run->predicted[image] = class < 0 ? NOT_A_NUMBER : (uint16_t) class;
    if (followed && found->near_tie)
        run->ties[atomic_fetch_add(&run->n_ties, 1)] = image;
}

/* Some images side by side in passes that run together, from their sums or from scratch. */
static void run_group(
    struct cache_run *run, struct suffix_lanes_work *work, const int *images, int n, bool follow)
{
    const struct suffix_cache *cache = run->cache;
    int width = batched_plan_width(cache->lanes), passes = (n + width - 1) / width;
    for (int p = 0; p < passes; p++) {
        int count = n - p * width < width ? n - p * width : width;
        load_lanes(
            run, work->passes[p], images + p * width, count, follow ? cache->rest_reads : NULL);
        if (follow)
            load_sums(run, work, images + p * width, count, work->passes[p]);
    }
    batched_pass_run_group(work->passes, passes, follow ? cache->rest : cache->tail);
    for (int p = 0; p < passes; p++) {
        struct found found[BATCH_TILE];
        int count = n - p * width < width ? n - p * width : width;
        find_classes(run, work->passes[p], found, count);
        for (int lane = 0; lane < count; lane++)
            note_class(run, images[p * width + lane], &found[lane], follow);
    }
}

/* As many at once as a group takes. */
static void run_all(
    struct cache_run *run, struct suffix_lanes_work *work, const int *images, int n, bool follow)
{
    int most = SUFFIX_LANES_PASSES * batched_plan_width(run->cache->lanes);
    for (int at = 0; at < n; at += most)
        run_group(run, work, images + at, n - at < most ? n - at : most, follow);
}

void suffix_lanes_run(
    struct cache_run *run, struct suffix_lanes_work *work, const int *images, int n)
{
    int follow[SUFFIX_CACHE_CHUNK], scratch[SUFFIX_CACHE_CHUNK], n_follow = 0, n_scratch = 0;
    for (int i = 0; i < n; i++)
        if (!run->from_scratch && linear_sums_has(run->cache->sums, images[i]))
            follow[n_follow++] = images[i];
        else
            scratch[n_scratch++] = images[i];
    run_all(run, work, follow, n_follow, true);
    run_all(run, work, scratch, n_scratch, false);
}
