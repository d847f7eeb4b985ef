/* A tail as suffix_cache.c fills it and suffix_cache_run.c reads it. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_PRIVATE_H

#include "engine/nn/argmax/argmax_int16.h"
#include "engine/nn/forward/sparse_plan.h"
#include "engine/nn/incremental/incremental.h"
#include "engine/prune/evaluate/certificate.h"
#include "engine/prune/evaluate/suffix_cache.h"

#include <stdatomic.h>

enum { NOT_A_NUMBER = UINT16_MAX };

/* A tensor that the layers behind the site read. */
struct cached_tensor {
    int layer;
    size_t count, pixels, channels; /* values of one image = pixels x channels */
    size_t columns;                 /* pixels of a row */
};

/* The values of one image that are not zero, piece after piece; one block of the arena. */
struct cached_image {
    uint32_t *starts; /* of each piece [pixels + 1], where a pixel's values begin */
    float *values;
    float *units;     /* [certifier_units] where the certificate holds */
    uint16_t *places; /* of the values, within their row of pixels */
};

/* What trying a channel gave; right for images that have not changed since. */
struct trial {
    uint32_t generation; /* of what was followed then */
    uint16_t *predicted; /* [n_images] where the channel is alive; NULL: never tried */
};

struct suffix_cache {
    const struct network *network;
    const struct capture_kernels *capture;
    const struct prune_site *site;
    struct sparse_plan *plan;
    struct certifier *certifier;           /* NULL: the last layer is no Dense */
    bool certifies;                        /* certificates decide: the shortcut is on */
    struct incremental_state *incremental; /* NULL: what lies behind the site is computed anew */
    struct argmax_classes classes;         /* of the judge, beside a shadow */
    struct pruned_set followed;            /* pruned in what is known of the images */
    uint32_t *changed;                     /* [n_images] generation of an image's last change */
    struct trial *trials;                  /* [n_channels] */
    int n_images, n_pieces;
    struct cached_tensor *pieces;
    size_t n_starts; /* of all pieces */
    size_t n_units;  /* certifier_units */
    bool *behind;    /* [n_layers] the layers behind the site, up to what the judge reads */
    bool *judging;   /* [n_layers] the judge and what follows it */
    struct cached_image *kept; /* [n_images] */
    uint8_t *alive;            /* [n_channels][n_images] */
    atomic_int nothing; /* the class of images whose site has no values left; -1: not known */
    struct certificate *certificates; /* [n_images] */
    int n_workers;
    struct suffix_cache_worker **workers; /* made when first needed */
    struct arena *arena;
    atomic_bool failed;
    struct error failure; /* of the first image that was not kept */
    atomic_int stored;
    int products;
};

/* The values of the site of an image, where it is the only piece. */
struct site_values suffix_cache_site(const struct suffix_cache *cache, int image);

/* suffix_cache_follow.c: images that a worker has at hand. */
enum {
    SUFFIX_CACHE_CHUNK = 128
}; /* judged together, so that a part of the last weights serves all */
struct suffix_cache_worker;
struct suffix_cache_worker *suffix_cache_worker_create(const struct suffix_cache *cache);
void suffix_cache_worker_destroy(struct suffix_cache_worker *worker);

/* One run over some images. */
struct run {
    struct suffix_cache *cache;
    struct incremental_state
        *incremental;  /* the cache's, or another one in which image `first` is the first; or */
    int first;         /* NULL: from scratch */
    const int *images; /* of the loop */
    int channel;       /* pruned beside those of `followed`; -1: none */
    bool commits;      /* images follow the channel; else it is only tried */
    uint16_t *predicted;
    atomic_int products;
};
void suffix_cache_run_some(
    struct run *run, struct suffix_cache_worker *worker, const int *images, int n);

/* suffix_cache_run.c: what all runs begin with. */
void suffix_cache_make_workers(struct suffix_cache *cache, int workers);
/* Makes `followed` the pruned channels but `channel` (-1: all of them), before a run. Images where
 * one that differs is not silent become stale. */
void suffix_cache_prepare(struct suffix_cache *cache, const struct pruned_set *pruned, int channel);
/* Whether what was predicted when a channel was tried last still holds of an image. */
static inline bool suffix_cache_knows(const struct suffix_cache *cache, int channel, int image)
{
    const struct trial *trial = &cache->trials[channel];
    return trial->predicted && cache->changed[image] <= trial->generation;
}
/* More is not kept of what was tried. */
enum { SUFFIX_CACHE_TRIALS_BYTES = 32 << 20 };
bool suffix_cache_keeps_trials(const struct suffix_cache *cache);

#endif
