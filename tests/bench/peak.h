/* What this machine can do at most, measured in the same run as everything else: the bounds that
 * figures are held against. Thread: the caller's pool works. */
#ifndef SECATEUR_TESTS_BENCH_PEAK_H
#define SECATEUR_TESTS_BENCH_PEAK_H

#include "engine/base/thread_pool.h"
#include "engine/nn/forward/batched.h"

/* Of all workers of a pool together; the best of some. */
struct peak {
    double multiply;          /* billions of multiplications and additions a second, in registers */
    double sgemm;             /* the same in products of 768 x 768 matrices, one in each worker */
    double near, middle, far; /* GB/s read from 16 KiB (L1), 512 KiB (L2), 96 MiB (memory) */
};

double peak_multiply(struct thread_pool *pool, const struct batched_kernels *batched);
/* Measures again and keeps what is higher: what disturbs a run only makes it slower. Begin with
 * zeros. */
void peak_measure(
    struct peak *peak, struct thread_pool *pool, const struct batched_kernels *batched);
void peak_print(const struct peak *peak, int workers);

#endif
