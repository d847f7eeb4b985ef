/* Holds, for every image, what the layers behind the prune site read. Leans on base/arena.h and
 * nn/forward/capture.h. */
#include "engine/prune/evaluate/suffix_cache_private.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/graph/lowering.h"

#include <stdlib.h>
#include <string.h>

/* Marks the layers strictly behind a site that the output needs, and what they read that is not
 * behind it. */
static void find_frontier(
    const struct network *network, const struct prune_site *site, bool *behind, bool *read)
{
    bool *needed = memory_array((size_t)network->n_layers, sizeof *needed);
    needed[network->output] = true;
    for (int i = network->output; i >= 0; i--)
        for (int k = 0; k < network->layers[i].n_inputs && needed[i]; k++)
            needed[network->layers[i].inputs[k]] = true;
    network_downstream(network, site->measured, behind);
    behind[site->measured] = false;
    for (int i = 0; i < network->n_layers; i++)
        behind[i] = behind[i] && needed[i];
    free(needed);
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs && behind[i]; k++)
            read[network->layers[i].inputs[k]] = true;
    for (int i = 0; i < network->n_layers; i++)
        read[i] = read[i] && !behind[i];
}

/* Layers in whose place sums may follow (nn/incremental). */
static bool may_follow(const struct network *network, const bool *behind)
{
    bool follows = sparse_plan_serves(network, behind);
    for (int i = 0; i < network->n_layers && follows; i++) {
        enum lowered_kind kind = lowering_of(network, i).kind;
        follows =
            !behind[i] || kind == LOWERED_PRODUCT || kind == LOWERED_ADD || kind == LOWERED_COPY;
    }
    return follows;
}

void suffix_cache_keep(const struct network *network, const struct prune_site *site, bool *keep)
{
    if (!site->cacheable || !shortcut_on(SHORTCUT_SUFFIX_CACHE))
        return;
    size_t n = (size_t)network->n_layers;
    bool *behind = memory_array(n, sizeof *behind), *read = memory_array(n, sizeof *read);
    int units = certifier_input_of(network);
    find_frontier(network, site, behind, read);
    bool follows = may_follow(network, behind);
    for (size_t i = 0; i < n; i++)
        keep[i] = keep[i] || read[i] || (behind[i] && (follows || (int)i == units));
    free(behind);
    free(read);
}

/* Takes the last Dense and what follows it out of the layers that every image runs. */
static void split_last_dense(struct suffix_cache *cache)
{
    const struct network *network = cache->network;
    cache->certifier = certifier_create(network);
    if (!cache->certifier)
        return;
    network_downstream(network, certifier_layer(cache->certifier), cache->last_layers);
    for (int i = 0; i < network->n_layers; i++) {
        cache->last_layers[i] = cache->last_layers[i] && cache->behind[i];
        cache->behind[i] = cache->behind[i] && !cache->last_layers[i];
    }
    cache->certifies = shortcut_on(SHORTCUT_CERTIFICATE);
    cache->n_units = certifier_units(cache->certifier);
}

/* The layers between site and last Dense, as sums that follow, where they are such sums. */
static void add_incremental(
    struct suffix_cache *cache, const struct batched_kernels *batched, struct memory_budget *budget)
{
    const struct layer *dense = &cache->network->layers[certifier_layer(cache->certifier)];
    const float *bias = dense->n_weights > 1 ? dense->weights[1].data : NULL;
    cache->incremental = incremental_create(cache->network, batched, cache->behind,
        cache->site->measured, certifier_input(cache->certifier), cache->n_images, budget);
    if (!cache->incremental)
        return;
    argmax_classes_init(&cache->classes, batched, dense->weights[0].data, bias, cache->n_units,
        (size_t)cache->network->n_classes);
}

/* What is kept of each image beside its block, in the arena: a budget holds all that grows. */
static bool take_index(struct suffix_cache *cache, struct error *err)
{
    size_t n = (size_t)cache->n_images, channels = (size_t)cache->site->n_channels;
    size_t each = sizeof *cache->blocks + sizeof *cache->certificates + sizeof *cache->changed;
    cache->blocks = arena_take(cache->arena, n * each, err);
    cache->alive = cache->blocks ? arena_take(cache->arena, channels * n, err) : NULL;
    if (!cache->alive)
        return false;
    memset(cache->blocks, 0, n * each);
    memset(cache->alive, 0, channels * n);
    cache->certificates = (struct certificate *)(cache->blocks + n);
    cache->changed = (uint32_t *)(void *)(cache->certificates + n);
    return true;
}

