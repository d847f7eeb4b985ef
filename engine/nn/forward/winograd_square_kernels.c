/* The runs of winograd_square.h, compiled once for each kind of processor with SQUARE_TABLE given
 * by the build. A tile of 6x6 inputs makes 4x4 outputs. Some tiles are transformed together; then
 * each point is a product of matrices, whose weights are read once for all these tiles. A channel
 * that is zero in all of them, in all lanes, is left out. */
#include "engine/nn/forward/ending_kernels.h"
#include "engine/nn/forward/winograd_square.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

enum { POINTS = SQUARE_POINTS, OUT = SQUARE_OUT, IN = SQUARE_IN, BLOCK = SQUARE_BLOCK };
/* AHEAD: channels between the prefetch of weights and their use. TOGETHER: tiles that each weight
 * serves once it is loaded. PART: filters then; their sums stay in registers. */
enum { AHEAD = 16, TOGETHER = 3, PART = BATCHED_BLOCK > 12 ? 8 : 4 };

static const vector zero;

/* Tiles at work. */
struct tiles {
    const struct winograd_square *square;
    const struct ending *endings; /* [batches] */
    const float *const *ins;      /* [batches] */
    float *const *outs;           /* [batches] */
    size_t n;                     /* tiles at work */
    int first;                    /* of them, counted row by row, batch after batch */
    vector *values;   /* [POINTS][tiles][channels] transformed, of the channels that live */
    vector *products; /* [POINTS][tiles][filters] */
    vector *zeros;    /* [channels] */
    uint32_t *live;
    size_t n_live, channels, filters; /* filters: filled up */
};

ALWAYS_INLINE bool any(mask value)
{
#if LANES_WIDTH == 16 && defined __AVX512F__
    return _mm512_test_epi32_mask((__m512i)value, (__m512i)value) != 0;
#elif LANES_WIDTH == 8 && defined __AVX2__
    return !_mm256_testz_si256((__m256i)value, (__m256i)value);
#else
    uint64_t words[WIDTH / 2], all = 0;
    memcpy(words, &value, sizeof words);
    for (int i = 0; i < WIDTH / 2; i++)
        all |= words[i];
    return all != 0;
#endif
}

/* Six values to those at the points 0, 1, -1, 2, -2 and infinity. */
ALWAYS_INLINE void transform(vector *to, const vector *from, const int step)
{
    vector d1 = from[step], d2 = from[2 * step], d3 = from[3 * step], d4 = from[4 * step];
    vector even = d4 - d2 * 4, odd = d3 - d1 * 4;
    vector even_two = d4 - d2, odd_two = (d3 - d1) * 2;
    to[0] = from[0] * 4 - d2 * 5 + d4;
    to[step] = even + odd;
    to[2 * step] = even - odd;
    to[3 * step] = even_two + odd_two;
    to[4 * step] = even_two - odd_two;
    to[5 * step] = d1 * 4 - d3 * 5 + from[5 * step];
}

/* Six products to four outputs. */
ALWAYS_INLINE void invert(vector *to, const int to_step, const vector *from, const int step)
{
    vector even = from[step] + from[2 * step], odd = from[step] - from[2 * step];
    vector even_two = from[3 * step] + from[4 * step], odd_two = from[3 * step] - from[4 * step];
    to[0] = from[0] + even + even_two;
    to[to_step] = odd + odd_two * 2;
    to[2 * to_step] = even + even_two * 4;
    to[3 * to_step] = odd + odd_two * 8 + from[5 * step];
}

static int tiles_across(const struct tiles *tiles)
{
    return (tiles->square->window.out[1] + OUT - 1) / OUT;
}

ALWAYS_INLINE const vector *input_of(const struct tiles *tiles, int batch)
{
    return (const vector *)__builtin_assume_aligned(tiles->ins[batch], sizeof(vector));
}

/* Where the values under tile t are, in channel 0. */
static void find_values(const struct tiles *tiles, size_t t, const vector **from)
{
    const struct window *window = &tiles->square->window;
    int tile = tiles->first + (int)t, across = tiles_across(tiles);
    const vector *in = input_of(tiles, tile / tiles->square->all);
    tile %= tiles->square->all;
    int top = tile / across * OUT - window->before[0];
    int left = tile % across * OUT - window->before[1];
    for (int k = 0; k < POINTS; k++) {
        int y = top + k / IN, x = left + k % IN;
        bool inside = y >= 0 && y < window->in[0] && x >= 0 && x < window->in[1];
        size_t at = (size_t)(y * window->in[1] + x) * tiles->channels;
        from[k] = inside ? in + at : tiles->zeros;
    }
}

