/* The kernels of renew.h, compiled once for each kind of processor like lanes_kernels.c. */
#include "engine/net/renew.h"

#include <string.h>
#if defined __AVX512F__
#include <immintrin.h>
#endif

typedef float vector __attribute__((vector_size(LANES_WIDTH * sizeof(float)), may_alias));
typedef int32_t mask __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));

enum { WIDTH = LANES_WIDTH };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Sifting ---------------------------------------------------------------------------------- */

static bool is_marked(const uint32_t *marks, uint32_t channel)
{
    return marks[channel / 32] >> channel % 32 & 1;
}

/* What is asked of a sifting. */
struct sieve {
    const struct shift_values *from;
    const uint32_t *pruned;
    uint32_t channel;
};

static void sift_pixel(struct shift_site *site, const struct sieve *sieve, uint32_t pixel)
{
    const struct shift_values *from = sieve->from;
    for (uint32_t i = from->starts[pixel]; i < from->starts[pixel + 1]; i++) {
        uint32_t channel = from->channels[i], n = site->now.n;
        bool goes = channel == sieve->channel;
        site->now.places[n] = pixel * from->n_channels + channel;
        site->now.values[n] = goes ? 0 : from->values[i];
        site->before[n] = from->values[i];
        site->gone[pixel] = goes ? n : site->gone[pixel];
        site->now.n += goes || !is_marked(sieve->pruned, channel);
    }
}

#if defined __AVX512F__
enum { SOME_CHANNELS = 512 }; /* whose marks fit a vector */

/* The same for up to 512 channels, a vector of values at a time. */
ALWAYS_INLINE void sift_vectors(
    struct shift_site *site, const struct sieve *sieve, __m512i pruned, uint32_t pixel)
{
    const struct shift_values *from = sieve->from;
    const __m512i wanted = _mm512_set1_epi32((int)sieve->channel), one = _mm512_set1_epi32(1);
    const __m512i place = _mm512_set1_epi32((int)(pixel * from->n_channels));
    uint32_t last = from->starts[pixel + 1], n = site->now.n;
    for (uint32_t i = from->starts[pixel]; i < last; i += 16) {
        __mmask16 inside = (__mmask16)(last - i < 16 ? (1U << (last - i)) - 1 : 0xffff);
        __m512i channel =
            _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(inside, from->channels + i));
        __m512 value = _mm512_maskz_loadu_ps(inside, from->values + i);
        __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(channel, 5), pruned);
        __m512i bits = _mm512_sllv_epi32(one, _mm512_and_si512(channel, _mm512_set1_epi32(31)));
        __mmask16 goes = _mm512_mask_cmpeq_epi32_mask(inside, channel, wanted);
        __mmask16 there = (__mmask16)(_mm512_mask_testn_epi32_mask(inside, words, bits) | goes);
        __m512 now = _mm512_maskz_mov_ps((__mmask16)~goes, value);
        channel = _mm512_add_epi32(channel, place);
        _mm512_storeu_si512(site->now.places + n, _mm512_maskz_compress_epi32(there, channel));
        _mm512_storeu_ps(site->now.values + n, _mm512_maskz_compress_ps(there, now));
        _mm512_storeu_ps(site->before + n, _mm512_maskz_compress_ps(there, value));
        uint32_t before = there & (goes - 1U); /* in front of the lowest that goes */
        site->gone[pixel] = goes ? n + (uint32_t)__builtin_popcount(before) : site->gone[pixel];
        n += (uint32_t)__builtin_popcount(there);
    }
    site->now.n = n;
}
#endif

