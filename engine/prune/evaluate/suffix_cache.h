/* What lies before a site does not change while channels are pruned there. A suffix cache holds,
 * for every image of a set, the tensors that layers behind the site read (unpruned, without zeros),
 * and runs only these layers, only for images in which the pruned channel is not zero.
 *
 * Where these layers are sums of products with ReLU, the sums of an image follow by differences
 * (nn/incremental); where their bound decides nothing the image is run from scratch. The last
 * product (the largest of the lab's net) is left out where a certificate holds (certificate.h). So
 * every prediction is that of a run from scratch: docs/numerics.md.
 *
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_H

#include "engine/base/arena.h"
#include "engine/prune/ranking/batch_runner.h"
#include "engine/prune/sites/pruned_set.h"

struct suffix_cache;

/* For n images of an unpruned network, in an arena of the budget; keeps pointers to network and
 * site, and copies the weights behind the site. NULL where values behind the site do not tell
 * everything (prune_site.h, cacheable), or the shortcut is off. */
struct suffix_cache *suffix_cache_create(const struct network *network,
    const struct prune_site *site, const struct batched_kernels *batched, int n_images,
    struct memory_budget *budget);
/* Marks in keep[n_layers] the tensors that the cache of a site reads after a pass. */
void suffix_cache_keep(const struct network *network, const struct prune_site *site, bool *keep);
void suffix_cache_destroy(struct suffix_cache *cache);

/* Stores the images of a batch after an unpruned run, on any worker. Once there is no room for one
 * nothing more is stored: suffix_cache_check says why, and suffix_cache_complete stays false. */
void suffix_cache_store(struct suffix_cache *cache, const struct batch *batch);
bool suffix_cache_check(const struct suffix_cache *cache, struct error *err);
bool suffix_cache_complete(const struct suffix_cache *cache);

/* A channel is tried: what is predicted, predicted[n], when it is pruned beside those of the set,
 * given what was predicted before[n]. The next call starts from before it. Images that have not
 * changed since the channel was tried last are not run again. Returns how many images were run, -1
 * with err. Class UINT16_MAX: not a number. */
int suffix_cache_try_channel(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
/* A channel is committed: the same, of a channel that is in the set and stays pruned. -1: several
 * changed or it is not known which, all images are run, and before may be NULL. */
int suffix_cache_commit_channel(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);
/* A cache holds the images of its rank. What the last run of each rank gave, brought together on
 * all: predicted[n] and how many images were run, here `touched`, -1 with err. before[n]: as all
 * ranks know it; NULL: every prediction is sent, else those that changed. */
int suffix_cache_join(struct suffix_cache *cache, int n, int touched, const uint16_t *before,
    uint16_t *predicted, struct error *err);
/* How many of those needed the last product. */
int suffix_cache_products(const struct suffix_cache *cache);
/* Tries every channel that is not pruned, image by image, so that suffix_cache_try_channel finds
 * what it looks for. Does nothing where that is no faster. False with ERROR_CANCELLED. */
bool suffix_cache_try_all(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, struct error *err);

#endif