/* The rows of a batch that its tiles first..last see: values from..to-1 in channel 0. */
struct rows {
    const vector *from, *to;
};

static struct rows rows_of(const struct tiles *tiles, int batch, int first, int last)
{
    const struct window *window = &tiles->square->window;
    int across = tiles_across(tiles);
    int top = first / across * OUT - window->before[0];
    int bottom = last / across * OUT - window->before[0] + IN;
    top = top > 0 ? top : 0;
    bottom = bottom < window->in[0] ? bottom : window->in[0];
    size_t row = (size_t)window->in[1] * tiles->channels;
    const vector *in = input_of(tiles, batch);
    return (struct rows){in + (size_t)top * row, in + (size_t)bottom * row};
}

static bool lives(const struct rows *rows, size_t channel, size_t step)
{
    bool found = false;
    for (const vector *at = rows->from + channel; at < rows->to && !found; at += step)
        found = any((mask)*at);
    return found;
}

/* Lists the channels that are not zero all over the part of the images that these tiles see. */
static void find_live(struct tiles *tiles)
{
    int all = tiles->square->all, end = tiles->first + (int)tiles->n, n = 0;
    struct rows rows[SQUARE_BATCHES_MAX];
    for (int batch = tiles->first / all; batch * all < end; batch++) {
        int first = tiles->first - batch * all, last = end - 1 - batch * all;
        rows[n++] = rows_of(tiles, batch, first > 0 ? first : 0, last < all ? last : all - 1);
    }
    tiles->n_live = 0;
    for (size_t c = 0; c < tiles->channels; c++) {
        bool found = false;
        for (int i = 0; i < n && !found; i++)
            found = lives(&rows[i], c, tiles->channels);
        tiles->live[tiles->n_live] = (uint32_t)c;
        tiles->n_live += found;
    }
}

ALWAYS_INLINE void transform_channel(vector *to, size_t step, const vector *const *from, size_t c)
{
    vector values[POINTS];
#pragma GCC unroll 36
    for (int k = 0; k < POINTS; k++)
        values[k] = from[k][c];
#pragma GCC unroll 6
    for (int x = 0; x < IN; x++)
        transform(values + x, values + x, IN);
#pragma GCC unroll 6
    for (int y = 0; y < IN; y++)
        transform(values + y * IN, values + y * IN, 1);
#pragma GCC unroll 36
    for (int k = 0; k < POINTS; k++)
        to[(size_t)k * step] = values[k];
}

static void transform_tiles(struct tiles *tiles)
{
    find_live(tiles);
    for (size_t t = 0; t < tiles->n; t++) {
        const vector *from[POINTS];
        find_values(tiles, t, from);
        for (size_t i = 0; i < tiles->n_live; i++)
            transform_channel(tiles->values + t * tiles->channels + i, tiles->n * tiles->channels,
                from, tiles->live[i]);
    }
}

/* The products of `part` filters of `n` tiles at one point; both are constants where this is
 * inlined. */
ALWAYS_INLINE void multiply(const struct tiles *tiles, const float *packed, const vector *values,
    vector *products, const int part, const int n)
{
    vector sums[TOGETHER * BLOCK];
    const uint32_t *live = tiles->live;
    size_t n_live = tiles->n_live, step = tiles->channels;
#pragma GCC unroll 24
    for (int i = 0; i < n * part; i++)
        sums[i] = zero;
    for (size_t i = 0; i < n_live; i++, values++) {
        const float *weights = packed + live[i] * BLOCK;
        __builtin_prefetch(weights + AHEAD * BLOCK);
#pragma GCC unroll 8
        for (int o = 0; o < part; o++) {
            const float weight = weights[o];
#pragma GCC unroll 3
            for (int t = 0; t < n; t++)
                sums[t * part + o] += values[(size_t)t * step] * weight;
        }
    }
#pragma GCC unroll 3
    for (int t = 0; t < n; t++)
#pragma GCC unroll 8
        for (int o = 0; o < part; o++)
            products[(size_t)t * tiles->filters + (size_t)o] = sums[t * part + o];
}

