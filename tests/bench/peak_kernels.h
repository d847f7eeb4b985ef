/* Loops that do nothing but one thing as fast as a kind of processor can, compiled once for each
 * kind like the kernels of batched.h. Thread: any. */
#ifndef SECATEUR_TESTS_BENCH_PEAK_KERNELS_H
#define SECATEUR_TESTS_BENCH_PEAK_KERNELS_H

#include <stddef.h>

struct peak_kernels {
    const char *name; /* as in batched.h */
    /* Multiplies and adds in registers; returns how many operations that was. */
    double (*multiply)(long rounds, float *out);
    /* Reads from[count], 64-byte aligned, so many times; returns how many bytes that was. */
    double (*read)(const float *from, size_t count, long rounds, float *out);
};

const struct peak_kernels *peak_kernels(const char *name); /* NULL: no such kind */

#endif