static void add_tensor(struct suffix_cache *cache, int layer)
{
    const struct shape *shape = &cache->network->layers[layer].shape;
    size_t count = shape_count(shape), channels = (size_t)shape_channels(shape);
    size_t columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1, pixels = count / channels;
    cache->tensors[cache->n_tensors++] =
        (struct cached_tensor){layer, count, pixels, channels, columns};
    cache->n_starts += pixels + 1;
}

struct suffix_cache *suffix_cache_create(const struct network *network,
    const struct prune_site *site, const struct batched_kernels *batched, int n_images,
    struct memory_budget *budget)
{
    if (!site->cacheable || !shortcut_on(SHORTCUT_SUFFIX_CACHE))
        return NULL;
    struct suffix_cache *cache = memory_array(1, sizeof *cache);
    atomic_init(&cache->empty_class, -1);
    size_t layers = (size_t)network->n_layers;
    cache->network = network;
    cache->capture = batched->capture;
    cache->site = site;
    cache->n_images = n_images;
    cache->arena = arena_create(budget);
    cache->tensors = memory_array(layers, sizeof *cache->tensors);
    cache->behind = memory_array(layers, sizeof *cache->behind);
    cache->last_layers = memory_array(layers, sizeof *cache->last_layers);
    pruned_set_init(&cache->followed, site->n_channels);
    cache->trials = memory_array((size_t)site->n_channels, sizeof *cache->trials);
    bool *read = memory_array(layers, sizeof *read);
    find_frontier(network, site, cache->behind, read);
    for (int i = 0; i < network->n_layers; i++)
        if (read[i])
            add_tensor(cache, i);
    free(read);
    for (int p = 0; p < cache->n_tensors; p++)
        if (cache->tensors[p].columns * cache->tensors[p].channels > (size_t)UINT16_MAX + 1) {
            suffix_cache_destroy(cache); /* places in a row have 16 bits */
            return NULL;
        }
    if (!sparse_plan_serves(network, cache->behind))
        suffix_lanes_create(cache, batched, budget);
    else
        cache->plan = sparse_plan_create(network, batched, cache->behind);
    split_last_dense(cache);
    if (cache->certifier && cache->plan)
        add_incremental(cache, batched, budget);
    atomic_init(&cache->failed, !take_index(cache, &cache->failure));
    return cache;
}

void suffix_cache_destroy(struct suffix_cache *cache)
{
    if (!cache)
        return;
    for (int w = 0; w < cache->n_workers; w++)
        suffix_cache_worker_destroy(cache->workers[w]);
    free(cache->workers);
    suffix_lanes_destroy(cache);
    sparse_plan_destroy(cache->plan);
    incremental_destroy(cache->incremental);
    argmax_classes_finish(&cache->classes);
    for (int c = 0; c < cache->site->n_channels; c++)
        free(cache->trials[c].predicted);
    free(cache->trials);
    pruned_set_finish(&cache->followed);
    certifier_destroy(cache->certifier);
    arena_destroy(cache->arena);
    free(cache->tensors);
    free(cache->behind);
    free(cache->last_layers);
    free(cache);
}

bool suffix_cache_complete(const struct suffix_cache *cache)
{
    return cache && atomic_load(&cache->stored) == cache->n_images;
}

bool suffix_cache_check(const struct suffix_cache *cache, struct error *err)
{
    if (!atomic_load(&cache->failed))
        return true;
    return fail_as(err, cache->failure.class, "%s", cache->failure.text);
}

int suffix_cache_products(const struct suffix_cache *cache)
{
    return cache->products;
}

