/* Built with LANES_WIDTH, BATCHED_BLOCK, KERNELS_NAME and PEAK_TABLE given, like batched_kernels.c.
 */
#include "tests/bench/peak_kernels.h"

typedef float vector __attribute__((vector_size(LANES_WIDTH * sizeof(float))));

enum { WIDTH = LANES_WIDTH, SUMS = BATCHED_BLOCK };

static void add_up(const vector *sums, float *out)
{
    for (int s = 0; s < SUMS; s++)
        for (int i = 0; i < WIDTH; i++)
            *out += sums[s][i];
}

static double multiply(long rounds, float *out)
{
    vector sums[SUMS], factor = {0}, more = {0};
    for (int i = 0; i < WIDTH; i++) {
        factor[i] = 1 - *out;
        more[i] = *out;
    }
#pragma GCC unroll 24
    for (int s = 0; s < SUMS; s++)
        sums[s] = more * (float)(s + 1); /* different, or they would be computed once */
    for (long r = 0; r < rounds; r++)
#pragma GCC unroll 24
        for (int s = 0; s < SUMS; s++)
            sums[s] = sums[s] * factor + more;
    add_up(sums, out);
    return 2.0 * (double)rounds * SUMS * WIDTH;
}

static double read_all(const float *from, size_t count, long rounds, float *out)
{
    enum { STRIDE = 8 };
    vector sums[SUMS] = {0};
    for (long r = 0; r < rounds; r++) {
        const vector *at = __builtin_assume_aligned(from, sizeof(vector));
        __asm__ volatile("" : "+r"(at)::"memory");
        for (size_t i = 0; i + STRIDE <= count / WIDTH; i += STRIDE)
#pragma GCC unroll 8
            for (int s = 0; s < STRIDE; s++)
                sums[s] += at[i + (size_t)s];
    }
    add_up(sums, out);
    return (double)rounds * (double)count * sizeof *from;
}

extern const struct peak_kernels PEAK_TABLE;
const struct peak_kernels PEAK_TABLE = {KERNELS_NAME, multiply, read_all};
