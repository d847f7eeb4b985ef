/* What the kernels of batched products share; compiled once for each kind of processor. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_PRODUCT_KERNELS_H
#define SECATEUR_ENGINE_NN_FORWARD_PRODUCT_KERNELS_H

#include "engine/nn/forward/batched_data.h"
#include "engine/nn/forward/ending_kernels.h"

/* The ending (ending.h) of the sums of `block` filters from `first` on, at one position, of which
 * `filters` exist; add: what is added to the first, or NULL. `block` is a constant where this is
 * inlined. */
ALWAYS_INLINE void product_end(vector *sums, const struct batched_product *product, int first,
    const vector *add, int filters, const int block)
{
    const float *scale = product->scale + first, *shift = product->shift + first;
    if (product->scale)
#pragma GCC unroll 24
        for (int o = 0; o < block; o++)
            sums[o] = sums[o] * scale[o] + shift[o];
    if (add)
#pragma GCC unroll 24
        for (int o = 0; o < block; o++)
            sums[o] += o < filters ? add[o] : (vector){0};
    if (product->relu)
#pragma GCC unroll 24
        for (int o = 0; o < block; o++)
            sums[o] = ending_relu(sums[o]);
    if (product->limit > 0)
#pragma GCC unroll 24
        for (int o = 0; o < block; o++)
            sums[o] = ending_limit(sums[o], product->limit);
}

/* PLACES_MAX: places that are computed together, so that a weight that is loaded serves them all;
 * SUMS_MAX: their sums for some filters, which stay in registers beside the values. */
#if BATCHED_BLOCK > 12
enum { PLACES_MAX = 3, SUMS_MAX = 24 };
#elif LANES_WIDTH > 4
enum { PLACES_MAX = 3, SUMS_MAX = 12 };
#else
enum { PLACES_MAX = 2, SUMS_MAX = 12 }; /* no fused multiply-add: products need registers */
#endif

/* How many of `left` filters of a block are computed together for n places. */
static inline int product_part(int n, int left)
{
    int most = SUMS_MAX / n;
    return left % most == 0 ? most : left >= 8 && most >= 8 ? 8 : 4;
}

/* How many of the places that are left are computed together, two left over rather than one. */
static inline int product_places(int left)
{
    return left >= PLACES_MAX && !(PLACES_MAX == 3 && left == 4) ? PLACES_MAX : left < 2 ? 1 : 2;
}

/* RUN(filters, places) with constants, of all that product_part gives. */
#if BATCHED_BLOCK > 12
#define PRODUCT_CASES(RUN) \
    RUN(24, 1) RUN(12, 2) RUN(8, 3) RUN(8, 2) RUN(8, 1) RUN(4, 3) RUN(4, 2) RUN(4, 1)
#elif LANES_WIDTH > 4
#define PRODUCT_CASES(RUN) RUN(12, 1) RUN(6, 2) RUN(4, 3) RUN(8, 1) RUN(4, 2) RUN(4, 1)
#else
#define PRODUCT_CASES(RUN) RUN(12, 1) RUN(6, 2) RUN(8, 1) RUN(4, 2) RUN(4, 1)
#endif

#if defined DENSE_PRODUCT /* of one kind, for the kernels alone (dense_kernels.c) */
void DENSE_PRODUCT(float *out, const struct batched_product *product,
    const struct product_part *part, const float *in, const float *add);
/* The same of a window of one place without padding (pointwise_kernels.c). */
void POINTWISE_PRODUCT(float *out, const struct batched_product *product,
    const struct product_part *part, const float *in, const float *add);
#endif

#endif
