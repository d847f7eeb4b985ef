/* Tries all channels, tile by tile of the images, whose sums stay in the processor's cache. */
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* For an image that is tried so often, all sums are kept while its tile is tried. */
enum { OFTEN = 4 };
/* The sums of a tile: they fit the second-level cache beside the weights of a channel. */
enum { TILE_BYTES = 512 << 10 };

/* Trying all channels that are not pruned. */
struct trying {
    struct suffix_cache *cache;
    struct incremental_state **tiles; /* [workers] */
    uint16_t **predicted;             /* [n_channels][n_images] NULL: pruned */
};

/* Whether a channel has to be tried on an image: not yet since the image changed. */
static bool is_due(const struct trying *trying, int channel, int image)
{
    const struct suffix_cache *cache = trying->cache;
    return !pruned_set_has(&cache->followed, channel) &&
           cache->alive[(size_t)channel * (size_t)cache->n_images + (size_t)image] &&
           !suffix_cache_knows(cache, channel, image);
}

/* Whether each image that is tried in a tile is tried often. */
static bool is_often(const struct trying *trying, int first, int count)
{
    int all = 0, n = 0;
    for (int i = first; i < first + count; i++) {
        int before = all;
        for (int c = 0; c < trying->cache->site->n_channels; c++)
            all += is_due(trying, c, i);
        n += all > before;
    }
    return all >= OFTEN * n;
}

static void try_all_tile(void *context, int first, int count, int worker)
{
    const struct trying *trying = context;
    struct suffix_cache *cache = trying->cache;
    struct incremental_state *tile_state = trying->tiles[worker];
    bool often = is_often(trying, first, count);
    int images[SUFFIX_CACHE_CHUNK];
    for (int i = 0; i < count; i++)
        incremental_forget(tile_state, i);
    for (int c = 0; c < cache->site->n_channels; c++) {
        struct cache_run run = {.cache = cache,
            .incremental = often ? tile_state : cache->incremental,
            .first = often ? first : 0,
            .channel = c,
            .predicted = trying->predicted[c]};
        int n = 0;
        for (int i = first; i < first + count; i++)
            if (is_due(trying, c, i))
                images[n++] = i;
        suffix_cache_run_some(&run, cache->workers[worker], images, n);
    }
    suffix_cache_used(cache, count);
}

/* Memory for the predictions: that of earlier trials where there is one. */
static void prepare_predicted(struct trying *trying)
{
    const struct suffix_cache *cache = trying->cache;
    size_t n_channels = (size_t)cache->site->n_channels;
    trying->predicted = memory_array(n_channels, sizeof *trying->predicted);
    for (int c = 0; c < cache->site->n_channels; c++)
        if (!pruned_set_has(&cache->followed, c))
            trying->predicted[c] =
                cache->trials[c].predicted
                    ? cache->trials[c].predicted
                    : memory_array((size_t)cache->n_images, sizeof **trying->predicted);
}

/* Trials that did not reach all images are forgotten. */
static void remember_predicted(struct trying *trying, bool good)
{
    struct suffix_cache *cache = trying->cache;
    for (int c = 0; c < cache->site->n_channels; c++) {
        struct trial *trial = &cache->trials[c];
        uint16_t *predicted = trying->predicted[c];
        if (!good && predicted != trial->predicted)
            free(predicted);
        else if (good && predicted)
            *trial = (struct trial){cache->followed.generation, predicted};
    }
    free(trying->predicted);
}

static bool try_tiles(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, int tile, struct incremental_state **tiles, struct error *err)
{
    struct trying trying = {.cache = cache, .tiles = tiles};
    suffix_cache_make_workers(cache, batch_runner_workers(runner));
    suffix_cache_prepare(cache, pruned, -1);
    prepare_predicted(&trying);
    bool good = batch_runner_loop(runner, cache->n_images, tile, try_all_tile, &trying, err);
    remember_predicted(&trying, good);
    return good;
}

bool suffix_cache_try_all(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, struct error *err)
{
    if (!cache->incremental || !suffix_cache_remembers_trials(cache))
        return true;
    int workers = batch_runner_workers(runner), tile = SUFFIX_CACHE_CHUNK;
    struct incremental_state **tiles =
        memory_array((size_t)workers, sizeof(struct incremental_state *));
    for (int w = 0; w < workers; w++)
        tiles[w] = incremental_create_tile(cache->incremental, TILE_BYTES, &tile);
    bool good = tile < BATCH_TILE || try_tiles(cache, runner, pruned, tile, tiles, err);
    for (int w = 0; w < workers; w++)
        incremental_destroy(tiles[w]);
    free(tiles);
    return good;
}
