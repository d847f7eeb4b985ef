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

ALWAYS_INLINE vector ending_relu(vector value)
{
    return (vector)((mask)value & ~(value < (vector){0}));
}

ALWAYS_INLINE vector ending_limit(vector value, float limit)
{
    vector most = (vector){0} + limit;
    return ending_choose(value > most, most, value);
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
