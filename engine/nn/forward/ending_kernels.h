/* Endings (ending.h) on vectors; for the kernels alone, which are compiled once for each kind of
 * processor. NaN stays NaN: a broken net must not look sound. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_ENDING_KERNELS_H
#define SECATEUR_ENGINE_NN_FORWARD_ENDING_KERNELS_H

#include "engine/nn/forward/ending.h"
#include "engine/nn/tensor/vectors.h"

ALWAYS_INLINE vector ending_choose(mask where, vector a, vector b)
{
    return (vector)(((mask)a & where) | ((mask)b & ~where));
}

/* On x86, of two numbers max and min give the second where one is not a number or both are zero. */
ALWAYS_INLINE vector ending_relu(vector value)
{
#if LANES_WIDTH == 16 && defined __AVX512F__
    return (vector)_mm512_max_ps(_mm512_setzero_ps(), (__m512)value);
#elif LANES_WIDTH == 8 && defined __AVX2__
    return (vector)_mm256_max_ps(_mm256_setzero_ps(), (__m256)value);
#elif LANES_WIDTH == 4 && defined __SSE2__
    return (vector)_mm_max_ps(_mm_setzero_ps(), (__m128)value);
#else
    return (vector)((mask)value & ~(value < (vector){0}));
#endif
}

ALWAYS_INLINE vector ending_limit(vector value, float limit)
{
    vector most = (vector){0} + limit;
#if LANES_WIDTH == 16 && defined __AVX512F__
    return (vector)_mm512_min_ps((__m512)most, (__m512)value);
#elif LANES_WIDTH == 8 && defined __AVX2__
    return (vector)_mm256_min_ps((__m256)most, (__m256)value);
#elif LANES_WIDTH == 4 && defined __SSE2__
    return (vector)_mm_min_ps((__m128)most, (__m128)value);
#else
    return ending_choose(value > most, most, value);
#endif
}

/* One value of channel c behind the bias, which lies at `at` in its tensor. */
ALWAYS_INLINE vector ending_apply(const struct ending *ending, vector value, size_t c, size_t at)
{
    if (ending->scale)
        value = value * ending->scale[c] + ending->shift[c];
    if (ending->add)
        value += ((const vector *)ending->add)[at];
    if (ending->relu)
        value = ending_relu(value);
    return ending->limit > 0 ? ending_limit(value, ending->limit) : value;
}

#endif
