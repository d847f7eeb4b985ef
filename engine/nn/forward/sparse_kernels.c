/* The kernels of sparse.h, compiled once for each kind of processor like batched_kernels.c. */
#include "engine/nn/forward/sparse.h"
#include "engine/nn/tensor/vectors.h"

#include <math.h>
#include <string.h>

/* Some listed values, and the weights of place 0 for the filters of one block. */
struct reach {
    const uint32_t *places;
    const float *values;
    uint32_t count;
    const float *weights;
    size_t step; /* from the weights of one place to the next */
};

/* sums[vectors] += value x weights over the reach; `vectors` is a constant wherever this is
 * inlined, so that the sums stay in registers. */
ALWAYS_INLINE void add_products(vector *sums, const struct reach *reach, const int vectors)
{
    for (uint32_t i = 0; i < reach->count; i++) {
        const vector *weights = (const vector *)(reach->weights + reach->places[i] * reach->step);
        float value = reach->values[i];
        __asm__("" : "+r"(weights)); /* one address, not one for each vector */
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            sums[v] += value * weights[v];
    }
}

/* What one window position sees. A Dense sees the whole list. */
ALWAYS_INLINE void add_window(vector *sums, const struct sparse_product *product,
    const struct sparse_list *in, const float *packed, int y, int x, const int vectors)
{
    const struct window *window = &product->window;
    struct reach reach = {in->places, in->values, in->n, packed, product->padded};
    if (window->in[0] * window->in[1] * window->size[0] * window->size[1] == 1) {
        add_products(sums, &reach, vectors);
        return;
    }
    struct taps down = product->down[y], across = product->across[x];
    int step = window->dilation[1], taps = across.last - across.first;
    for (int tap = down.first; tap < down.last && taps > 0; tap++) {
        ptrdiff_t row = (ptrdiff_t)(down.origin + tap * window->dilation[0]) * in->columns;
        for (int t = across.first; t < across.last; t += step == 1 ? taps : 1) {
            ptrdiff_t from = row + across.origin + t * step, to = from + (step == 1 ? taps : 1);
            ptrdiff_t weight = ((ptrdiff_t)tap * window->size[1] + t - from) *
                               (ptrdiff_t)(in->channels * product->padded);
            reach.places = in->places + in->starts[from];
            reach.values = in->values + in->starts[from];
            reach.count = in->starts[to] - in->starts[from];
            reach.weights = packed + weight;
            add_products(sums, &reach, vectors);
        }
    }
}

/* All positions for filters first..first + vectors * WIDTH - 1. */
ALWAYS_INLINE void product_block(float *out, const struct sparse_product *product,
    const struct sparse_list *in, size_t first, const int vectors)
{
    const vector *bias = (const vector *)(product->bias + first);
    const float *packed = product->packed + first;
    int columns = product->window.out[1], places = product->window.out[0] * columns;
    size_t filters = product->filters - first;
    out += first;
    for (int place = 0; place < places; place++, out += product->filters) {
        vector sums[16];
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            sums[v] = bias[v];
        add_window(sums, product, in, packed, place / columns, place % columns, vectors);
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) {
            vector value = sums[v];
            if (product->relu)
                for (int i = 0; i < WIDTH; i++)
                    value[i] = value[i] < 0 ? 0 : value[i]; /* NaN stays NaN */
            size_t left = filters - (size_t)v * WIDTH;
            memcpy(out + v * WIDTH, &value,
                filters < (size_t)v * WIDTH ? 0 : (left < WIDTH ? left : WIDTH) * sizeof *out);
        }
    }
}

typedef void block_function(
    float *out, const struct sparse_product *product, const struct sparse_list *in, size_t first);

#define PRODUCT(vectors)                                                            \
    static void product_##vectors(float *out, const struct sparse_product *product, \
        const struct sparse_list *in, size_t first)                                 \
    {                                                                               \
        product_block(out, product, in, first, vectors);                            \
    }
PRODUCT(1)
PRODUCT(2)
PRODUCT(3)
PRODUCT(4)
PRODUCT(5)
PRODUCT(6)
PRODUCT(8)
PRODUCT(10)
PRODUCT(12)
#if BATCHED_BLOCK > 12
PRODUCT(14)
PRODUCT(16)
#endif

/* As many vectors at once as the registers hold. */
static const struct {
    size_t vectors;
    block_function *run;
} blocks[] = {
#if BATCHED_BLOCK > 12
    {16, product_16},
    {14, product_14},
#endif
    {12, product_12},
    {10, product_10},
    {8, product_8},
    {6, product_6},
    {5, product_5},
    {4, product_4},
    {3, product_3},
    {2, product_2},
    {1, product_1},
};

/* The place in `blocks` of the next block: parts of about the same size, none above the limit. */
static size_t next_block(size_t left, size_t limit)
{
    size_t parts = (left + limit - 1) / limit, wanted = (left + parts - 1) / parts, k = 0;
    while (blocks[k].vectors > wanted)
        k++;
    return k;
}

