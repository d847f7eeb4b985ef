/* A walk takes images through a network in groups that fill the vector lanes, in parallel. What
 * an image gets never depends on its group or the number of workers; what is gathered over images
 * is gathered by tile, and tiles are fixed.
 * Owner: the caller. Thread: one caller at a time, the callbacks run on the workers. */
#ifndef SECATEUR_ENGINE_PRUNE_RANKING_WALK_H
#define SECATEUR_ENGINE_PRUNE_RANKING_WALK_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/forward/batched_plan.h"

#include <stdatomic.h>

enum { WALK_TILE = 32 }; /* a multiple of every lane width */

struct walker; /* a pool, and memory for each worker's passes through one plan */

struct walker_hooks {
    void (*progress)(void *context, int done, int total); /* on the caller's thread; may be NULL */
    void *context;
    const atomic_bool *stop; /* true abandons a walk; may be NULL */
};

/* Keeps pointers to all three. */
struct walker *walker_create(
    const struct batched_plan *plan, struct thread_pool *pool, const struct walker_hooks *hooks);
void walker_destroy(struct walker *walker);

/* Images first..first+count-1 of a walk in the lanes 0..count-1 of a worker's pass. */
struct group {
    struct batched_pass *pass;
    int worker;
    int first, count, width;
};

/* One walk over n images. Callbacks get the walk's context. */
struct walk {
    int n;
    const bool *wanted; /* [n_layers] what is computed; NULL: all */
    /* Puts the images where the wanted layers find them. */
    void (*load)(void *context, const struct group *group);
    /* Takes what it needs; writes only what belongs to these images or their tile. */
    void (*visit)(void *context, const struct group *group);
    void *context;
};

/* False with ERROR_CANCELLED when stopped. */
bool walker_run(struct walker *walker, const struct walk *walk, struct error *err);
/* The loop alone: calls tile for images first..first+count-1 of n, `size` at a time, in parallel.
 */
typedef void walk_tile(void *context, int first, int count, int worker);
bool walker_loop(
    struct walker *walker, int n, int size, walk_tile *tile, void *context, struct error *err);
int walker_workers(const struct walker *walker);
int walk_tiles(int n);

#endif
