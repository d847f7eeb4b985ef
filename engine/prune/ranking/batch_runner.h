/* A run takes images through a network in batches that fill the vector lanes, in parallel. What an
 * image gets never depends on its batch or the number of workers; what is gathered over images is
 * gathered by tile, and tiles are fixed.
 * Owner: the caller. Thread: one caller at a time, the callbacks run on the workers. */
#ifndef SECATEUR_ENGINE_PRUNE_RANKING_BATCH_RUNNER_H
#define SECATEUR_ENGINE_PRUNE_RANKING_BATCH_RUNNER_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/forward/batched_plan.h"

#include <stdatomic.h>

struct batch_runner; /* a pool, and memory for each worker's passes through one plan */

struct batch_runner_hooks {
    void (*progress)(void *context, int done, int total); /* on the caller's thread; may be NULL */
    void *context;
    const atomic_bool *stop; /* true abandons a run; may be NULL */
};

/* Keeps pointers to all three. */
struct batch_runner *batch_runner_create(const struct batched_plan *plan, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks);
void batch_runner_destroy(struct batch_runner *runner);

/* One run over the n images from `first` on. Callbacks get its context. */
struct batch_run {
    int first; /* a multiple of BATCH_TILE */
    int n;
    const bool *wanted; /* [n_layers] what is computed; NULL: all */
    /* Puts the images where the wanted layers find them. */
    void (*load)(void *context, const struct batch *batch);
    /* Takes what it needs; writes only what belongs to these images or their tile. */
    void (*visit)(void *context, const struct batch *batch);
    void *context;
};

/* False with ERROR_CANCELLED when stopped. */
bool batch_runner_run(struct batch_runner *runner, const struct batch_run *run, struct error *err);
/* The loop alone: calls tile for images first..first+count-1 of n, `size` at a time, in parallel.
 */
typedef void batch_tile(void *context, int first, int count, int worker);
bool batch_runner_loop(struct batch_runner *runner, int n, int size, batch_tile *tile,
    void *context, struct error *err);
int batch_runner_workers(const struct batch_runner *runner);
int batch_tiles(int n);

#endif
