/* Runs over the images of a suffix cache: suffix_cache_follow.c runs images at hand,
 * suffix_cache_run.c chooses them for one channel, suffix_cache_try_all.c for all channels.
 * Owner: the caller. Thread: a worker is used by one thread at a time. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_RUN_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_RUN_H

#include "engine/prune/evaluate/suffix_cache_private.h"

/* Images of one call: their queries are answered together, so that each block of the last weights
 * is read once. */
enum { SUFFIX_CACHE_CHUNK = 128 };
/* Passes that run together where images run in lanes: each weight is read once for all. */
enum { SUFFIX_LANES_PASSES = 4 };

/* One run over some images. */
struct cache_run {
    struct suffix_cache *cache;
    /* That of the cache, or of a tile whose first image is `first`. NULL: from scratch. */
    struct incremental_state *incremental;
    int first;
    const int *images; /* of the loop */
    int channel;       /* pruned beside those of `followed`; -1: none */
    bool commits;      /* the sums of images follow the channel; else it is only tried */
    uint16_t *predicted;
    atomic_int products;
    int *ties; /* where sums of linear layers follow: near ties, to be run once more */
    atomic_int n_ties;
    bool from_scratch; /* no sums follow: a run of near ties */
};
void suffix_cache_run_some(
    struct cache_run *run, struct suffix_cache_worker *worker, const int *images, int n);

/* suffix_cache_run.c: so many images were run; what the file holds may leave memory. */
void suffix_cache_used(const struct suffix_cache *cache, int images);
/* suffix_cache_run.c: what each run begins with. */
void suffix_cache_make_workers(struct suffix_cache *cache, int workers);
/* Makes `followed` the pruned channels but `channel` (-1: all of them), before a run. Images where
 * one that differs is not zero become stale. */
void suffix_cache_prepare(struct suffix_cache *cache, const struct pruned_set *pruned, int channel);
/* Whether the last trial of a channel still holds for an image. */
static inline bool suffix_cache_knows(const struct suffix_cache *cache, int channel, int image)
{
    const struct trial *trial = &cache->trials[channel];
    return trial->predicted && cache->changed[image] <= trial->generation;
}
/* Larger results of trials are not remembered. */
enum { SUFFIX_CACHE_TRIALS_BYTES = 32 << 20 };
bool suffix_cache_remembers_trials(const struct suffix_cache *cache);

#endif
