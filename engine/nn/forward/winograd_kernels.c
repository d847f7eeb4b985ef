/* The kernels of winograd.h, compiled like batched_kernels.c with WINOGRAD_TABLE given. */
#include "engine/nn/forward/batched.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

typedef uint32_t bits __attribute__((vector_size(LANES_WIDTH * sizeof(uint32_t)), may_alias));

/* Filters at once; and points: their sums stay in registers. With few registers, rows: a weight
 * that is loaded serves them all, at one point after the other. */
enum { BLOCK = 4, POINTS_TOGETHER = BATCHED_BLOCK > 12 ? WINOGRAD_POINTS : 3 };
enum { ROWS = BATCHED_BLOCK > 12 ? 1 : LANES_WIDTH > 4 ? 3 : 2 };

static const vector zero;

/* Transform of the image: seven neighbours to the values at seven points. winograd.c transforms the
 * kernel. */
static const float transform[WINOGRAD_POINTS][WINOGRAD_POINTS] = {
    {-0.25F, 0.125F, 1.25F, -0.625F, -1, 0.5F, 0},
    {0, 0.25F, 0.125F, -1.125F, -0.5F, 0.5F, 0},
    {0, -0.25F, 0.375F, 0.875F, -1.5F, 0.5F, 0},
    {0, 1, 1.5F, -2, -1.5F, 1, 0},
    {0, -0.5F, 1.25F, 0, -1.25F, 0.5F, 0},
    {0, 0.25F, 0, -1.25F, 0, 1, 0},
    {0, -0.25F, 0.125F, 1.25F, -0.625F, -1, 0.5F},
};

/* A strip of outputs, as wide as are computed at once, from the top of the image to its end. */
struct strip {
    const struct batched_product *product;
    const vector *in;
    vector *out;
    int left; /* first output */
    int ring;
    /* the rows that windows see, each in row % ring */
    vector transformed[ROWS * WINOGRAD_DEPTH_MAX][WINOGRAD_POINTS];
};

/* A row of the image in all channels. */
static void transform_row(struct strip *strip, int row)
{
    const struct window *window = &strip->product->window;
    int first = strip->left - window->before[1], channels = window->channels;
    const vector *from = strip->in + (ptrdiff_t)row * window->in[1] * channels;
    vector(*to)[WINOGRAD_POINTS] = strip->transformed + row % strip->ring * channels;
    for (int c = 0; c < channels; c++) {
        vector values[WINOGRAD_POINTS];
        for (int k = 0; k < WINOGRAD_POINTS; k++) {
            int column = first + k;
            values[k] = column >= 0 && column < window->in[1] ? from[column * channels + c] : zero;
        }
#pragma GCC unroll 7
        for (int p = 0; p < WINOGRAD_POINTS; p++) {
            vector sum = zero;
#pragma GCC unroll 7
            for (int k = 0; k < WINOGRAD_POINTS; k++)
                if (transform[p][k] != 0)
                    sum += values[k] * transform[p][k];
            to[c][p] = sum;
        }
    }
}

/* The products of one block of filters at `n` points from `first` on; both are constants where this
 * is inlined. */
ALWAYS_INLINE void multiply_points(vector sums[WINOGRAD_POINTS][BLOCK], const struct strip *strip,
    struct taps down, const float *packed, const int first, const int n)
{
    const struct window *window = &strip->product->window;
    int channels = window->channels;
    vector own[POINTS_TOGETHER][BLOCK];
#pragma GCC unroll 7
    for (int p = 0; p < n; p++)
#pragma GCC unroll 4
        for (int o = 0; o < BLOCK; o++)
            own[p][o] = zero;
    for (int tap = down.first; tap < down.last; tap++) {
        const vector(*transformed)[WINOGRAD_POINTS] =
            strip->transformed + (down.origin + tap) % strip->ring * channels;
        for (int c = 0; c < channels; c++, packed += WINOGRAD_POINTS * BLOCK) {
            __asm__("" : "+r"(packed)); /* one address, not one for each weight */
#pragma GCC unroll 7
            for (int p = 0; p < n; p++) {
                vector value = transformed[c][first + p];
#pragma GCC unroll 4
                for (int o = 0; o < BLOCK; o++)
                    own[p][o] += value * packed[(first + p) * BLOCK + o];
            }
        }
    }
#pragma GCC unroll 7
    for (int p = 0; p < n; p++)
#pragma GCC unroll 4
        for (int o = 0; o < BLOCK; o++)
            sums[first + p][o] = own[p][o];
}

