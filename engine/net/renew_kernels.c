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

/* Values first..last-1, which are a pixel's. */
ALWAYS_INLINE void sift_some(struct shift_site *site, const struct shift_values *from,
    const uint32_t *pruned, uint32_t pixel, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        uint32_t channel = from->channels[i];
        site->channels[site->n] = channel;
        site->values[site->n] = from->values[i];
        if (channel == site->channel) {
            site->at[pixel] = site->n;
            site->gone[pixel] = from->values[i];
        }
        site->n += channel != site->channel && !is_marked(pruned, channel);
    }
}

#if defined __AVX512F__
enum { SOME_CHANNELS = 512 }; /* whose marks fit a vector */

/* The same for up to 512 channels, a vector of values at a time. */
ALWAYS_INLINE void sift_vectors(struct shift_site *site, const struct shift_values *from,
    __m512i pruned, uint32_t pixel, uint32_t first, uint32_t last)
{
    const __m512i wanted = _mm512_set1_epi32((int)site->channel), one = _mm512_set1_epi32(1);
    for (uint32_t i = first; i < last; i += 16) {
        __mmask16 inside = (__mmask16)(last - i < 16 ? (1U << (last - i)) - 1 : 0xffff);
        __m512i channel =
            _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(inside, from->channels + i));
        __m512 value = _mm512_maskz_loadu_ps(inside, from->values + i);
        __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(channel, 5), pruned);
        __m512i bits = _mm512_sllv_epi32(one, _mm512_and_si512(channel, _mm512_set1_epi32(31)));
        __mmask16 mine = _mm512_mask_cmpeq_epi32_mask(inside, channel, wanted);
        __mmask16 stay = _mm512_mask_testn_epi32_mask((__mmask16)(inside & ~mine), words, bits);
        _mm512_storeu_si512(site->channels + site->n, _mm512_maskz_compress_epi32(stay, channel));
        _mm512_storeu_ps(site->values + site->n, _mm512_maskz_compress_ps(stay, value));
        if (mine) {
            uint32_t before = stay & ((1U << __builtin_ctz(mine)) - 1);
            site->at[pixel] = site->n + (uint32_t)__builtin_popcount(before);
            site->gone[pixel] = from->values[i + (uint32_t)__builtin_ctz(mine)];
        }
        site->n += (uint32_t)__builtin_popcount(stay);
    }
}
#endif

/* What goes, as changes of the tensor. */
ALWAYS_INLINE void list_going(struct shift_site *site, uint32_t pixels, uint32_t channels)
{
    struct shift_list *going = &site->going;
    going->n = 0;
    for (uint32_t pixel = 0; pixel < pixels; pixel++) {
        going->places[going->n] = pixel * channels + site->channel;
        going->values[going->n] = -site->gone[pixel];
        going->n += site->at[pixel] != SHIFT_NOWHERE;
    }
}

static void sift(struct shift_site *site, const struct shift_values *from, const uint32_t *pruned,
    uint32_t channel)
{
    site->n = 0;
    site->channel = channel;
#if defined __AVX512F__
    const __m512i marks = _mm512_loadu_si512(pruned);
#endif
    for (uint32_t pixel = 0; pixel < from->pixels; pixel++) {
        uint32_t first = from->starts[pixel], last = from->starts[pixel + 1];
        site->starts[pixel] = site->n;
        site->at[pixel] = SHIFT_NOWHERE;
#if defined __AVX512F__
        if (from->n_channels <= SOME_CHANNELS) {
            sift_vectors(site, from, marks, pixel, first, last);
            continue;
        }
#endif
        sift_some(site, from, pruned, pixel, first, last);
    }
    site->starts[from->pixels] = site->n;
    list_going(site, from->pixels, from->n_channels);
}

/* Renewing --------------------------------------------------------------------------------- */

/* What one position sees, for some vectors of filters. */
struct sight {
    const struct shift_site *site;
    const float *weights; /* of a tap, channel 0 */
    size_t step;          /* from one channel to the next */
};

/* Adds values first..last-1 to sums in order; to both when `old` is not NULL. */
ALWAYS_INLINE void add_values(vector *now, vector *old, const struct sight *sight, uint32_t first,
    uint32_t last, const int vectors, const bool both)
{
    for (uint32_t i = first; i < last; i++) {
        const vector *row =
            (const vector *)(sight->weights + sight->site->channels[i] * sight->step);
        float value = sight->site->values[i];
        __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            now[v] += value * row[v];
            if (both)
                old[v] += value * row[v];
        }
    }
}

ALWAYS_INLINE void add_gone(vector *old, const struct sight *sight, float value, const int vectors)
{
    const vector *row = (const vector *)(sight->weights + sight->site->channel * sight->step);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        old[v] += value * row[v];
}

/* One tap. The sums are the same until the first value that goes; returns whether they part. */
ALWAYS_INLINE bool add_tap(vector *now, vector *old, const struct sight *sight, size_t pixel,
    bool parted, const int vectors)
{
    const struct shift_site *site = sight->site;
    uint32_t first = site->starts[pixel], last = site->starts[pixel + 1], at = site->at[pixel];
    uint32_t middle = at == SHIFT_NOWHERE ? last : at;
    if (parted)
        add_values(now, old, sight, first, middle, vectors, true);
    else
        add_values(now, old, sight, first, middle, vectors, false);
    if (at == SHIFT_NOWHERE)
        return parted;
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        old[v] = parted ? old[v] : now[v];
    add_gone(old, sight, site->gone[pixel], vectors);
    add_values(now, old, sight, middle, last, vectors, true);
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

/* A position, for filters first..first + vectors * WIDTH - 1. */
ALWAYS_INLINE void renew_position(struct shift_renewal *renewal, struct tally *tally,
    uint32_t position, size_t first, const int vectors)
{
    const struct shift_stage *stage = renewal->stage;
    const struct row_product *product = &stage->terms[0].product;
    const struct window *window = &product->window;
    size_t tap_step = (size_t)window->channels * product->padded;
    struct taps down = product->down[position / (uint32_t)window->out[1]];
    struct taps across = product->across[position % (uint32_t)window->out[1]];
    struct sight sight = {renewal->site, NULL, product->padded};
    vector now[8], old[8];
    bool parted = false;
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        now[v] = ((const vector *)(product->bias + first))[v];
    for (int y = down.first; y < down.last; y++)
        for (int x = across.first; x < across.last; x++) {
            int row = down.origin + y * window->dilation[0];
            size_t pixel = (size_t)(row * window->in[1] + across.origin + x * window->dilation[1]);
            size_t tap = (size_t)(y * window->size[1] + x);
            sight.weights = product->packed + tap * tap_step + first;
            parted = add_tap(now, old, &sight, pixel, parted, vectors);
        }
    uint32_t place = position * (uint32_t)stage->filters + (uint32_t)first;
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        vector after = no_less(now[v], stage->relu);
        vector before = no_less(parted ? old[v] : now[v], stage->relu);
        if (renewal->fresh)
            before = (vector){0};
        vector moved = after - before;
        tally->sums += now[v] * now[v];
        tally->before += before * before;
        tally->now += after * after;
        tally->moved += moved * moved;
        tally->before_counted -= before != (vector){0};
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
