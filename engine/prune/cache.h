/* What lies before a site does not change while channels are pruned there: a cache keeps, for
 * every image of a set, the tensors that the layers behind the site read, unpruned, and which
 * channels of an image are not silent.
 * Owner: the caller. Thread: filled tile by tile on the workers, read by them. */
#ifndef SECATEUR_ENGINE_PRUNE_CACHE_H
#define SECATEUR_ENGINE_PRUNE_CACHE_H

#include "engine/net/pass.h"
#include "engine/prune/site.h"

#include <stdint.h>

struct cache;

/* Bytes a cache over n images takes; 0 when the site is no cut (nothing can be kept). */
size_t cache_bytes(const struct network *network, const struct site *site, int n_images);
struct cache *cache_create(const struct network *network, const struct site *site, int n_images);
void cache_destroy(struct cache *cache);
const bool *cache_wanted(const struct cache *cache); /* [n_layers] the layers behind the site */

/* Keeps images first..first+count-1 of an unpruned pass. */
void cache_store(struct cache *cache, struct pass *pass, int first, int count);
/* Puts images index[0..count-1] back, with channels where pruned[channel] set to 0. */
void cache_load(
    const struct cache *cache, struct pass *pass, const int *index, int count, const bool *pruned);
/* Whether a channel is not 0 everywhere in an image. */
bool cache_alive(const struct cache *cache, int channel, int image);

#endif
