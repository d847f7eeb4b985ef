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

#if defined DENSE_PRODUCT /* of one kind, for the kernels alone (dense_kernels.c) */
void DENSE_PRODUCT(
    float *out, const struct batched_product *product, const float *in, const float *add);
#endif

#endif
