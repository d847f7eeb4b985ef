/* Runs cached images through the layers behind the site in lanes, where these layers are such that
 * no sparse kernels serve them (sparse_plan.h). Leans on nn/forward/batched_plan.h. */
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

void suffix_lanes_create(struct suffix_cache *cache, const struct batched_kernels *batched)
{
    size_t n = (size_t)cache->network->n_layers;
    bool *keep = memory_array(n, sizeof *keep);
    cache->tail = memory_array(n, sizeof *cache->tail);
    memcpy(cache->tail, cache->behind, n * sizeof *cache->tail);
    for (int p = 0; p < cache->n_tensors; p++)
        keep[cache->tensors[p].layer] = true;
    cache->lanes = batched_plan_create_part(cache->network, batched, keep, cache->tail);
    free(keep);
}

void suffix_lanes_destroy(struct suffix_cache *cache)
{
    batched_plan_destroy(cache->lanes);
    free(cache->tail);
}

static bool is_pruned(const struct cache_run *run, size_t channel)
{
    return (int)channel == run->channel || pruned_set_has(&run->cache->followed, (int)channel);
}

/* The cached values of an image into a lane of tensors that are zero. */
static void load_lane(
    const struct cache_run *run, struct batched_pass *pass, int image, size_t lane)
{
    const struct suffix_cache *cache = run->cache;
    const struct cached_image cached = suffix_cache_image(cache, image);
    const uint32_t *starts = cached.starts;
    size_t width = (size_t)batched_plan_width(cache->lanes);
    for (int p = 0; p < cache->n_tensors; p++) {
        const struct cached_tensor *tensor = &cache->tensors[p];
        bool site = tensor->layer == cache->site->measured;
        float *to = batched_pass_tensor(pass, tensor->layer) + lane;
        for (size_t pixel = 0; pixel < tensor->pixels; pixel++, to += tensor->channels * width) {
            size_t first = pixel % tensor->columns * tensor->channels;
            for (uint32_t i = starts[pixel]; i < starts[pixel + 1]; i++) {
                size_t channel = cached.places[i] - first;
                if (!site || !is_pruned(run, channel))
                    to[channel * width] = cached.values[i];
            }
        }
        starts += tensor->pixels + 1;
    }
}

void suffix_lanes_run(
    const struct cache_run *run, struct batched_pass *pass, const int *images, int n)
{
    const struct suffix_cache *cache = run->cache;
    int width = batched_plan_width(cache->lanes);
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    for (int at = 0; at < n; at += width) {
        int count = n - at < width ? n - at : width;
        for (int p = 0; p < cache->n_tensors; p++)
            memset(batched_pass_tensor(pass, cache->tensors[p].layer), 0,
                cache->tensors[p].count * (size_t)width * sizeof(float));
        for (int lane = 0; lane < count; lane++)
            load_lane(run, pass, images[at + lane], (size_t)lane);
        batched_pass_run(pass, cache->tail);
        batched_pass_best(pass, cache->network->output, &best);
        for (int lane = 0; lane < count; lane++)
            run->predicted[images[at + lane]] =
                class[lane] < 0 ? NOT_A_NUMBER : (uint16_t) class[lane];
    }
}
