#include "engine/prune/evaluate/suffix_cache_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void run_images(void *context, int first, int count, int worker)
{
    struct run *run = context;
    suffix_cache_run_some(run, run->cache->workers[worker], run->images + first, count);
}

void suffix_cache_make_workers(struct suffix_cache *cache, int workers)
{
    if (!cache->workers)
        cache->workers = memory_array((size_t)workers, sizeof(struct suffix_cache_worker *));
    for (; cache->n_workers < workers; cache->n_workers++)
        cache->workers[cache->n_workers] = suffix_cache_worker_create(cache);
}

/* The images in which a channel is not silent are not what they were. */
static void note_change(struct suffix_cache *cache, int channel, bool forget)
{
    const uint8_t *alive = cache->alive + (size_t)channel * (size_t)cache->n_images;
    cache->serial++;
    for (int i = 0; i < cache->n_images; i++) {
        if (!alive[i])
            continue;
        cache->changed[i] = cache->serial;
        if (forget && cache->incremental)
            incremental_forget(cache->incremental, i);
    }
}

int suffix_cache_prepare(struct suffix_cache *cache, const bool *pruned, int channel, bool keep)
{
    int follow = keep ? -1 : channel;
    for (int c = 0; c < cache->site->n_channels; c++) {
        bool wanted = pruned[c] && (keep || c != channel);
        bool expected = c == channel && !cache->followed[c];
        if (cache->followed[c] != wanted)
            note_change(cache, c, !expected);
        if (expected)
            follow = c;
        cache->followed[c] = wanted;
    }
    return follow;
}

uint32_t *suffix_cache_others(const struct suffix_cache *cache, const bool *pruned, int channel)
{
    size_t words = (size_t)cache->site->n_channels / 32 + 512 / 32;
    uint32_t *others = memory_array(words, sizeof *others);
    for (int c = 0; c < cache->site->n_channels; c++)
        others[c / 32] |= (uint32_t)(pruned[c] && c != channel) << c % 32;
    return others;
}

/* Several images for each worker and each part, so that all have some. */
static int chunk_of(int touched, int workers)
{
    int part = touched / (4 * workers);
    return part < BATCH_TILE ? BATCH_TILE : part > SUFFIX_CACHE_CHUNK ? SUFFIX_CACHE_CHUNK : part;
}

/* Lists the images to be run: where the channel is not silent, but for those that have not changed
 * since it was tried last. The predictions of others are as before, or as then. */
static int list_images(const struct suffix_cache *cache, int channel, bool keep,
    const uint16_t *before, uint16_t *predicted, int *images)
{
    size_t n = (size_t)cache->n_images;
    const uint8_t *alive = channel < 0 ? NULL : cache->alive + (size_t)channel * n;
    int touched = 0;
    if (alive)
        memcpy(predicted, before, n * sizeof *predicted);
    for (int i = 0; i < cache->n_images; i++) {
        if (alive && !alive[i])
            continue;
        if (channel >= 0 && !keep && suffix_cache_knows(cache, channel, i))
            predicted[i] = cache->trials[channel].predicted[i];
        else
            images[touched++] = i;
    }
    return touched;
}

bool suffix_cache_keeps_trials(const struct suffix_cache *cache)
{
    size_t bytes = (size_t)cache->site->n_channels * (size_t)cache->n_images * sizeof(uint16_t);
    return bytes <= SUFFIX_CACHE_TRIALS_BYTES;
}

static void keep_attempt(struct suffix_cache *cache, int channel, const uint16_t *predicted)
{
    struct trial *trial = &cache->trials[channel];
    size_t n = (size_t)cache->n_images;
    if (!suffix_cache_keeps_trials(cache))
        return;
    if (!trial->predicted)
        trial->predicted = memory_array(n, sizeof *predicted);
    memcpy(trial->predicted, predicted, n * sizeof *predicted);
    trial->serial = cache->serial;
}

int suffix_cache_run(struct suffix_cache *cache, struct batch_runner *runner, const bool *pruned,
    int channel, bool keep, const uint16_t *before, uint16_t *predicted, struct error *err)
{
    int *images = memory_array((size_t)cache->n_images, sizeof *images);
    suffix_cache_make_workers(cache, batch_runner_workers(runner));
    struct run run = {.cache = cache,
        .incremental = cache->incremental,
        .images = images,
        .channel = suffix_cache_prepare(cache, pruned, channel, keep),
        .keep = keep,
        .predicted = predicted};
    run.others = suffix_cache_others(cache, pruned, run.channel);
    int touched = list_images(cache, channel, keep, before, predicted, images);
    int chunk = chunk_of(touched, batch_runner_workers(runner));
    bool good = batch_runner_loop(runner, touched, chunk, run_images, &run, err);
    for (int i = 0; i < touched && cache->incremental && !good; i++)
        incremental_forget(cache->incremental, images[i]); /* some have followed, some have not */
    if (good && channel >= 0 && !keep)
        keep_attempt(cache, channel, predicted);
    cache->products = atomic_load(&run.products);
    free(run.others);
    free(images);
    return good ? touched : -1;
}
