/* Chooses the cached images that a pruned channel touches, and runs them on the workers. */
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"

#include <stdlib.h>
#include <string.h>

static void run_images(void *context, int first, int count, int worker)
{
    struct cache_run *run = context;
    suffix_cache_run_some(run, run->cache->workers[worker], run->images + first, count);
    suffix_cache_used(run->cache, count);
}

void suffix_cache_used(const struct suffix_cache *cache, int images)
{
    arena_used(cache->arena, arena_bytes(cache->arena) / (size_t)cache->n_images * (size_t)images);
}

void suffix_cache_make_workers(struct suffix_cache *cache, int workers)
{
    if (!cache->workers)
        cache->workers = memory_array((size_t)workers, sizeof(struct suffix_cache_worker *));
    for (; cache->n_workers < workers; cache->n_workers++)
        cache->workers[cache->n_workers] = suffix_cache_worker_create(cache);
}

/* A channel is pruned or restored: images in which it is not zero have changed. */
static void follow_channel(struct suffix_cache *cache, int channel, bool pruned)
{
    const uint8_t *alive = cache->alive + (size_t)channel * (size_t)cache->n_images;
    pruned_set_put(&cache->followed, channel, pruned);
    for (int i = 0; i < cache->n_images; i++)
        if (alive[i])
            cache->changed[i] = cache->followed.generation;
}

/* The same of a channel that the sums of the images have not followed. */
static void forget_channel(struct suffix_cache *cache, int channel, bool pruned)
{
    const uint8_t *alive = cache->alive + (size_t)channel * (size_t)cache->n_images;
    follow_channel(cache, channel, pruned);
    for (int i = 0; i < cache->n_images && cache->incremental; i++)
        if (alive[i])
            incremental_forget(cache->incremental, i);
}

void suffix_cache_prepare(struct suffix_cache *cache, const struct pruned_set *pruned, int channel)
{
    for (int c = 0; c < cache->site->n_channels; c++) {
        bool wanted = c != channel && pruned_set_has(pruned, c);
        if (pruned_set_has(&cache->followed, c) != wanted)
            forget_channel(cache, c, wanted);
    }
}

/* How many images a worker takes at once: not so many that others have none. */
static int chunk_of(const struct suffix_cache *cache, int touched, int workers)
{
    int group = cache->lanes ? SUFFIX_LANES_PASSES * batched_plan_width(cache->lanes) : 0;
    int part = touched / (4 * workers), own = touched / workers;
    if (part < group) /* passes that run together are worth more than equal shares */
        part = own < group ? own : group;
    return part < BATCH_TILE ? BATCH_TILE : part > SUFFIX_CACHE_CHUNK ? SUFFIX_CACHE_CHUNK : part;
}

/* Lists the images to be run: those where the channel is not zero; -1: all. Others are predicted as
 * before. */
static int list_alive(const struct suffix_cache *cache, int channel, const uint16_t *before,
    uint16_t *predicted, int *images)
{
    size_t n = (size_t)cache->n_images;
    const uint8_t *alive = channel < 0 ? NULL : cache->alive + (size_t)channel * n;
    int touched = 0;
    if (alive)
        memcpy(predicted, before, n * sizeof *predicted);
    for (int i = 0; i < cache->n_images; i++)
        if (!alive || alive[i])
            images[touched++] = i;
    return touched;
}

/* Takes images off the list that have not changed since the channel was tried: predicted as then.
 */
static int leave_known(
    const struct suffix_cache *cache, int channel, uint16_t *predicted, int *images, int n)
{
    int left = 0;
    for (int i = 0; i < n; i++)
        if (suffix_cache_knows(cache, channel, images[i]))
            predicted[images[i]] = cache->trials[channel].predicted[images[i]];
        else
            images[left++] = images[i];
    return left;
}

bool suffix_cache_remembers_trials(const struct suffix_cache *cache)
{
    size_t bytes = (size_t)cache->site->n_channels * (size_t)cache->n_images * sizeof(uint16_t);
    return bytes <= SUFFIX_CACHE_TRIALS_BYTES && shortcut_on(SHORTCUT_TRIALS);
}

static void remember_trial(struct suffix_cache *cache, int channel, const uint16_t *predicted)
{
    struct trial *trial = &cache->trials[channel];
    size_t n = (size_t)cache->n_images;
    if (!suffix_cache_remembers_trials(cache))
        return;
    if (!trial->predicted)
        trial->predicted = memory_array(n, sizeof *predicted);
    memcpy(trial->predicted, predicted, n * sizeof *predicted);
    trial->generation = cache->followed.generation;
}

/* Once more from scratch those images whose sums left a near tie. All together, since few of them
 * would leave lanes empty. */
static bool run_ties(struct cache_run *run, struct batch_runner *runner, struct error *err)
{
    int n = atomic_load(&run->n_ties);
    run->images = run->ties;
    run->from_scratch = true;
    return batch_runner_loop(runner, n, BATCH_TILE, run_images, run, err);
}

/* Runs the listed images. If that is stopped, some have followed and some have not: all start
 * again.
 */
static bool run_listed(struct cache_run *run, struct batch_runner *runner, int n, struct error *err)
{
    struct suffix_cache *cache = run->cache;
    const int *images = run->images;
    int chunk = chunk_of(cache, n, batch_runner_workers(runner));
    cache->knew_empty = atomic_load(&cache->empty_class) >= 0;
    suffix_cache_make_workers(cache, batch_runner_workers(runner));
    run->ties = cache->sums ? memory_array((size_t)n, sizeof *run->ties) : NULL;
    bool good = batch_runner_loop(runner, n, chunk, run_images, run, err) &&
                (!cache->sums || run_ties(run, runner, err));
    free(run->ties);
    for (int i = 0; i < n && cache->incremental && !good; i++)
        incremental_forget(cache->incremental, images[i]);
    cache->products = atomic_load(&run->products);
    return good;
}

int suffix_cache_try_channel(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    int *images = memory_array((size_t)cache->n_images, sizeof *images);
    suffix_cache_prepare(cache, pruned, channel);
    struct cache_run run = {.cache = cache,
        .incremental = cache->incremental,
        .images = images,
        .channel = channel,
        .predicted = predicted};
    int touched = list_alive(cache, channel, before, predicted, images);
    touched = leave_known(cache, channel, predicted, images, touched);
    bool good = run_listed(&run, runner, touched, err);
    if (good)
        remember_trial(cache, channel, predicted);
    free(images);
    return good ? touched : -1;
}

int suffix_cache_commit_channel(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    int *images = memory_array((size_t)cache->n_images, sizeof *images);
    bool follows = channel >= 0 && !pruned_set_has(&cache->followed, channel);
    suffix_cache_prepare(cache, pruned, follows ? channel : -1);
    struct cache_run run = {.cache = cache,
        .incremental = cache->incremental,
        .images = images,
        .channel = follows ? channel : -1,
        .commits = true,
        .predicted = predicted};
    int touched = list_alive(cache, channel, before, predicted, images);
    bool good = run_listed(&run, runner, touched, err);
    if (good && follows)
        follow_channel(cache, channel, true);
    free(images);
    return good ? touched : -1;
}
