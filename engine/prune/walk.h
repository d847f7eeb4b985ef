/* A walk takes every image of a set through a network in tiles, in parallel. What is computed for
 * a tile never depends on the number of workers: tiles are fixed, and visitors write by tile.
 * Owner: the caller. Thread: one caller at a time, visitors run on the workers. */
#ifndef SECATEUR_ENGINE_PRUNE_WALK_H
#define SECATEUR_ENGINE_PRUNE_WALK_H

#include "engine/base/error.h"
#include "engine/base/parallel.h"
#include "engine/net/pass.h"

#include <stdatomic.h>

enum { WALK_TILE = 32 };

struct walker; /* a pool, and memory for each worker's passes through one network */

struct walker_hooks {
    void (*progress)(void *context, int done, int total); /* on the caller's thread; may be NULL */
    void *context;
    const atomic_bool *stop; /* true abandons a walk; may be NULL */
};

/* Keeps pointers to all three; weights of the network may change between walks. */
struct walker *walker_create(
    const struct network *network, struct pool *pool, const struct walker_hooks *hooks);
void walker_destroy(struct walker *walker);

/* One walk over n images. */
struct walk {
    int n;
    const bool *wanted; /* [n_layers] what pass_forward computes; NULL: all */
    /* Puts images first..first+count-1 where the wanted layers find them. */
    void (*load)(void *context, struct pass *pass, int first, int count);
    /* Takes what it needs from the pass; writes only what belongs to these images or this tile. */
    void (*visit)(void *context, struct pass *pass, int first, int count);
    void *context;
};

/* False with ERROR_CANCELLED when stopped. */
bool walker_run(struct walker *walker, const struct walk *walk, struct error *err);
int walk_tiles(int n);

#endif
