/* The kernels of recompute.h, compiled once for each kind of processor like batched_kernels.c. */
#include "engine/nn/incremental/recompute.h"

#include "engine/nn/incremental/delta_stats.h"

#include <float.h>

#if defined __AVX512F__
#define IN_REGISTER(x) __asm__("" : "+v"(x))
#elif defined __SSE2__
#define IN_REGISTER(x) __asm__("" : "+x"(x))
#else
#define IN_REGISTER(x) (void)(x)
#endif

/* Filtering -------------------------------------------------------------------------------- */

static bool stays(const uint32_t *pruned, uint32_t channel)
{
    return !(pruned[channel / 32] >> channel % 32 & 1);
}

/* Fills in the lists value by value; `going` gets indices among the values for now. */
static void filter_one_by_one(struct delta_site *site, const struct site_values *from,
    const uint32_t *pruned, uint32_t channel)
{
    struct delta_list *removed = &site->removed;
    for (uint32_t pixel = 0; pixel < from->pixels; pixel++) {
        site->starts[pixel] = site->n;
        for (uint32_t i = from->starts[pixel]; i < from->starts[pixel + 1]; i++) {
            uint32_t own = from->places[i] - pixel % from->columns * from->n_channels;
            site->places[site->n] = from->places[i];
            site->before[site->n] = from->values[i];
            site->now[site->n] = own == channel ? 0 : from->values[i];
            removed->places[removed->n] = i;
            removed->values[removed->n] = from->values[i];
            site->n += own == channel || stays(pruned, own);
            removed->n += own == channel;
        }
    }
    site->starts[from->pixels] = site->n;
}

#if defined __AVX512F__
enum { SOME_CHANNELS = 512 }; /* whose marks fit a vector */

/* What is the same for all values. */
struct filter {
    __m512i pruned, channel, by;
    __m512 inverse;
};

/* place % channels. The quotient may be one too small. */
ALWAYS_INLINE __m512i channel_of(const struct filter *filter, __m512i place)
{
    __m512i times = _mm512_cvttps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(place), filter->inverse));
    __m512i rest = _mm512_sub_epi32(place, _mm512_mullo_epi32(times, filter->by));
    return _mm512_min_epu32(
        rest, _mm512_sub_epi32(rest, filter->by)); /* as unsigned, what is below 0 is large */
}

ALWAYS_INLINE void filter_vector(struct delta_site *site, const struct site_values *from,
    const struct filter *filter, uint32_t at, uint32_t end)
{
    const __m512i count = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __mmask16 inside = (__mmask16)(end - at < 16 ? (1U << (end - at)) - 1 : 0xffff);
    __m512i place = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(inside, from->places + at));
    __m512 value = _mm512_maskz_loadu_ps(inside, from->values + at);
    __m512i channel = channel_of(filter, place);
    __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(channel, 5), filter->pruned);
    __m512i bit = _mm512_and_si512(channel, _mm512_set1_epi32(31));
    __mmask16 goes = _mm512_mask_cmpeq_epi32_mask(inside, channel, filter->channel);
    __mmask16 there = (__mmask16)(goes | _mm512_mask_testn_epi32_mask(inside, words,
                                             _mm512_sllv_epi32(_mm512_set1_epi32(1), bit)));
    __m512 now = _mm512_maskz_mov_ps((__mmask16)~goes, value);
    struct delta_list *removed = &site->removed;
    _mm512_storeu_si512(site->places + site->n, _mm512_maskz_compress_epi32(there, place));
    _mm512_storeu_ps(site->before + site->n, _mm512_maskz_compress_ps(there, value));
    _mm512_storeu_ps(site->now + site->n, _mm512_maskz_compress_ps(there, now));
    place = _mm512_add_epi32(count, _mm512_set1_epi32((int)at));
    _mm512_storeu_si512(removed->places + removed->n, _mm512_maskz_compress_epi32(goes, place));
    _mm512_storeu_ps(removed->values + removed->n, _mm512_maskz_compress_ps(goes, value));
    site->marks[at / 16] = (uint64_t)site->n << 16 | there;
    site->n += (uint32_t)__builtin_popcount(there);
    removed->n += (uint32_t)__builtin_popcount(goes);
}

/* The same for up to 512 channels, a vector of values at a time. */
static void filter_vectors(struct delta_site *site, const struct site_values *from,
    const uint32_t *pruned, uint32_t channel)
{
    const struct filter filter = {_mm512_loadu_si512(pruned), _mm512_set1_epi32((int)channel),
        _mm512_set1_epi32((int)from->n_channels),
        _mm512_set1_ps(1 / (float)from->n_channels * (1 - FLT_EPSILON))};
    uint32_t end = from->starts[from->pixels];
    for (uint32_t at = 0; at < end; at += 16)
        filter_vector(site, from, &filter, at, end);
    if (end % 16 == 0)
        site->marks[end / 16] = (uint64_t)site->n << 16;
    for (uint32_t pixel = 0; pixel <= from->pixels; pixel++) {
        uint32_t start = from->starts[pixel];
        uint64_t mark = site->marks[start / 16];
        uint32_t before = (uint32_t)mark & ((1U << start % 16) - 1);
        site->starts[pixel] = (uint32_t)(mark >> 16) + (uint32_t)__builtin_popcount(before);
    }
}
#endif