/* A block of filters of all tiles at one point. */
static void multiply_block(
    const struct tiles *tiles, const float *packed, const vector *values, vector *products)
{
    for (size_t t = 0, n; t < tiles->n; t += n) {
        size_t left = tiles->n - t;
        n = left == 4 ? 2 : left < TOGETHER ? left : TOGETHER;
        const vector *from = values + t * tiles->channels;
        vector *to = products + t * tiles->filters;
        if (n == 1)
            multiply(tiles, packed, from, to, BLOCK, 1);
        for (int o = 0; o < BLOCK && n > 1; o += PART) {
            if (n == 2)
                multiply(tiles, packed + o, from, to + o, PART, 2);
            else
                multiply(tiles, packed + o, from, to + o, PART, TOGETHER);
        }
    }
}

static void multiply_tiles(const struct tiles *tiles)
{
    size_t blocks = (size_t)tiles->square->blocks;
    for (size_t p = 0; p < POINTS; p++)
        for (size_t b = 0; b < blocks; b++)
            multiply_block(tiles,
                tiles->square->packed + (p * blocks + b) * tiles->channels * BLOCK,
                tiles->values + p * tiles->n * tiles->channels,
                tiles->products + p * tiles->n * tiles->filters + b * BLOCK);
}

/* The outputs of one filter of a tile whose first output lies at `at`. */
ALWAYS_INLINE void finish_filter(const struct tiles *tiles, int batch, size_t at, int rows,
    int columns, size_t filter, const vector *outputs)
{
    const struct winograd_square *square = tiles->square;
    const struct ending *ending = &tiles->endings[batch];
    vector *out = (vector *)__builtin_assume_aligned(tiles->outs[batch], sizeof(vector));
    size_t filters = (size_t)square->filters, line = (size_t)square->window.out[1] * filters;
    const float bias = ending->bias ? ending->bias[filter] : 0;
    at += filter;
    for (int y = 0; y < rows; y++, at += line)
#pragma GCC unroll 4
        for (int x = 0; x < OUT; x++)
            if (x < columns) {
                size_t place = at + (size_t)x * filters;
                out[place] = ending_apply(ending, outputs[y * OUT + x] + bias, filter, place);
            }
}

static void finish_tile(const struct tiles *tiles, size_t t)
{
    const struct window *window = &tiles->square->window;
    int tile = tiles->first + (int)t, across = tiles_across(tiles);
    int batch = tile / tiles->square->all;
    tile %= tiles->square->all;
    int top = tile / across * OUT, left = tile % across * OUT;
    int rows = window->out[0] - top, columns = window->out[1] - left;
    size_t filters = (size_t)tiles->square->filters, step = tiles->n * tiles->filters;
    size_t at = (size_t)(top * window->out[1] + left) * filters;
    rows = rows < OUT ? rows : OUT;
    columns = columns < OUT ? columns : OUT;
    for (size_t f = 0; f < filters; f++) {
        const vector *products = tiles->products + t * tiles->filters + f;
        vector half[OUT * IN], outputs[OUT * OUT], all[POINTS];
#pragma GCC unroll 36
        for (int p = 0; p < POINTS; p++)
            all[p] = products[(size_t)p * step];
#pragma GCC unroll 6
        for (int x = 0; x < IN; x++)
            invert(half + x, IN, all + x, IN);
#pragma GCC unroll 4
        for (int y = 0; y < OUT; y++)
            invert(outputs + y * OUT, 1, half + y * IN, 1);
        finish_filter(tiles, batch, at, rows, columns, f, outputs);
    }
}

static void run(float *const *outs, const struct winograd_square *square,
    const struct ending *endings, const float *const *ins, int batches, float *scratch)
{
    struct tiles tiles = {.square = square,
        .endings = endings,
        .ins = ins,
        .outs = outs,
        .values = __builtin_assume_aligned(scratch, sizeof(vector)),
        .channels = (size_t)square->window.channels,
        .filters = (size_t)(square->blocks * BLOCK)};
    size_t most = (size_t)winograd_square_together(square, batches);
    int all = square->all * batches;
    tiles.products = tiles.values + most * POINTS * tiles.channels;
    tiles.zeros = tiles.products + most * POINTS * tiles.filters;
    tiles.live = (uint32_t *)(tiles.zeros + tiles.channels);
    memset(tiles.zeros, 0, tiles.channels * sizeof *tiles.zeros);
    for (; tiles.first < all; tiles.first += (int)tiles.n) {
        size_t left = (size_t)(all - tiles.first);
        tiles.n = left < most ? left : most;
        transform_tiles(&tiles);
        multiply_tiles(&tiles);
        for (size_t t = 0; t < tiles.n; t++)
            finish_tile(&tiles, t);
    }
}

extern const struct square_kernels SQUARE_TABLE;
const struct square_kernels SQUARE_TABLE = {WIDTH, run};
