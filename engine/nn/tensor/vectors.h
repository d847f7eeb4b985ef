/* The vectors of kernels, which are compiled once for each kind of processor with LANES_WIDTH given
 * by the build. Private to these. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_VECTORS_H
#define SECATEUR_ENGINE_NN_TENSOR_VECTORS_H

#include <stdint.h>
#if defined __SSE2__
#include <immintrin.h>
#endif

#if !defined LANES_WIDTH
#define LANES_WIDTH 4
#endif

enum { WIDTH = LANES_WIDTH };

typedef float vector __attribute__((vector_size(LANES_WIDTH * sizeof(float)), may_alias));
/* Of blocks that are not aligned to a vector. */
typedef float loose
    __attribute__((vector_size(LANES_WIDTH * sizeof(float)), aligned(4), may_alias));
typedef int32_t mask __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