static void filter_pruned(struct delta_site *site, const struct site_values *from,
    const uint32_t *pruned, uint32_t channel)
{
    struct delta_list *removed = &site->removed;
    uint32_t size = from->columns * from->n_channels, row = 0;
    site->n = removed->n = 0;
#if defined __AVX512F__
    if (from->n_channels <= SOME_CHANNELS)
        filter_vectors(site, from, pruned, channel);
    else
#endif
        filter_one_by_one(site, from, pruned, channel);
    for (uint32_t i = 0; i < removed->n; i++) {
        while (removed->places[i] >= from->starts[(row + 1) * from->columns])
            row++;
        removed->places[i] = row * size + from->places[removed->places[i]];
        removed->values[i] = -removed->values[i];
    }
}

/* Recomputing ------------------------------------------------------------------------------ */

/* Values that lie side by side, and the weights of place 0 in their row. */
struct segment {
    uint32_t first, last;
    const float *weights;
};

/* What a position sees, for the filters from one on; returns how many segments have values. */
ALWAYS_INLINE int find_segments(struct segment *segments, const struct delta_stage *stage,
    const struct delta_site *site, uint32_t position, size_t filter)
{
    const float *packed = stage->terms[0].product.packed + filter;
    int n = 0;
    for (uint32_t i = stage->span_starts[position]; i < stage->span_starts[position + 1]; i++) {
        const struct delta_span *span = &stage->spans[i];
        segments[n] = (struct segment){
            site->starts[span->first], site->starts[span->last], packed + span->weights};
        n += segments[n].first < segments[n].last;
    }
    segments[n] = (struct segment){0};
    return n;
}

/* Adds up the segments in order, as they are now and, unless only that is asked for, as they were
 * before. One loop, whose end is easier to foretell than those of many. (A value of 0 adds
 * nothing.) */
ALWAYS_INLINE void add_segments(vector *now, vector *before, const struct delta_site *site,
    const struct segment *segments, int n, size_t step, const int vectors, const bool both)
{
    uint32_t count = 0, i = segments->first;
    vector a[8], b[8]; /* what stays in registers */
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        a[v] = b[v] = now[v];
    for (int s = 0; s < n; s++)
        count += segments[s].last - segments[s].first;
    for (; count > 0; count--) {
        const vector *row = (const vector *)(segments->weights + site->places[i] * step);
        float value = site->now[i], old = both ? site->before[i] : 0;
        __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            vector weights = row[v];
            IN_REGISTER(weights); /* loaded once */
            a[v] += value * weights;
            if (both)
                b[v] += old * weights;
        }
        bool over = ++i == segments->last;
        segments += over;
        i = over ? segments->first : i;
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        now[v] = a[v];
        before[v] = b[v];
    }
}

ALWAYS_INLINE vector no_less(vector a, const bool relu)
{
    if (!relu)
        return a;
    return (vector)((mask)a & (a > (vector){0}));
}

/* A position, for filters first..first + vectors * WIDTH - 1. */
ALWAYS_INLINE void recompute_position(struct delta_recomputation *recomputation,
    struct delta_stats *stats, uint32_t position, size_t first, const int vectors)
{
    const struct delta_stage *stage = recomputation->stage;
    const struct sparse_product *product = &stage->terms[0].product;
    uint32_t place = position * (uint32_t)stage->filters + (uint32_t)first;
    struct segment segments[DELTA_SPANS_MAX + 1];
    vector now[8], before[8];
    int n = find_segments(segments, stage, recomputation->site, position, first);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        now[v] = ((const vector *)(product->bias + first))[v];
    if (recomputation->fresh)
        add_segments(
            now, before, recomputation->site, segments, n, product->padded, vectors, false);
    else
        add_segments(now, before, recomputation->site, segments, n, product->padded, vectors, true);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        vector after = no_less(now[v], stage->relu);
        vector old = no_less(before[v], stage->relu);
        if (recomputation->fresh)
            old = (vector){0};
        stats->sums += now[v] * now[v];
        delta_stats_values(stats, &recomputation->result.list, old, after, old != (vector){0},
            after != (vector){0}, place + (uint32_t)(v * WIDTH));
    }
}

static void recompute(struct delta_recomputation *recomputation)
{
    const struct delta_stage *stage = recomputation->stage;
    struct delta_result *result = &recomputation->result;
    struct delta_stats stats = {.sums = {0}};
    result->list.n = 0;
    for (uint32_t p = 0; p < stage->positions; p++) {
        if (!recomputation->fresh && !recomputation->touched[p])
            continue;
        recomputation->touched[p] = false;
        size_t at = 0, vectors = stage->padded / WIDTH;
        for (; vectors - at >= 5; at += 5)
            recompute_position(recomputation, &stats, p, at * WIDTH, 5);
        for (; vectors - at >= 2; at += 2)
            recompute_position(recomputation, &stats, p, at * WIDTH, 2);
        for (; vectors - at >= 1; at++)
            recompute_position(recomputation, &stats, p, at * WIDTH, 1);
    }
    delta_stats_finish(&stats, result);
}

extern const struct recompute_kernels RECOMPUTE_TABLE;
const struct recompute_kernels RECOMPUTE_TABLE = {
    .filter_pruned = filter_pruned, .recompute = recompute};
