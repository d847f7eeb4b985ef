/* The runs of lane_winograd.h, compiled once for each kind of processor with LANE_WINOGRAD given by
 * the build: a tile of 6x6 inputs makes 4x4 outputs. A channel that is zero all over the tile, in
 * all lanes, is left out. */
#include "engine/nn/backward/lane_kernels.h"
#include "engine/nn/backward/lane_winograd.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

enum { POINTS = LANE_WINOGRAD_POINTS, OUT = LANE_WINOGRAD_OUT, IN = LANE_WINOGRAD_IN };
/* AHEAD: channels between the prefetch of weights and their use. */
enum { AHEAD = 8, TOGETHER = 2, BLOCK_MOST = 12 };

static const vector zero;

/* Tiles at work: each weight that is loaded serves both. */
struct tiles {
    const struct lane_winograd *winograd;
    const vector *in;
    vector *out;
    bool add;
    int n, top[TOGETHER], left[TOGETHER]; /* first outputs */
    vector *values;   /* [POINTS][channels][n] transformed, of the channels that live */
    vector *products; /* [n][POINTS][block] */
    vector *zeros;    /* [channels] */
    uint32_t *live, n_live;
};

ALWAYS_INLINE bool any(mask value)
{
    uint64_t words[WIDTH / 2], all = 0;
    memcpy(words, &value, sizeof words);
    for (int i = 0; i < WIDTH / 2; i++)
        all |= words[i];
    return all != 0;
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

/* Where the values under tile t are, in channel 0. */
static void find_values(const struct tiles *tiles, int t, const vector **from)
{
    const struct window *window = &tiles->winograd->window;
    int top = tiles->top[t] - window->before[0], left = tiles->left[t] - window->before[1];
    for (int k = 0; k < POINTS; k++) {
        int y = top + k / IN, x = left + k % IN;
        bool inside = y >= 0 && y < window->in[0] && x >= 0 && x < window->in[1];
        size_t at = (size_t)(y * window->in[1] + x) * (size_t)window->channels;
        from[k] = inside ? tiles->in + at : tiles->zeros;
    }
}

static bool lives(const struct tiles *tiles, const vector *const (*from)[POINTS], size_t c)
{
    mask seen = {0};
    for (int t = 0; t < tiles->n; t++)
#pragma GCC unroll 36
        for (int k = 0; k < POINTS; k++)
            seen |= (mask)from[t][k][c];
    return any(seen);
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
    size_t channels = (size_t)tiles->winograd->window.channels, n = (size_t)tiles->n;
    const vector *from[TOGETHER][POINTS];
    for (int t = 0; t < tiles->n; t++)
        find_values(tiles, t, from[t]);
    tiles->n_live = 0;
    for (size_t c = 0; c < channels; c++) {
        if (!lives(tiles, (const vector *const(*)[POINTS])from, c))
            continue;
        for (size_t t = 0; t < n; t++)
            transform_channel(tiles->values + tiles->n_live * n + t, channels * n, from[t], c);
        tiles->live[tiles->n_live++] = (uint32_t)c;
    }
}

/* The products of a block of filters at one point. `block` and `n` are constants where this is
 * inlined. */
ALWAYS_INLINE void multiply_point(const struct tiles *tiles, const float *packed,
    const vector *values, vector *products, const int block, const int n)
{
    vector sums[TOGETHER * BLOCK_MOST];
    const uint32_t *live = tiles->live, n_live = tiles->n_live;
#pragma GCC unroll 24
    for (int i = 0; i < n * block; i++)
        sums[i] = zero;
    for (uint32_t i = 0; i < n_live; i++, values += n) {
        const float *weights = packed + (size_t)live[i] * (size_t)block;
        __builtin_prefetch(weights + AHEAD * block);
#pragma GCC unroll 12
        for (int o = 0; o < block; o++) {
            const float weight = weights[o];
#pragma GCC unroll 2
            for (int t = 0; t < n; t++)
                sums[t * block + o] += values[t] * weight;
        }
    }
#pragma GCC unroll 2
    for (int t = 0; t < n; t++)
#pragma GCC unroll 12
        for (int o = 0; o < block; o++)
            products[t * POINTS * block + o] = sums[t * block + o];
}

ALWAYS_INLINE void multiply(const struct tiles *tiles, int number, const int block, const int n)
{
    const struct lane_winograd *winograd = tiles->winograd;
    size_t channels = (size_t)winograd->window.channels;
    for (int p = 0; p < POINTS; p++)
        multiply_point(tiles,
            winograd->packed + (size_t)(p * winograd->blocks + number) * channels * (size_t)block,
            tiles->values + (size_t)p * channels * (size_t)n, tiles->products + p * block, block,
            n);
}

/* NaN stays NaN. */
ALWAYS_INLINE vector relu(vector value)
{
    return (vector)((mask)value & ~(value < zero));
}

/* The outputs of one filter of tile t. */
ALWAYS_INLINE void finish_filter(
    const struct tiles *tiles, int t, int filter, const vector *outputs)
{
    const struct lane_winograd *winograd = tiles->winograd;
    const struct window *window = &winograd->window;
    size_t filters = (size_t)winograd->filters;
    int rows = window->out[0] - tiles->top[t], columns = window->out[1] - tiles->left[t];
    rows = rows < OUT ? rows : OUT;
    columns = columns < OUT ? columns : OUT;
    const float bias = winograd->bias[filter];
    vector *to = tiles->out + (size_t)filter +
                 (size_t)(tiles->top[t] * window->out[1] + tiles->left[t]) * filters;
    for (int y = 0; y < rows; y++, to += (size_t)window->out[1] * filters)
#pragma GCC unroll 4
        for (int x = 0; x < OUT; x++) {
            vector value = outputs[y * OUT + x] + bias;
            value = winograd->relu ? relu(value) : value;
            if (x < columns && tiles->add)
                to[(size_t)x * filters] += value;
            else if (x < columns)
                to[(size_t)x * filters] = value;
        }
}

ALWAYS_INLINE void finish(const struct tiles *tiles, int number, const int block)
{
    int first = number * block, left = tiles->winograd->filters - first;
    for (int t = 0; t < tiles->n; t++)
        for (int o = 0; o < block && o < left; o++) {
            const vector *products = tiles->products + t * POINTS * block + o;
            vector half[OUT * IN], outputs[OUT * OUT];
#pragma GCC unroll 6
            for (int x = 0; x < IN; x++)
                invert(half + x, IN, products + x * block, IN * block);
#pragma GCC unroll 4
            for (int y = 0; y < OUT; y++)
                invert(outputs + y * OUT, 1, half + y * IN, 1);
            finish_filter(tiles, t, first + o, outputs);
        }
}

#define RUN(block)                                          \
    static void run_##block(const struct tiles *tiles)      \
    {                                                       \
        for (int b = 0; b < tiles->winograd->blocks; b++) { \
            if (tiles->n == TOGETHER)                       \
                multiply(tiles, b, block, TOGETHER);        \
            else                                            \
                multiply(tiles, b, block, 1);               \
            finish(tiles, b, block);                        \
        }                                                   \
    }
#if LANES_WIDTH == 16
RUN(8)
RUN(12)
#else
RUN(4)
#endif

static void run(struct tiles *tiles)
{
    if (tiles->n == 0)
        return;
    transform_tiles(tiles);
#if LANES_WIDTH == 16
    if (tiles->winograd->block == 12)
        run_12(tiles);
    else
        run_8(tiles);
#else
    run_4(tiles);
#endif
    tiles->n = 0;
}

void LANE_WINOGRAD(
    float *out, const struct lane_winograd *winograd, const float *in, float *scratch, bool add)
{
    size_t channels = (size_t)winograd->window.channels;
    struct tiles tiles = {.winograd = winograd,
        .in = __builtin_assume_aligned(in, sizeof(vector)),
        .out = __builtin_assume_aligned(out, sizeof(vector)),
        .add = add,
        .values = __builtin_assume_aligned(scratch, sizeof(vector))};
    tiles.products = tiles.values + TOGETHER * POINTS * channels;
    tiles.zeros = tiles.products + TOGETHER * POINTS * (size_t)winograd->block;
    tiles.live = (uint32_t *)(tiles.zeros + channels);
    memset(tiles.zeros, 0, channels * sizeof *tiles.zeros);
    for (int top = 0; top < winograd->window.out[0]; top += OUT)
        for (int left = 0; left < winograd->window.out[1]; left += OUT) {
            tiles.top[tiles.n] = top;
            tiles.left[tiles.n] = left;
            if (++tiles.n == TOGETHER)
                run(&tiles);
        }
    run(&tiles);
}