/* The products of one block of filters, for the outputs of a row. */
ALWAYS_INLINE void multiply(
    vector sums[WINOGRAD_POINTS][BLOCK], const struct strip *strip, struct taps down, int number)
{
    const struct window *window = &strip->product->window;
    int channels = window->channels, depth = window->size[0] * channels;
    const float *packed =
        strip->product->winograd->packed +
        (size_t)(number * depth + down.first * channels) * WINOGRAD_POINTS * BLOCK;
    if ((int)POINTS_TOGETHER == (int)WINOGRAD_POINTS) {
        multiply_points(sums, strip, down, packed, 0, POINTS_TOGETHER);
        return;
    }
    multiply_points(sums, strip, down, packed, 0, 3);
    multiply_points(sums, strip, down, packed, 3, 2);
    multiply_points(sums, strip, down, packed, 5, 2);
}

/* The same for ROWS rows from one whose windows see all their rows. */
ALWAYS_INLINE void multiply_rows(vector sums[ROWS][WINOGRAD_POINTS][BLOCK],
    const struct strip *strip, struct taps down, int number)
{
    const struct window *window = &strip->product->window;
    int channels = window->channels, size = window->size[0];
    const float *packed = strip->product->winograd->packed +
                          (size_t)(number * size * channels) * WINOGRAD_POINTS * BLOCK;
    for (int p = 0; p < WINOGRAD_POINTS; p++) {
        const float *weights = packed + p * BLOCK;
        vector own[ROWS][BLOCK] = {0};
        for (int tap = 0; tap < size; tap++) {
            const vector *values[ROWS];
#pragma GCC unroll 3
            for (int r = 0; r < ROWS; r++)
                values[r] =
                    strip->transformed[(down.origin + tap + r) % strip->ring * channels] + p;
            for (int c = 0; c < channels; c++, weights += WINOGRAD_POINTS * BLOCK)
#pragma GCC unroll 4
                for (int o = 0; o < BLOCK; o++) {
                    const float weight = weights[o];
#pragma GCC unroll 3
                    for (int r = 0; r < ROWS; r++)
                        own[r][o] += values[r][c * WINOGRAD_POINTS] * weight;
                }
        }
#pragma GCC unroll 3
        for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
            for (int o = 0; o < BLOCK; o++)
                sums[r][p][o] = own[r][o];
    }
}

/* NaN stays NaN, as in batched_kernels.c; -0 becomes 0 here. */
ALWAYS_INLINE vector relu(vector a)
{
    return (vector)((mask)a & ~(a <= zero));
}

ALWAYS_INLINE vector pooled(vector so_far, vector value)
{
    mask wins = (value > so_far) | (value != value);
    return (vector)(((mask)value & wins) | ((mask)so_far & ~wins));
}

/* Maximum of values that relu gave: without a sign, bits compare like the numbers, and NaN is
 * largest. */
ALWAYS_INLINE vector pooled_bits(vector so_far, vector value)
{
#if LANES_WIDTH == 16 && defined __AVX512F__
    return (vector)_mm512_max_epu32((__m512i)so_far, (__m512i)value);
#elif LANES_WIDTH == 8 && defined __AVX2__
    return (vector)_mm256_max_epu32((__m256i)so_far, (__m256i)value);
#else
    bits wins = (bits)value > (bits)so_far;
    return (vector)(((bits)value & wins) | ((bits)so_far & ~wins));
#endif
}

/* Where an output goes. */
struct target {
    vector *to; /* of filter 0; NULL: nowhere */
    bool first; /* in its pooling */
};

static void find_targets(const struct strip *strip, int row, struct target *targets)
{
    static const struct window one = {.size = {1, 1}, .stride = {1, 1}};
    const struct batched_product *product = strip->product;
    const struct window *pool = product->pooled ? &product->pool : &one;
    const int *out = product->pooled ? pool->out : product->window.out;
    int y = row / pool->stride[0], within = row % pool->stride[0];
    for (int j = 0; j < product->winograd->outputs; j++) {
        int column = strip->left + j, x = column / pool->stride[1];
        int across = column % pool->stride[1];
        bool inside = y < out[0] && x < out[1] && within < pool->size[0] && across < pool->size[1];
        targets[j].to = inside ? strip->out + (ptrdiff_t)(y * out[1] + x) * product->filters : NULL;
        targets[j].first = within == 0 && across == 0;
    }
}

/* Inverse transform: outputs from the products at the points 0, 1, -1, 1/2, -1/2, 2 and infinity.
 * The even terms of a polynomial are the sum of its values at x and -x, the odd ones their
 * difference. */
