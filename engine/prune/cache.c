#include "engine/prune/cache.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct kept {
    int layer;
    size_t count;  /* floats of one image */
    float *values; /* [n_images][count] */
};

struct cache {
    const struct site *site;
    int n_images, n_kept;
    struct kept *kept;
    bool *wanted;
    uint8_t *alive; /* [n_channels][n_images] */
};

/* Marks the layers strictly behind the site, and what they read that is not behind it. */
static void find_frontier(
    const struct network *network, const struct site *site, bool *wanted, bool *read)
{
    network_downstream(network, site->measured, wanted);
    wanted[site->measured] = false;
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs && wanted[i]; k++)
            read[network->layers[i].inputs[k]] = true;
    for (int i = 0; i < network->n_layers; i++)
        read[i] = read[i] && !wanted[i];
}

size_t cache_bytes(const struct network *network, const struct site *site, int n_images)
{
    if (!site->cut)
        return 0;
    bool *wanted = memory_array((size_t)network->n_layers, sizeof *wanted);
    bool *read = memory_array((size_t)network->n_layers, sizeof *read);
    find_frontier(network, site, wanted, read);
    size_t image = (size_t)site->n_channels; /* alive */
    for (int i = 0; i < network->n_layers; i++)
        image += read[i] ? sizeof(float) * shape_count(&network->layers[i].shape) : 0;
    free(wanted);
    free(read);
    return image * (size_t)n_images;
}

struct cache *cache_create(const struct network *network, const struct site *site, int n_images)
{
    size_t layers = (size_t)network->n_layers, images = (size_t)n_images;
    struct cache *cache = memory_array(1, sizeof *cache);
    cache->site = site;
    cache->n_images = n_images;
    cache->wanted = memory_array(layers, sizeof *cache->wanted);
    cache->kept = memory_array(layers, sizeof *cache->kept);
    cache->alive = memory_array((size_t)site->n_channels * images, 1);
    bool *read = memory_array(layers, sizeof *read);
    find_frontier(network, site, cache->wanted, read);
    for (int i = 0; i < network->n_layers; i++) {
        if (!read[i])
            continue;
        size_t count = shape_count(&network->layers[i].shape);
        cache->kept[cache->n_kept++] = (struct kept){
            .layer = i,
            .count = count,
            .values = memory_array(count * images, sizeof(float)),
        };
    }
    free(read);
    return cache;
}

void cache_destroy(struct cache *cache)
{
    if (!cache)
        return;
    for (int k = 0; k < cache->n_kept; k++)
        free(cache->kept[k].values);
    free(cache->kept);
    free(cache->wanted);
    free(cache->alive);
    free(cache);
}

const bool *cache_wanted(const struct cache *cache)
{
    return cache->wanted;
}

static void note_alive(struct cache *cache, const float *values, size_t count, int image)
{
    size_t channels = (size_t)cache->site->n_channels;
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++)
            if (values[i + c] != 0)
                cache->alive[c * (size_t)cache->n_images + (size_t)image] = 1;
}

void cache_store(struct cache *cache, struct pass *pass, int first, int count)
{
    for (int k = 0; k < cache->n_kept; k++) {
        const struct kept *kept = &cache->kept[k];
        const float *from = pass_tensor(pass, kept->layer);
        memcpy(kept->values + (size_t)first * kept->count, from,
            (size_t)count * kept->count * sizeof *from);
        for (int i = 0; i < count && kept->layer == cache->site->measured; i++)
            note_alive(cache, from + (size_t)i * kept->count, kept->count, first + i);
    }
}

static void silence(float *values, size_t count, int n_channels, const bool *pruned)
{
    for (int c = 0; c < n_channels; c++)
        for (size_t i = (size_t)c; i < count && pruned[c]; i += (size_t)n_channels)
            values[i] = 0;
}

void cache_load(
    const struct cache *cache, struct pass *pass, const int *index, int count, const bool *pruned)
{
    for (int k = 0; k < cache->n_kept; k++) {
        const struct kept *kept = &cache->kept[k];
        float *to = pass_tensor(pass, kept->layer);
        for (int i = 0; i < count; i++)
            memcpy(to + (size_t)i * kept->count, kept->values + (size_t)index[i] * kept->count,
                kept->count * sizeof *to);
        if (kept->layer == cache->site->measured)
            silence(to, (size_t)count * kept->count, cache->site->n_channels, pruned);
    }
}

bool cache_alive(const struct cache *cache, int channel, int image)
{
    return cache->alive[(size_t)channel * (size_t)cache->n_images + (size_t)image] != 0;
}
