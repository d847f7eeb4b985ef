/* Passes of the whole net over images in memory, the plain way and in lanes.
 * Thread: one; the pool works. */
#ifndef SECATEUR_TESTS_BENCH_FORWARD_H
#define SECATEUR_TESTS_BENCH_FORWARD_H

#include "engine/base/thread_pool.h"
#include "engine/io/images/dataset.h"
#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

enum { FORWARD_BATCH = 32 }; /* images of a plain pass */

/* Images a second, from bytes to the arg-max of every image; predicted[n] may be NULL. */
double forward_plain(const struct network *network, const struct dataset *set, double scale,
    struct thread_pool *pool, uint16_t *predicted);
/* The same in lanes. */
double forward_lanes(const struct network *network, const struct batched_kernels *batched,
    const struct dataset *set, double scale, struct thread_pool *pool, uint16_t *predicted);

/* Multiplications and additions of one image, zeros too, done by a layer or by all. */
double forward_work(const struct layer *layer);
double forward_all_work(const struct network *network);

#endif
