/* A suffix cache, as suffix_cache.c fills it and suffix_cache_run.h reads it. Thread: as in
 * suffix_cache.h. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H

#include "engine/nn/argmax/argmax_int16.h"
#include "engine/nn/forward/sparse_plan.h"
#include "engine/nn/incremental/incremental.h"
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
    struct sparse_plan *plan;              /* NULL: the layers behind the site run in lanes */
    struct batched_plan *lanes;            /* of these layers then (suffix_lanes.c) */
    bool *tail;                            /* [n_layers] them, to the output */
    struct certifier *certifier;           /* NULL: the last layer is no Dense */
    bool certifies;                        /* certificates decide: the shortcut is on */
    struct incremental_state *incremental; /* NULL: layers behind the site run from scratch */
    struct argmax_classes classes; /* of the last Dense, where there is an incremental state */
    struct pruned_set followed;    /* pruned in the states of the images */
    uint32_t *changed;             /* [n_images] generation of an image's last change */
    struct trial *trials;          /* [n_channels] */
    int n_images, n_tensors;
    struct cached_tensor *tensors;
    size_t n_starts;             /* of all tensors */
    size_t n_units;              /* certifier_units */
    bool *behind;                /* [n_layers] behind the site, up to what the last Dense reads */
    bool *last_layers;           /* [n_layers] the last Dense and what follows it */
    struct cached_block *blocks; /* [n_images], in the arena, as the next ones */
    uint8_t *alive;              /* [n_channels][n_images] the channel is not zero in the image */
    atomic_int empty_class;      /* class of images without a value at the site; -1: not known */
    struct certificate *certificates; /* [n_images] */
    int n_workers;
    struct suffix_cache_worker **workers; /* made when first needed */
    struct arena *arena;
    atomic_bool failed;
    struct error failure; /* of the first image that was not stored */
    atomic_int stored;
    int products;
};

static inline struct cached_image suffix_cache_image(const struct suffix_cache *cache, int image)
{
    return cached_image_of(&cache->blocks[image], cache->n_starts, cache->n_units);
}

/* The values of the site of an image, where it is the only tensor. */
struct site_values suffix_cache_site(const struct suffix_cache *cache, int image);

/* Where no sparse kernels serve. The classes of images at hand, from the cached values without the
 * pruned channels of the run (suffix_lanes.c). */
struct cache_run;
void suffix_lanes_create(struct suffix_cache *cache, const struct batched_kernels *batched);
void suffix_lanes_destroy(struct suffix_cache *cache);
void suffix_lanes_run(
    const struct cache_run *run, struct batched_pass *pass, const int *images, int n);

/* One worker's memory for runs (suffix_cache_follow.c). */
struct suffix_cache_worker;
struct suffix_cache_worker *suffix_cache_worker_create(const struct suffix_cache *cache);
void suffix_cache_worker_destroy(struct suffix_cache_worker *worker);

#endif
