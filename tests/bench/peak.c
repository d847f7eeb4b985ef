/* The peaks of this machine: multiplications, matrix products, bytes read. */
#include "tests/bench/peak.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/nn/kernels/kernels.h"

#include "tests/bench/peak_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct peak_kernels peak_plain;
#if defined __x86_64__
extern const struct peak_kernels peak_avx2, peak_avx512;
#endif

const struct peak_kernels *peak_kernels(const char *name)
{
    static const struct peak_kernels *const all[] = {
        &peak_plain,
#if defined __x86_64__
        &peak_avx2,
        &peak_avx512,
#endif
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

enum { WORKERS_MAX = 64, REPEATS = 5, MATRIX = 768, ALL_MEGABYTES = 96 };

/* One kind of work, the same in every worker. */
struct trial {
    const struct peak_kernels *kernels;
    size_t bytes; /* of each worker's buffer, 0: no reading */
    long rounds;
    float *buffer[WORKERS_MAX];
    double work[WORKERS_MAX];
};

static void multiply(void *context, int index, int worker)
{
    struct trial *trial = context;
    float out = 1e-30F;
    (void)worker;
    trial->work[index] = trial->kernels->multiply(trial->rounds, &out);
    *trial->buffer[index] = out;
}

static void read_buffer(void *context, int index, int worker)
{
    struct trial *trial = context;
    float out = 0;
    (void)worker;
    trial->work[index] = trial->kernels->read(
        trial->buffer[index], trial->bytes / sizeof(float), trial->rounds, &out);
    *trial->buffer[index] = out * 0;
}

static void product(void *context, int index, int worker)
{
    struct trial *trial = context;
    float *a = trial->buffer[index], *b = a + MATRIX * MATRIX, *out = b + MATRIX * MATRIX;
    (void)worker;
    for (long r = 0; r < trial->rounds; r++)
        kernels_product(out, MATRIX, (struct matrix){a, MATRIX, false},
            (struct matrix){b, MATRIX, false}, MATRIX, MATRIX, MATRIX, false);
    trial->work[index] = 2.0 * (double)trial->rounds * MATRIX * MATRIX * MATRIX;
}

/* Billions of units of work a second, the best of some runs. */
static double best_rate(struct thread_pool *pool, thread_pool_job *job, struct trial *trial)
{
    int workers = thread_pool_workers(pool) < WORKERS_MAX ? thread_pool_workers(pool) : WORKERS_MAX;
    size_t floats = trial->bytes / sizeof(float) + 64;
    double best = 0;
    for (int w = 0; w < workers; w++)
        trial->buffer[w] = memory_floats(floats);
    for (int i = 0; i < REPEATS; i++) {
        double work = 0, start = clock_seconds();
        thread_pool_run(pool, workers, job, trial);
        double seconds = clock_seconds() - start;
        for (int w = 0; w < workers; w++)
            work += trial->work[w];
        best = work / seconds > best ? work / seconds : best;
    }
    for (int w = 0; w < workers; w++)
        free(trial->buffer[w]);
    return best / 1e9;
}

double peak_multiply(struct thread_pool *pool, const struct batched_kernels *batched)
{
    struct trial trial = {.kernels = peak_kernels(batched->name), .rounds = 2000000};
    return best_rate(pool, multiply, &trial);
}

static double reading(
    struct thread_pool *pool, const struct batched_kernels *batched, size_t bytes, long rounds)
{
    struct trial trial = {peak_kernels(batched->name), .bytes = bytes, .rounds = rounds};
    return best_rate(pool, read_buffer, &trial);
}

void peak_measure(
    struct peak *peak, struct thread_pool *pool, const struct batched_kernels *batched)
{
    struct trial products = {
        .bytes = sizeof(float) * 3 * MATRIX * MATRIX, .rounds = 10, .kernels = NULL};
    kernels_init();
    peak->multiply = fmax(peak->multiply, peak_multiply(pool, batched));
    peak->sgemm = fmax(peak->sgemm, best_rate(pool, product, &products));
    peak->near = fmax(peak->near, reading(pool, batched, 16 << 10, 100000));
    peak->middle = fmax(peak->middle, reading(pool, batched, 512 << 10, 2000));
    peak->far = fmax(peak->far, reading(pool, batched, (size_t)ALL_MEGABYTES << 20, 4));
}

void peak_print(const struct peak *peak, int workers)
{
    printf("  %d worker%s: multiply-add %.0f GFLOP/s, sgemm %.0f GFLOP/s; reads %.0f GB/s from L1, "
           "%.0f from L2, %.1f from memory\n",
        workers, workers == 1 ? " " : "s", peak->multiply, peak->sgemm, peak->near, peak->middle,
        peak->far);
}