static void product(float *const *out, const struct sparse_product *product,
    const struct sparse_list *const *in, int n)
{
    size_t left = product->padded / WIDTH, first = 0;
    while (left > 0) {
        size_t k = next_block(left, product->block);
        for (int i = 0; i < n; i++)
            blocks[k].run(out[i], product, in[i], first);
        left -= blocks[k].vectors;
        first += blocks[k].vectors * WIDTH;
    }
}

#if defined __AVX512F__
/* Squeezes the zeros out of in[at..end-1], a vector at a time; returns the new length. */
ALWAYS_INLINE uint32_t list_vectors(
    struct sparse_list *list, const float *in, uint32_t at, uint32_t end, uint32_t n)
{
    const __m512i count = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (; at < end; at += 16) {
        __mmask16 inside = (__mmask16)(end - at < 16 ? (1u << (end - at)) - 1 : 0xffff);
        __m512 values = _mm512_maskz_loadu_ps(inside, in + at);
        __mmask16 there = _mm512_mask_cmp_ps_mask(inside, values, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        __m512i places = _mm512_add_epi32(count, _mm512_set1_epi32((int)at));
        _mm512_storeu_ps(list->values + n, _mm512_maskz_compress_ps(there, values));
        _mm512_storeu_si512(list->places + n, _mm512_maskz_compress_epi32(there, places));
        n += (uint32_t)__builtin_popcount(there);
    }
    return n;
}
#endif

static void make_list(struct sparse_list *list, const float *in)
{
    uint32_t n = 0, at = 0, pixels = (uint32_t)(list->rows * list->columns);
    for (uint32_t pixel = 0; pixel < pixels; pixel++) {
        uint32_t end = at + (uint32_t)list->channels;
        list->starts[pixel] = n;
#if defined __AVX512F__
        n = list_vectors(list, in, at, end, n);
        at = end;
#else
        for (; at < end; at++) {
            list->places[n] = at;
            list->values[n] = in[at];
            n += in[at] != 0;
        }
#endif
    }
    list->starts[pixels] = list->n = n;
}

ALWAYS_INLINE vector choose(mask where, vector a, vector b)
{
    return (vector)(((mask)a & where) | ((mask)b & ~where));
}

/* The best two of each lane over in[0..n-1], n a multiple of WIDTH. */
struct lane_two {
    vector first, second;
    mask index, broken;
};

ALWAYS_INLINE struct lane_two best_of_lanes(const float *in, size_t n)
{
    vector low = (vector){0} - INFINITY;
    struct lane_two two = {.first = low, .second = low};
    for (size_t i = 0; i < n; i += WIDTH) {
        vector value;
        memcpy(&value, in + i, sizeof value);
        mask wins = value > two.first, beats = value > two.second;
        two.second = choose(wins, two.first, choose(beats, value, two.second));
        two.index = (((mask){0} + (int32_t)i) & wins) | (two.index & ~wins);
        two.first = choose(wins, value, two.first);
        two.broken |= value - value != (vector){0}; /* infinite, or not a number */
    }
    return two;
}

struct winner {
    float first, second;
    size_t index;
    bool broken;
};

ALWAYS_INLINE void enter(struct winner *winner, float value, size_t index)
{
    bool wins = value > winner->first || (value == winner->first && index < winner->index);
    float loser = wins ? winner->first : value;
    winner->second = loser > winner->second ? loser : winner->second;
    winner->first = wins ? value : winner->first;
    winner->index = wins ? index : winner->index;
    winner->broken = winner->broken || value - value != 0;
}

static int best(const float *in, size_t n, float *first, float *second)
{
    size_t whole = n / WIDTH * WIDTH;
    struct lane_two two = best_of_lanes(in, whole);
    struct winner winner = {-INFINITY, -INFINITY, n, false};
    for (size_t i = 0; i < WIDTH && whole > 0; i++) {
        enter(&winner, two.first[i], (size_t)two.index[i] + i);
        if (two.second[i] > winner.second)
            winner.second = two.second[i];
        winner.broken = winner.broken || two.broken[i];
    }
    for (size_t i = whole; i < n; i++)
        enter(&winner, in[i], i);
    *first = winner.first;
    *second = winner.second;
    return winner.broken ? -1 : (int)winner.index;
}

static void affine(float *out, const float *in, const float *scale, const float *shift, size_t rows,
    size_t channels)
{
    size_t whole = channels / WIDTH * WIDTH;
    for (; rows > 0; rows--, in += channels, out += channels) {
        for (size_t c = 0; c < whole; c += WIDTH)
            *(loose *)(out + c) = *(const loose *)(in + c) * *(const loose *)(scale + c) +
                                  *(const loose *)(shift + c);
        for (size_t c = whole; c < channels; c++)
            out[c] = in[c] * scale[c] + shift[c];
    }
}

extern const struct argmax_kernels ARGMAX_TABLE;
extern const struct delta_kernels DELTA_TABLE;
extern const struct recompute_kernels RECOMPUTE_TABLE;
extern const struct sparse_kernels SPARSE_TABLE;
const struct sparse_kernels SPARSE_TABLE = {
    .width = WIDTH,
    .product = product,
    .affine = affine,
    .list = make_list,
    .best = best,
    .delta = &DELTA_TABLE,
    .recompute = &RECOMPUTE_TABLE,
    .argmax = &ARGMAX_TABLE,
};