static void sift(struct shift_site *site, const struct shift_values *from, const uint32_t *pruned,
    uint32_t channel)
{
    const struct sieve sieve = {from, pruned, channel};
    struct shift_list *going = &site->going;
    site->now.n = 0;
#if defined __AVX512F__
    const __m512i marks = _mm512_loadu_si512(pruned);
#endif
    for (uint32_t pixel = 0; pixel < from->pixels; pixel++) {
        site->starts[pixel] = site->now.n;
        site->gone[pixel] = SHIFT_NOWHERE;
#if defined __AVX512F__
        if (from->n_channels <= SOME_CHANNELS) {
            sift_vectors(site, &sieve, marks, pixel);
            continue;
        }
#endif
        sift_pixel(site, &sieve, pixel);
    }
    site->starts[from->pixels] = site->now.n;
    going->n = 0;
    for (uint32_t pixel = 0; pixel < from->pixels; pixel++) {
        bool goes = site->gone[pixel] != SHIFT_NOWHERE;
        going->places[going->n] = pixel * from->n_channels + channel;
        going->values[going->n] = -site->before[goes ? site->gone[pixel] : 0];
        going->n += goes;
    }
}

/* Renewing --------------------------------------------------------------------------------- */

/* Some of the values that a position sees, and the weights of place 0 for some filters. */
struct sight {
    const struct shift_site *site;
    const float *weights;
    size_t step; /* from the weights of one place to the next */
};

/* Adds values first..last-1 in order, to the sums now alone or to those before as well. (The copies
 * are what stays in registers.) */
ALWAYS_INLINE void add_values(vector *now, vector *before, const struct sight *sight,
    uint32_t first, uint32_t last, const int vectors, const bool both)
{
    const struct shift_site *site = sight->site;
    const uint32_t *places = site->now.places;
    const float *values = site->now.values, *olds = site->before;
    vector a[8], b[8];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        a[v] = now[v];
        b[v] = before[v];
    }
    for (uint32_t i = first; i < last; i++) {
        const vector *row = (const vector *)(sight->weights + places[i] * sight->step);
        float value = values[i], old = both ? olds[i] : 0;
        __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            vector weights = row[v];
            a[v] += value * weights;
            if (both)
                b[v] += old * weights;
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        now[v] = a[v];
        before[v] = both ? b[v] : a[v];
    }
}

/* Taps that lie side by side, of pixels first..last-1. Both sums are the same until the first value
 * that goes; returns whether they have parted. (A value that is 0 adds nothing.) */
ALWAYS_INLINE bool add_taps(vector *now, vector *before, const struct sight *sight, size_t first,
    size_t last, bool parted, const int vectors)
{
    const struct shift_site *site = sight->site;
    uint32_t from = site->starts[first], to = site->starts[last], gone = to;
    if (parted) {
        add_values(now, before, sight, from, to, vectors, true);
        return true;
    }
    for (size_t pixel = last; pixel-- > first;)
        gone = site->gone[pixel] < gone ? site->gone[pixel] : gone;
    add_values(now, before, sight, from, gone, vectors, false);
    if (gone == to)
        return false;
    add_values(now, before, sight, gone, to, vectors, true);
    return true;
}

/* Lane by lane, over the positions that are renewed. */
struct tally {
    vector sums, before, now, moved;
    mask before_counted, now_counted;
};

ALWAYS_INLINE vector no_less(vector a, const bool relu)
{
    if (!relu)
        return a;
    return (vector)((mask)a & (a > (vector){0}));
}

