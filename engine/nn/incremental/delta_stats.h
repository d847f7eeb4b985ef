/* Sums and lists over the changed values of a stage, vector by vector: shared by the kernels of
 * delta.h and recompute.h. Compiled for each kind of processor; private to these. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_STATS_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_STATS_H

#include "engine/nn/incremental/delta_update.h"
#include "engine/nn/tensor/vectors.h"

/* Over the positions that are touched, lane by lane. */
struct delta_stats {
    vector sums, before, now, moved;
    mask before_counted, now_counted;
};

/* Lists the values of a vector that are not zero; place of its first. */
ALWAYS_INLINE void delta_stats_list(struct delta_list *list, vector values, uint32_t place)
{
#if defined __AVX512F__
    const __m512i count = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __mmask16 there = _mm512_cmp_ps_mask((__m512)values, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    __m512i places = _mm512_add_epi32(count, _mm512_set1_epi32((int)place));
    _mm512_storeu_ps(list->values + list->n, _mm512_maskz_compress_ps(there, (__m512)values));
    _mm512_storeu_si512(list->places + list->n, _mm512_maskz_compress_epi32(there, places));
    list->n += (uint32_t)__builtin_popcount(there);
#else
    for (uint32_t i = 0; i < WIDTH; i++) {
        list->places[list->n] = place + i;
        list->values[list->n] = values[i];
        list->n += values[i] != 0;
    }
#endif
}

/* Adds values that were `before` and are `now`; masks mark those that are counted. */
ALWAYS_INLINE void delta_stats_values(struct delta_stats *stats, struct delta_list *list,
    vector before, vector now, mask before_counted, mask now_counted, uint32_t place)
{
    vector moved = now - before;
    stats->before += before * before;
    stats->now += now * now;
    stats->moved += moved * moved;
    stats->before_counted -= before_counted;
    stats->now_counted -= now_counted;
    delta_stats_list(list, moved, place);
}

ALWAYS_INLINE float delta_stats_total(vector values)
{
#if defined __AVX512F__
    return _mm512_reduce_add_ps((__m512)values);
#else
    float sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += values[i];
    return sum;
#endif
}

ALWAYS_INLINE void delta_stats_finish(const struct delta_stats *stats, struct delta_result *result)
{
    result->sums = delta_stats_total(stats->sums);
    result->before = delta_stats_total(stats->before);
    result->now = delta_stats_total(stats->now);
    result->change = delta_stats_total(stats->moved);
    result->before_counted = result->now_counted = 0;
    for (int i = 0; i < WIDTH; i++) {
        result->before_counted += stats->before_counted[i];
        result->now_counted += stats->now_counted[i];
    }
}

#endif
