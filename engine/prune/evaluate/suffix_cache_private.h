/* A suffix cache, as suffix_cache.c fills it and suffix_cache_run.h reads it. Thread: as in
 * suffix_cache.h. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H

#include "engine/nn/argmax/argmax_int16.h"
#include "engine/nn/forward/sparse_plan.h"
#include "engine/nn/incremental/incremental.h"
#include "engine/nn/linear/linear_sums.h"
#include "engine/prune/evaluate/cached_image.h"
#include "engine/prune/evaluate/certificate.h"
#include "engine/prune/evaluate/suffix_cache.h"

#include <stdatomic.h>

enum { NOT_A_NUMBER = UINT16_MAX };

/* The result of trying a channel; holds for images that have not changed since. */
struct trial {
    uint32_t generation; /* of `followed` then */
    uint16_t *predicted; /* [n_images] where the channel is not zero; NULL: never tried */
};

struct suffix_cache {
    const struct network *network;
    const struct capture_kernels *capture;
    const struct prune_site *site;
    struct sparse_plan *plan;    /* NULL: the layers behind the site run in lanes */
    struct batched_plan *lanes;  /* of these layers then (suffix_lanes.c) */
    bool *tail;                  /* [n_layers] them, to the output */
    struct linear_sums *sums;    /* of the linear ones among them; NULL: none */
    bool *rest, *rest_reads;     /* [n_layers] behind these sums; [n_tensors] what those read */
    bool certifies;              /* certificates decide: the shortcut is on */
    struct certifier *certifier; /* NULL: the last layer is no Dense */
    struct incremental_state *incremental; /* NULL: layers behind the site run from scratch */
    struct argmax_classes classes; /* of the last Dense, where there is an incremental state */
    struct pruned_set followed;    /* pruned in the states of the images */
    uint32_t *changed;             /* [n_images] generation of an image's last change */
    struct trial *trials;          /* [n_channels] */
    int n_images, n_tensors, n_workers;
    struct cached_tensor *tensors;
    size_t n_starts;             /* of all tensors */
    size_t n_units;              /* certifier_units */
    bool *behind;                /* [n_layers] behind the site, up to what the last Dense reads */
    bool *last_layers;           /* [n_layers] the last Dense and what follows it */
    struct cached_block *blocks; /* [n_images], in the arena, as the next ones */
    uint8_t *alive;              /* [n_channels][n_images] the channel is not zero in the image */
    atomic_int empty_class;      /* class of images without a value at the site; -1: not known */
    struct certificate *certificates;     /* [n_images] */
    struct suffix_cache_worker **workers; /* made when first needed */
    struct arena *arena;
    atomic_bool failed;
    struct error failure;     /* of the first image that was not stored */
    atomic_int stored;        /* images */
    int products, knew_empty; /* of the last run; empty_class was known before it */
};

static inline struct cached_image suffix_cache_image(const struct suffix_cache *cache, int image)
{
    return cached_image_of(&cache->blocks[image], cache->n_starts, cache->n_units);
}
struct site_values suffix_cache_site(const struct suffix_cache *cache, int image);

/* suffix_lanes.c, where no sparse kernels serve: classes of images, from their sums or from the
 * cached values, without the channels that a run prunes. A worker has its own memory. */
struct cache_run;
struct suffix_lanes_work;
void suffix_lanes_create(struct suffix_cache *cache, const struct batched_kernels *batched,
    struct memory_budget *budget);
void suffix_lanes_destroy(struct suffix_cache *cache);
struct suffix_lanes_work *suffix_lanes_work_create(const struct suffix_cache *cache);
void suffix_lanes_work_destroy(struct suffix_lanes_work *work); /* accepts NULL */
void suffix_lanes_run(
    struct cache_run *run, struct suffix_lanes_work *work, const int *images, int n);

struct suffix_cache_worker; /* one worker's memory for runs (suffix_cache_follow.c) */
struct suffix_cache_worker *suffix_cache_worker_create(const struct suffix_cache *cache);
void suffix_cache_worker_destroy(struct suffix_cache_worker *worker);

#endif