ALWAYS_INLINE void list_moved(struct shift_list *list, vector moved, uint32_t place)
{
#if defined __AVX512F__
    const __m512i count = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __mmask16 there = _mm512_cmp_ps_mask((__m512)moved, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    __m512i places = _mm512_add_epi32(count, _mm512_set1_epi32((int)place));
    _mm512_storeu_ps(list->values + list->n, _mm512_maskz_compress_ps(there, (__m512)moved));
    _mm512_storeu_si512(list->places + list->n, _mm512_maskz_compress_epi32(there, places));
    list->n += (uint32_t)__builtin_popcount(there);
#else
    for (uint32_t i = 0; i < WIDTH; i++) {
        list->places[list->n] = place + i;
        list->values[list->n] = moved[i];
        list->n += moved[i] != 0;
    }
#endif
}

/* What a position sees. */
ALWAYS_INLINE void add_window(vector *now, vector *before, const struct row_product *product,
    const struct shift_site *site, uint32_t position, size_t filter, const int vectors)
{
    const struct window *window = &product->window;
    struct taps down = product->down[position / (uint32_t)window->out[1]];
    struct taps across = product->across[position % (uint32_t)window->out[1]];
    int step = window->dilation[1], together = step == 1 ? across.last - across.first : 1;
    struct sight sight = {site, NULL, product->padded};
    bool parted = false;
    for (int y = down.first; y < down.last; y++) {
        ptrdiff_t row = (ptrdiff_t)(down.origin + y * window->dilation[0]) * window->in[1];
        for (int x = across.first; x < across.last; x += together) {
            ptrdiff_t pixel = row + across.origin + (ptrdiff_t)x * step;
            ptrdiff_t tap = (ptrdiff_t)y * window->size[1] + x - pixel;
            sight.weights = product->packed + filter +
                            tap * (ptrdiff_t)((size_t)window->channels * product->padded);
            parted = add_taps(
                now, before, &sight, (size_t)pixel, (size_t)(pixel + together), parted, vectors);
        }
    }
}

/* A position, for filters first..first + vectors * WIDTH - 1. */
ALWAYS_INLINE void renew_position(struct shift_renewal *renewal, struct tally *tally,
    uint32_t position, size_t first, const int vectors)
{
    const struct shift_stage *stage = renewal->stage;
    const struct row_product *product = &stage->terms[0].product;
    uint32_t place = position * (uint32_t)stage->filters + (uint32_t)first;
    vector now[8], before[8];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        now[v] = before[v] = ((const vector *)(product->bias + first))[v];
    add_window(now, before, product, renewal->site, position, first, vectors);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        vector after = no_less(now[v], stage->relu);
        vector old = no_less(before[v], stage->relu);
        if (renewal->fresh)
            old = (vector){0};
        vector moved = after - old;
        tally->sums += now[v] * now[v];
        tally->before += old * old;
        tally->now += after * after;
        tally->moved += moved * moved;
        tally->before_counted -= old != (vector){0};
        tally->now_counted -= after != (vector){0};
        list_moved(&renewal->moves.list, moved, place + (uint32_t)(v * WIDTH));
    }
}

ALWAYS_INLINE float total(vector values)
{
    float sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += values[i];
    return sum;
}

static void renew(struct shift_renewal *renewal)
{
    const struct shift_stage *stage = renewal->stage;
    struct shift_moves *moves = &renewal->moves;
    struct tally tally = {.sums = {0}};
    moves->list.n = 0;
    for (uint32_t p = 0; p < stage->positions; p++) {
        if (!renewal->fresh && !renewal->touched[p])
            continue;
        renewal->touched[p] = false;
        size_t at = 0, vectors = stage->padded / WIDTH;
        for (; vectors - at >= 5; at += 5)
            renew_position(renewal, &tally, p, at * WIDTH, 5);
        for (; vectors - at >= 2; at += 2)
            renew_position(renewal, &tally, p, at * WIDTH, 2);
        for (; vectors - at >= 1; at++)
            renew_position(renewal, &tally, p, at * WIDTH, 1);
    }
    moves->sums = total(tally.sums);
    moves->before = total(tally.before);
    moves->now = total(tally.now);
    moves->moved = total(tally.moved);
    moves->before_counted = moves->now_counted = 0;
    for (int i = 0; i < WIDTH; i++) {
        moves->before_counted += tally.before_counted[i];
        moves->now_counted += tally.now_counted[i];
    }
}

extern const struct renew_kernels RENEW_TABLE;
const struct renew_kernels RENEW_TABLE = {.sift = sift, .renew = renew};