/* Takes memory for the images of a batch. */
static bool take_memory(struct suffix_cache *cache, const struct batch *batch, struct error *err)
{
    uint32_t totals[CAPTURE_LANES] = {0};
    for (int p = 0; p < cache->n_tensors; p++)
        cache->capture->count(totals, batched_pass_tensor(batch->pass, cache->tensors[p].layer),
            cache->tensors[p].count);
    for (int lane = 0; lane < batch->count; lane++) {
        size_t total = totals[lane], words = cache->n_starts + total + cache->n_units;
        size_t size = words * sizeof(float) + total * sizeof(uint16_t);
        uint32_t *starts = arena_take(cache->arena, size, err);
        if (!starts)
            return false;
        cache->blocks[batch->first + lane] = (struct cached_block){starts, (uint32_t)total};
    }
    return true;
}

/* Stores the images of a batch, tensor after tensor. */
static bool store_batch(struct suffix_cache *cache, const struct batch *batch, struct error *err)
{
    struct capture_list lists[CAPTURE_LANES];
    size_t starts = 0;
    if (!take_memory(cache, batch, err))
        return false;
    for (int lane = 0; lane < batch->count; lane++) {
        const struct cached_image cached = suffix_cache_image(cache, batch->first + lane);
        lists[lane] = (struct capture_list){0, cached.starts, cached.places, cached.values};
    }
    for (int p = 0; p < cache->n_tensors; p++) {
        const struct cached_tensor *tensor = &cache->tensors[p];
        const struct capture_tensor source = {batched_pass_tensor(batch->pass, tensor->layer),
            tensor->pixels, tensor->columns, tensor->channels};
        bool site = tensor->layer == cache->site->measured;
        for (int lane = 0; lane < batch->count; lane++)
            lists[lane].starts = cache->blocks[batch->first + lane].starts + starts;
        cache->capture->list(lists, batch->count, &source,
            site ? cache->alive + batch->first : NULL, (size_t)cache->n_images);
        starts += tensor->pixels + 1;
    }
    return true;
}

struct site_values suffix_cache_site(const struct suffix_cache *cache, int image)
{
    const struct cached_image cached = suffix_cache_image(cache, image);
    const struct cached_tensor *tensor = cache->tensors;
    const uint32_t *starts = cached.starts;
    for (; tensor->layer != cache->site->measured; tensor++)
        starts += tensor->pixels + 1;
    return (struct site_values){(uint32_t)tensor->pixels, (uint32_t)tensor->columns,
        (uint32_t)tensor->channels, starts, cached.places, cached.values};
}

/* Class, margin and units of the images of an unpruned run. */
static void certify_batch(struct suffix_cache *cache, const struct batch *batch)
{
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    batched_pass_best(batch->pass, cache->network->output, &best);
    const float *from = batched_pass_tensor(batch->pass, certifier_input(cache->certifier));
    size_t width = (size_t)batch->width;
    for (int lane = 0; lane < batch->count; lane++) {
        size_t image = (size_t)(batch->first + lane);
        bool known = class[lane] >= 0;
        cache->certificates[image] = (struct certificate){
            known ? first[lane] - second[lane] : -1, known ? (uint16_t) class[lane] : NOT_A_NUMBER};
        float *units = suffix_cache_image(cache, (int)image).units;
        for (size_t u = 0; u < cache->n_units; u++)
            units[u] = from[u * width + (size_t)lane];
    }
}

void suffix_cache_store(struct suffix_cache *cache, const struct batch *batch)
{
    struct error err;
    if (atomic_load(&cache->failed))
        return;
    if (!store_batch(cache, batch, &err)) {
        if (!atomic_exchange(&cache->failed, true))
            cache->failure = err;
        return;
    }
    struct site_values sites[CAPTURE_LANES];
    for (int lane = 0; lane < batch->count && cache->incremental; lane++)
        sites[lane] = suffix_cache_site(cache, batch->first + lane);
    if (cache->incremental)
        incremental_seed(cache->incremental, batch, sites);
    if (cache->certifier)
        certify_batch(cache, batch);
    if (cache->sums)
        linear_sums_store(cache->sums, batch);
    int stored = atomic_fetch_add(&cache->stored, batch->count) + batch->count;
    if (cache->sums && stored == cache->n_images)
        linear_sums_stored(cache->sums);
}
