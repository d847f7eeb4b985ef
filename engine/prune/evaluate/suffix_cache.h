/* What lies before a site does not change while channels are pruned there. A tail keeps, for
 * every image of a set, what the layers behind the site read (unpruned, without its zeros), and
 * runs just those layers, from there, for just the images in which the pruned channel is not
 * silent.
 *
 * Where they are sums of products with ReLU, an image's sums are followed by differences instead
 * (incremental.h). They are near those of a run from scratch, by a bound; where the bound
 * cannot tell the arg-max, it is computed from scratch. So every prediction is that of a run from
 * scratch.
 *
 * The last product (the largest of the lab's net) is left out where it is certain to change
 * nothing: a certificate holds, for some input h of the last Dense, the arg-max y and its margin
 * m. By Cauchy-Schwarz the arg-max at h' is y as long as |h' - h| max_k |w_y - w_k| < m, here
 * with room for the rounding of both sums, and for how far a followed h' may be off. A certificate
 * is a fact about the last layer alone: it stays true whatever is pruned, restored or tried out in
 * between.
 *
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_SUFFIX_CACHE_H

#include "engine/base/arena.h"
#include "engine/prune/ranking/batch_runner.h"
#include "engine/prune/sites/pruned_set.h"

struct suffix_cache;

/* For n images of an unpruned network, to be kept in a arena of the budget; keeps pointers to
 * network and site, and copies the weights behind the site. NULL when values behind the site
 * do not tell everything (prune_site.h, cacheable), or the shortcut is off. */
struct suffix_cache *suffix_cache_create(const struct network *network,
    const struct prune_site *site, const struct batched_kernels *batched, int n_images,
    struct memory_budget *budget);
void suffix_cache_destroy(struct suffix_cache *cache);

/* Keeps the images of a group after an unpruned run, on any worker. Once there is no room for one
 * nothing more is kept: suffix_cache_check says why, and suffix_cache_complete stays false. */
void suffix_cache_store(struct suffix_cache *cache, const struct batch *group);
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
/* How many of those needed the last product. */
int suffix_cache_products(const struct suffix_cache *cache);
/* Tries every channel that is not pruned, image by image, so that suffix_cache_try_channel finds
 * what it looks for. Does nothing where that is no faster. False with ERROR_CANCELLED. */
bool suffix_cache_try_all(struct suffix_cache *cache, struct batch_runner *runner,
    const struct pruned_set *pruned, struct error *err);

#endif
