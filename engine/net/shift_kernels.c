/* The kernels of shift.h, compiled once for each kind of processor like lanes_kernels.c. */
#include "engine/net/shift.h"

#include <float.h>
#include <math.h>
#include <string.h>
#if defined __AVX512F__
#include <immintrin.h>
#endif

typedef float vector __attribute__((vector_size(LANES_WIDTH * sizeof(float)), may_alias));
/* Of blocks that are not aligned to a vector. */
typedef float loose
    __attribute__((vector_size(LANES_WIDTH * sizeof(float)), aligned(4), may_alias));
typedef int32_t mask __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));

enum { WIDTH = LANES_WIDTH };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE vector larger(vector a, vector b)
{
#if defined __AVX512F__
    return (vector)_mm512_max_ps((__m512)a, (__m512)b);
#else
    vector larger;
    for (int i = 0; i < WIDTH; i++)
        larger[i] = a[i] > b[i] ? a[i] : b[i];
    return larger;
#endif
}

/* changes += what the listed values add, for some vectors of units. */
ALWAYS_INLINE void add_units(float *changes, const float *weights, size_t step,
    const struct shift_list *list, const int vectors)
{
    vector sums[16];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
        sums[v] = *(const loose *)(changes + v * WIDTH);
    for (uint32_t i = 0, end; i < list->n; i = end) {
        vector run[16];
        end = list->n - i < SHIFT_RUN ? list->n : i + SHIFT_RUN;
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            run[v] = (vector){0};
        for (; i < end; i++) {
            const vector *row = (const vector *)(weights + list->places[i] * step);
            float value = list->values[i];
            __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 16
            for (int v = 0; v < vectors; v++)
                run[v] += value * row[v];
        }
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            sums[v] += run[v];
    }
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
        *(loose *)(changes + v * WIDTH) = sums[v];
}

static void spread_units(
    float *changes, const float *weights, size_t padded, const struct shift_list *list)
{
    size_t at = 0, vectors = padded / WIDTH;
    for (; vectors - at >= 10; at += 10)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 10);
    for (; vectors - at >= 4; at += 4)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 4);
    for (; vectors - at >= 1; at++)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 1);
}

static void spread(float *changes, bool *touched, const struct shift_term *term, size_t padded,
    const struct shift_list *list)
{
    const struct window *window = &term->product.window;
    uint32_t channels = (uint32_t)window->channels;
    if (shift_reads_all(term)) {
        spread_units(changes, term->product.packed, padded, list);
        touched[0] = touched[0] || list->n > 0;
        return;
    }
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t pixel = list->places[i] / channels, channel = list->places[i] % channels;
        float value = list->values[i];
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++) {
            struct shift_target target = term->targets[t];
            float *to = changes + target.position * padded;
            const float *from =
                term->product.packed + ((size_t)target.tap * channels + channel) * padded;
            touched[target.position] = true;
            for (size_t f = 0; f < padded; f += WIDTH)
                *(loose *)(to + f) += value * *(const vector *)(from + f);
        }
    }
}

/* Lists the values of a vector that are not zero; place of its first. */
ALWAYS_INLINE void list_vector(struct shift_list *list, vector values, uint32_t place)
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

ALWAYS_INLINE float total(vector values)
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

ALWAYS_INLINE int32_t count(mask values)
{
#if defined __AVX512F__
    return _mm512_reduce_add_epi32((__m512i)values);
#else
    int32_t sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += values[i];
    return sum;
#endif
}

/* What has been summed up over the touched positions, lane by lane. */
struct tally {
    vector sums, before, now, moved;
    mask before_counted, now_counted;
};

/* `last`: only the sums and values are asked for. */
ALWAYS_INLINE void settle_vector(struct shift_settling *settling, struct tally *tally, size_t at,
    uint32_t place, const bool relu, const bool last)
{
    vector old = *(const loose *)(settling->sums + at), zero = {0};
    vector new = old + *(const vector *)(settling->changes + at);
    vector before = relu ? larger(old, zero) : old;
    vector now = relu ? larger(new, zero) : new;
    vector threshold = zero - settling->threshold;
    if (settling->keep)
        *(loose *)(settling->sums + at) = new;
    *(vector *)(settling->changes + at) = zero;
    tally->sums += new *new;
    if (last) {
        *(vector *)(settling->values + at) = now;
        return;
    }
    if (settling->fresh)
        before = zero;
    vector moved = now - before;
    tally->before_counted -= old > threshold;
    tally->now_counted -= new > threshold;
    tally->before += before * before;
    tally->now += now * now;
    tally->moved += moved * moved;
    list_vector(&settling->moves.list, moved, place);
}

ALWAYS_INLINE void settle_stage(struct shift_settling *settling, const bool relu, const bool last)
{
    const struct shift_stage *stage = settling->stage;
    struct shift_moves *moves = &settling->moves;
    struct tally tally = {.sums = {0}};
    moves->list.n = 0;
    for (size_t p = 0; p < stage->positions; p++) {
        if (!settling->touched[p])
            continue;
        settling->touched[p] = false;
        for (size_t f = 0; f < stage->padded; f += WIDTH)
            settle_vector(settling, &tally, p * stage->padded + f,
                (uint32_t)(p * stage->filters + f), relu, last);
    }
    moves->sums = total(tally.sums);
    if (last)
        return;
    moves->before = total(tally.before);
    moves->now = total(tally.now);
    moves->moved = total(tally.moved);
    moves->before_counted = count(tally.before_counted);
    moves->now_counted = count(tally.now_counted);
}

static void settle(struct shift_settling *settling)
{
    bool relu = settling->stage->relu, last = settling->values;
    if (last && relu)
        settle_stage(settling, true, true);
    else if (last)
        settle_stage(settling, false, true);
    else if (relu)
        settle_stage(settling, true, false);
    else
        settle_stage(settling, false, false);
}

static void compare(struct shift_apart *apart, const float *a, const float *b, size_t n)
{
    vector xx = {0}, yy = {0}, moved = {0};
    size_t at = 0;
    *apart = (struct shift_apart){0};
    for (; at + WIDTH <= n; at += WIDTH) {
        vector x = *(const loose *)(a + at), y = *(const loose *)(b + at), change = x - y;
        xx += x * x;
        yy += y * y;
        moved += change * change;
    }
    for (; at < n; at++) {
        apart->a += a[at] * a[at];
        apart->b += b[at] * b[at];
        apart->moved += (a[at] - b[at]) * (a[at] - b[at]);
    }
    apart->a += total(xx);
    apart->b += total(yy);
    apart->moved += total(moved);
}

extern const struct shift_kernels SHIFT_TABLE;
const struct shift_kernels SHIFT_TABLE = {
    .unit = FLT_EPSILON / 2,
#if !defined __FMA__ /* else there is one rounding (a test looks) */
    .product = FLT_EPSILON / 2,
#endif
    .spread = spread,
    .settle = settle,
    .compare = compare,
};