ALWAYS_INLINE void inverse_transform(
    vector *outputs, vector sums[WINOGRAD_POINTS][BLOCK], int o, float bias, int count)
{
    static const float half[] = {1, 0.5F, 0.25F, 0.125F, 0.0625F}, two[] = {1, 2, 4, 8, 16};
    vector even = sums[1][o] + sums[2][o] + bias, odd = sums[1][o] - sums[2][o] + bias;
    vector even_half = sums[3][o] + sums[4][o], odd_half = sums[3][o] - sums[4][o];
#pragma GCC unroll 5
    for (int j = 0; j < WINOGRAD_OUTPUTS_MAX && j < count; j++)
        outputs[j] =
            (j % 2 ? odd : even) + (j % 2 ? odd_half : even_half) * half[j] + sums[5][o] * two[j];
    outputs[0] += sums[0][o];
    outputs[count - 1] += sums[6][o];
}

/* How outputs are finished. */
enum finishing { AS_IT_IS, RELU, RELU_PAIRS /* two side by side go to one place */ };

/* Outputs with bias, ReLU and pooling. */
ALWAYS_INLINE void finish(vector sums[WINOGRAD_POINTS][BLOCK], const struct strip *strip,
    const struct target *targets, int number, const int count, const enum finishing how)
{
    const struct batched_product *product = strip->product;
    int filters = product->filters - number * BLOCK;
#pragma GCC unroll 4
    for (int o = 0; o < BLOCK; o++) {
        int filter = number * BLOCK + o;
        vector outputs[WINOGRAD_OUTPUTS_MAX];
        if (o >= filters)
            continue;
        inverse_transform(outputs, sums, o, product->bias[filter], count);
#pragma GCC unroll 5
        for (int j = 0; j < count; j += how == RELU_PAIRS ? 2 : 1) {
            if (!targets[j].to)
                continue;
            vector value = how == AS_IT_IS ? outputs[j] : relu(outputs[j]);
            vector *to = targets[j].to + filter;
            if (how == RELU_PAIRS)
                value = pooled_bits(value, relu(outputs[j + 1]));
            if (!targets[j].first)
                value = how == AS_IT_IS ? pooled(*to, value) : pooled_bits(*to, value);
            *to = value;
        }
    }
}

/* Whether ROWS rows from this one see all rows of their windows. */
static bool rows_are_whole(const struct batched_product *product, int row)
{
    int size = product->window.size[0], last = row + ROWS - 1;
    return ROWS > 1 && product->window.stride[0] == 1 && last < product->window.out[0] &&
           product->down[row].first == 0 && product->down[row].last == size &&
           product->down[last].last == size;
}

/* `count` and `how` are constants wherever this is inlined. */
ALWAYS_INLINE void run_strip(struct strip *strip, const int count, const enum finishing how)
{
    const struct batched_product *product = strip->product;
    int next = 0;
    for (int row = 0, n; row < product->window.out[0]; row += n) {
        struct target targets[ROWS][WINOGRAD_OUTPUTS_MAX];
        struct taps down = product->down[row];
        n = rows_are_whole(product, row) ? ROWS : 1;
        for (; next < down.origin + down.last + n - 1; next++)
            transform_row(strip, next);
        for (int r = 0; r < n; r++)
            find_targets(strip, row + r, targets[r]);
        for (int number = 0; number < product->winograd->blocks; number++) {
            vector sums[ROWS][WINOGRAD_POINTS][BLOCK];
            if (n > 1)
                multiply_rows(sums, strip, down, number);
            else
                multiply(sums[0], strip, down, number);
            for (int r = 0; r < n; r++)
                finish(sums[r], strip, targets[r], number, count, how);
        }
    }
}

#define RUN(count)                                                                             \
    static void run_##count(struct strip *strip)                                               \
    {                                                                                          \
        const struct batched_product *product = strip->product;                                \
        const struct window *pool = &product->pool;                                            \
        bool pairs =                                                                           \
            product->pooled && (count) % 2 == 0 && pool->size[1] == 2 && pool->stride[1] == 2; \
        if (!product->relu)                                                                    \
            run_strip(strip, count, AS_IT_IS);                                                 \
        else if (pairs)                                                                        \
            run_strip(strip, count, RELU_PAIRS);                                               \
        else                                                                                   \
            run_strip(strip, count, RELU);                                                     \
    }
RUN(3)
RUN(4)
RUN(5)

static void run(float *out, const struct batched_product *product, const float *in)
{
    static void (*const of_count[])(struct strip * strip) = {NULL, NULL, NULL, run_3, run_4, run_5};
    struct strip strip = {.product = product, .ring = product->window.size[0] + ROWS - 1};
    strip.in = __builtin_assume_aligned(in, sizeof(vector));
    strip.out = __builtin_assume_aligned(out, sizeof(vector));
    for (; strip.left < product->window.out[1]; strip.left += product->winograd->outputs)
        of_count[product->winograd->outputs](&strip);
}

extern const struct winograd_kernels WINOGRAD_TABLE;
const struct winograd_kernels WINOGRAD_TABLE = {BLOCK, run};
