/* The kernels of argmax_int16.h, compiled once for each kind of processor like batched_kernels.c.
 */
#include "engine/nn/argmax/argmax_quantised.h"
#include "engine/nn/tensor/vectors.h"

#include <math.h>

typedef int32_t ints __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));
typedef int16_t shorts __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));

/* Vectors of a block: its weights stay in the first cache, its sums in registers. */
#if defined __AVX512BW__
enum { BLOCK = 4 };
#else
enum { BLOCK = 8 };
#endif
enum { LANES = 2 * WIDTH };

/* The upper halves of products. */
ALWAYS_INLINE shorts upper(shorts a, shorts b)
{
#if defined __AVX512BW__
    return (shorts)_mm512_mulhi_epi16((__m512i)a, (__m512i)b);
#elif defined __AVX2__
    return (shorts)_mm256_mulhi_epi16((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (shorts)_mm_mulhi_epi16((__m128i)a, (__m128i)b);
#else
    shorts upper;
    for (int i = 0; i < LANES; i++)
        upper[i] = (int16_t)(((int32_t)a[i] * b[i]) >> 16);
    return upper;
#endif
}

ALWAYS_INLINE shorts larger(shorts a, shorts b)
{
#if defined __AVX512BW__
    return (shorts)_mm512_max_epi16((__m512i)a, (__m512i)b);
#elif defined __AVX2__
    return (shorts)_mm256_max_epi16((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (shorts)_mm_max_epi16((__m128i)a, (__m128i)b);
#else
    shorts above = a > b;
    return (a & above) | (b & ~above);
#endif
}

/* BITS bits for each lane in which a value is above the limit. */
#if defined __AVX512BW__ || !defined __SSE2__
enum { BITS = 1 };
#else
enum { BITS = 2 };
#endif
ALWAYS_INLINE uint32_t find_above(shorts values, shorts limit)
{
#if defined __AVX512BW__
    return _mm512_cmpgt_epi16_mask((__m512i)values, (__m512i)limit);
#elif defined __AVX2__
    return (uint32_t)_mm256_movemask_epi8((__m256i)(values > limit));
#elif defined __SSE2__
    return (uint32_t)_mm_movemask_epi8((__m128i)(values > limit));
#else
    uint32_t bits = 0;
    for (int i = 0; i < LANES; i++)
        bits |= (uint32_t)(values[i] > limit[i]) << i;
    return bits;
#endif
}

ALWAYS_INLINE int highest(shorts values)
{
    int highest = values[0];
    for (int i = 1; i < LANES; i++)
        highest = values[i] > highest ? values[i] : highest;
    return highest;
}

/* A query while it is answered; its sums and lists lie behind it in the scratch. */
struct query_sums {
    shorts peak; /* the highest sums so far */
    struct argmax_quantised quantised;
    int16_t *sums; /* [vectors][LANES] */
};

/* An odd number of lines, so that the queries do not share places in a cache. */
static size_t bytes(const struct argmax_classes *classes)
{
    size_t all = sizeof(struct query_sums) + classes->vectors * sizeof(shorts) +
                 argmax_quantised_bytes(classes);
    return ((all + 63) / 64 | 1) * 64;
}

ALWAYS_INLINE struct query_sums *sums_at(void *scratch, size_t step, int index)
{
    return (struct query_sums *)(void *)((char *)scratch + (size_t)index * step);
}

static void begin(
    struct query_sums *own, const struct argmax_classes *classes, const struct argmax_query *query)
{
    own->peak = (shorts){0} - INT16_MAX - 1;
    own->sums = (int16_t *)(own + 1);
    argmax_quantised_init(&own->quantised, classes, own->sums + classes->vectors * LANES);
    if (classes->usable && query->needed < ARGMAX_LARGE)
        ARGMAX_QUANTISE(&own->quantised, classes, query->units);
}

/* sums += listed units times their rows of weights. */
ALWAYS_INLINE void add_quantised(shorts *sums, const struct argmax_quantised *quantised,
    uint32_t from, uint32_t to, const int16_t *weights, const size_t vectors)
{
    for (uint32_t i = from; i < to; i++) {
        const shorts *row = (const shorts *)(weights + quantised->places[i] * vectors * LANES);
        shorts number = (shorts)((ints){0} + quantised->values[i]);
        __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; v++)
            sums[v] += upper(number, row[v]);
    }
}

/* Of several runs; every second sum of 16 bits is widened at a time. */
static __attribute__((noinline)) void sum_runs(shorts *sums,
    const struct argmax_quantised *quantised, const int16_t *weights, const size_t vectors)
{
    ints even[BLOCK], odd[BLOCK];
    for (size_t v = 0; v < vectors; v++)
        even[v] = odd[v] = (ints){0};
    for (uint32_t run = 0, at = 0; run < quantised->runs; at = quantised->ends[run++]) {
        for (size_t v = 0; v < vectors; v++)
            sums[v] = (shorts){0};
        add_quantised(sums, quantised, at, quantised->ends[run], weights, vectors);
        for (size_t v = 0; v < vectors; v++) {
            even[v] += (ints)sums[v] << 16 >> 16;
            odd[v] += (ints)sums[v] >> 16;
        }
    }
    for (size_t v = 0; v < vectors; v++)
        sums[v] =
            (shorts)((even[v] >> quantised->shift & 0xffff) | (odd[v] >> quantised->shift << 16));
}

ALWAYS_INLINE void sum_block(
    struct query_sums *own, const int16_t *weights, int16_t *to, const size_t vectors)
{
    const struct argmax_quantised *quantised = &own->quantised;
    shorts sums[BLOCK], peak = own->peak;
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++)
        sums[v] = (shorts){0};
    if (quantised->runs > 1)
        sum_runs(sums, quantised, weights, vectors);
    else
        add_quantised(sums, quantised, 0, quantised->n, weights, vectors);
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; v++) {
        *(shorts *)(to + v * LANES) = sums[v];
        peak = larger(peak, sums[v]);
    }
    own->peak = peak;
}

/* A block of classes for all queries, so that its weights are read from the first cache. */
ALWAYS_INLINE void sum_all(
    void *scratch, const struct argmax_classes *classes, int n, size_t first, const size_t vectors)
{
    const int16_t *weights = classes->packed + first * LANES * (classes->units + 1);
    size_t step = bytes(classes);
    for (int i = 0; i < n; i++) {
        struct query_sums *own = sums_at(scratch, step, i);
        sum_block(own, weights, own->sums + first * LANES, vectors);
    }
}

static void sum_some(
    void *scratch, const struct argmax_classes *classes, int n, size_t first, size_t vectors)
{
    if (vectors == 8 && BLOCK == 8)
        sum_all(scratch, classes, n, first, BLOCK);
    else if (vectors == 4)
        sum_all(scratch, classes, n, first, 4);
    else if (vectors == 2)
        sum_all(scratch, classes, n, first, 2);
    else
        sum_all(scratch, classes, n, first, 1);
}

ALWAYS_INLINE float total(vector values)
{
    float sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += values[i];
    return sum;
}

static float logit(const struct argmax_classes *classes, const float *units, size_t class)
{
    const float *row = classes->rows + class * classes->units;
    vector sums = {0};
    size_t at = 0;
    for (; at + WIDTH <= classes->units; at += WIDTH)
        sums += *(const loose *)(units + at) * *(const loose *)(row + at);
    float sum = total(sums);
    for (; at < classes->units; at++)
        sum += units[at] * row[at];
    return sum + classes->bias[class];
}

/* Classes that may win; their logits are summed in floats where there are several. */
struct candidates {
    int n;
    size_t class;
    float first, second;
    bool broken; /* one is not finite */
};

static void add_candidate(struct candidates *candidates, const struct argmax_classes *classes,
    const float *units, size_t class)
{
    if (candidates->n++ == 0) {
        candidates->class = class;
        return;
    }
    if (candidates->n == 2) {
        candidates->first = logit(classes, units, candidates->class);
        candidates->second = -INFINITY;
        candidates->broken = !isfinite(candidates->first);
    }
    float value = logit(classes, units, class);
    bool wins = value > candidates->first;
    candidates->broken = candidates->broken || !isfinite(value);
    candidates->second = fmaxf(candidates->second, wins ? candidates->first : value);
    candidates->first = wins ? value : candidates->first;
    candidates->class = wins ? class : candidates->class;
}

/* The next vector in which a sum is above the limit; *rest becomes the maximum of those before it.
 * Not inline: among calls of other functions the maximum would not stay in a register. */
static __attribute__((noinline)) size_t find_next(
    const struct query_sums *own, size_t at, size_t end, shorts limit, shorts *rest)
{
    shorts highest = *rest;
    for (; at < end; at++) {
        shorts sums = *(const shorts *)(own->sums + at * LANES);
        if (find_above(sums, limit) != 0)
            break;
        highest = larger(highest, sums);
    }
    *rest = highest;
    return at;
}

/* Collects all classes above the limit; returns the highest sum of the others. */
static int find_classes(struct candidates *candidates, const struct query_sums *own,
    const struct argmax_classes *classes, const float *units, shorts limit)
{
    const shorts lowest = (shorts){0} - INT16_MAX - 1;
    shorts rest = lowest;
    for (size_t v = 0; v < classes->vectors; v++) {
        v = find_next(own, v, classes->vectors, limit, &rest);
        if (v == classes->vectors)
            break;
        shorts sums = *(const shorts *)(own->sums + v * LANES), gone = sums > limit;
        rest = larger(rest, (sums & ~gone) | (lowest & gone));
        for (uint32_t above = find_above(sums, limit); above != 0; above &= above - 1) {
            size_t bit = (size_t)__builtin_ctz(above), class = v * LANES + bit / BITS;
            if (bit % BITS == 0 && class < classes->classes)
                add_candidate(candidates, classes, units, class);
        }
    }
    return highest(rest);
}

static void finish(
    const struct query_sums *own, const struct argmax_classes *classes, struct argmax_query *query)
{
    const struct argmax_quantised *quantised = &own->quantised;
    query->margin = -1;
    query->class = 0;
    if (quantised->runs == 0)
        return;
    int top = highest(own->peak);
    double near = 2 * quantised->off + query->needed / quantised->unit;
    int least = near < top + 32768 ? top - (int)near - 1 : -32768;
    const shorts limit = (shorts){0} + (int16_t)(least < -32768 ? -32768 : least);
    struct candidates candidates = {.n = 0};
    int rest = find_classes(&candidates, own, classes, query->units, limit);
    double apart = top - rest - 2 * (double)quantised->off;
    float margin = (float)(apart * quantised->unit * (1 - 1e-6));
    if (candidates.n == (int)classes->classes)
        margin = INFINITY; /* no other class is left */
    if (candidates.n > 1)
        margin = fminf(margin, candidates.first - candidates.second);
    query->class = (int32_t)candidates.class;
    query->margin = margin > 0 && margin < ARGMAX_LARGE && !candidates.broken ? margin : -1;
}

static void answer(
    struct argmax_query *queries, const struct argmax_classes *classes, int n, void *scratch)
{
    size_t step = bytes(classes), vectors;
    for (int i = 0; i < n; i++)
        begin(sums_at(scratch, step, i), classes, &queries[i]);
    for (size_t first = 0; first < classes->vectors; first += vectors) {
        vectors = argmax_block(classes->vectors - first, BLOCK);
        sum_some(scratch, classes, n, first, vectors);
    }
    for (int i = 0; i < n; i++)
        finish(sums_at(scratch, step, i), classes, &queries[i]);
}

extern const struct argmax_kernels ARGMAX_TABLE;
const struct argmax_kernels ARGMAX_TABLE = {
    .lanes = LANES, .block = BLOCK, .bytes = bytes, .answer = answer};
