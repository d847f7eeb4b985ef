/* The kernels of batched.h, compiled once for each kind of processor with LANES_WIDTH,
 * BATCHED_BLOCK, KERNELS_NAME and BATCHED_TABLE given by the build. Vector extensions of GCC and
 * Clang only. */
#include "engine/nn/forward/batched.h"
#include "engine/nn/forward/product_kernels.h"
#include "engine/nn/forward/tuning.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

static const vector zero;

ALWAYS_INLINE const vector *vectors(const float *floats)
{
    return (const vector *)__builtin_assume_aligned(floats, sizeof(vector));
}

ALWAYS_INLINE vector larger(vector a, vector b)
{
    return ending_choose(a > b, a, b);
}

/* NaN wins, as in kernels_pool_max: a broken net must not look sound. */
ALWAYS_INLINE vector pooled(vector so_far, vector value)
{
    return ending_choose((value > so_far) | (value != value), value, so_far);
}

/* Whether any lane differs from +0. */
ALWAYS_INLINE bool any(vector value)
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

static void make_list(struct batched_list *list, const float *in)
{
    const vector *values = vectors(in);
    size_t columns = (size_t)list->columns, length = columns * (size_t)list->channels;
    for (size_t row = 0; row < (size_t)list->rows; row++, values += length) {
        uint32_t *entries = list->entries + row * length, n = 0, place = 0;
        uint32_t *starts = list->starts + row * (columns + 1);
        for (size_t column = 0; column < columns; column++) {
            uint32_t end = place + (uint32_t)list->channels;
            starts[column] = n;
            for (; place < end; place++) {
                entries[n] = place;
                n += any(values[place]);
            }
        }
        starts[columns] = n;
    }
}

static int count_living(const float *in, size_t places, size_t channels, size_t step)
{
    const vector *values = vectors(in);
    size_t n = 0, seen = 0;
    for (size_t place = 0; place < places; place += step, seen += channels)
        for (size_t c = 0; c < channels; c++)
            n += any(values[place * channels + c]);
    return (int)(100 * n / seen);
}

/* Part of a window: the listed values of one row, and the weights of value 0 of that row. */
struct reach {
    const vector *values;
    const uint32_t *entries;
    uint32_t count, ahead; /* ahead: of the first values, whose weights are asked for early */
    const float *weights;
};

ALWAYS_INLINE void add_product(vector *sums, const struct reach *reach, uint32_t i, const int block)
{
    size_t entry = reach->entries[i];
    vector value = reach->values[entry];
    const float *weights = reach->weights + entry * (size_t)block;
    __asm__("" : "+r"(weights)); /* one address, not one for each weight */
#pragma GCC unroll 24
    for (int o = 0; o < block; o++)
        sums[o] += value * weights[o];
}

/* sums[block] += value x weight over the reach; `block` is a constant wherever this is inlined,
 * so that the sums stay in registers. */
ALWAYS_INLINE void add_products(vector *sums, const struct reach *reach, const int block)
{
    uint32_t i = 0;
    for (; i < reach->ahead; i++) {
        const float *next = reach->weights + reach->entries[i + BATCHED_AHEAD] * (size_t)block;
        __builtin_prefetch(next);
        __builtin_prefetch(next + block - 1); /* two lines at most */
        add_product(sums, reach, i, block);
    }
    for (; i < reach->count; i++)
        add_product(sums, reach, i, block);
}

/* What one window position sees of one input row: a stretch of columns, or single taps where the
 * window is dilated sideways. */
struct stretch {
    int row, from, to; /* columns from .. to-1 */
    ptrdiff_t weight;  /* place of column 0's weights, in steps of a column */
};

ALWAYS_INLINE struct reach reach_of(const struct batched_product *product,
    const struct batched_list *list, const float *in, const float *packed, struct stretch stretch)
{
    size_t length = (size_t)list->columns * (size_t)list->channels, row = (size_t)stretch.row;
    const uint32_t *starts = list->starts + row * ((size_t)list->columns + 1);
    uint32_t count = starts[stretch.to] - starts[stretch.from];
    return (struct reach){
        .values = vectors(in) + row * length,
        .entries = list->entries + row * length + starts[stretch.from],
        .count = count,
        .ahead = product->far && count > BATCHED_AHEAD ? count - BATCHED_AHEAD : 0,
        .weights = packed + stretch.weight * list->channels * product->block,
    };
}

/* One position of the window for one block of filters. */
ALWAYS_INLINE void add_window(vector *sums, const struct batched_product *product,
    const struct batched_list *list, const float *in, const float *packed, int y, int x,
    const int block)
{
    const struct window *window = &product->window;
    struct taps down = product->down[y], across = product->across[x];
    int step = window->dilation[1], taps = across.last - across.first;
    if (taps <= 0)
        return;
    for (int tap = down.first; tap < down.last; tap++) {
        struct stretch stretch = {.row = down.origin + tap * window->dilation[0]};
        for (int t = across.first; t < across.last; t += step == 1 ? taps : 1) {
            int column = across.origin + t * step;
            stretch.from = column;
            stretch.to = column + (step == 1 ? taps : 1);
            stretch.weight = (ptrdiff_t)tap * window->size[1] + t - column;
            struct reach reach = reach_of(product, list, in, packed, stretch);
            add_products(sums, &reach, block);
        }
    }
}

/* What a product runs on. */
struct operands {
    const struct batched_list *list;
    const float *in;
    const float *add; /* a tensor like the output, or NULL */
};

/* All positions of one block. */
ALWAYS_INLINE void product_block(float *out, const struct batched_product *product,
    const struct operands *operands, int number, const int block)
{
    const struct window *window = &product->window;
    static const struct window one = {.size = {1, 1}, .stride = {1, 1}};
    const struct window *pool = product->pooled ? &product->pool : &one;
    const int *places = product->pooled ? product->pool.out : window->out;
    const float *packed =
        product->packed +
        (size_t)number * (size_t)(window->size[0] * window->size[1] * window->channels * block);
    const float *bias = product->bias + (size_t)number * (size_t)block;
    int filters = product->filters - number * block;
    filters = filters < block ? filters : block;
    vector *to = (vector *)__builtin_assume_aligned(out, sizeof(vector)) + number * block;
    const vector *add = operands->add ? vectors(operands->add) + number * block : NULL;
    for (int place = 0; place < places[0] * places[1]; place++, to += product->filters) {
        int top = place / places[1] * pool->stride[0], left = place % places[1] * pool->stride[1];
        for (int tap = 0; tap < pool->size[0] * pool->size[1]; tap++) {
            vector sums[24];
#pragma GCC unroll 24
            for (int o = 0; o < block; o++)
                sums[o] = zero + bias[o];
            add_window(sums, product, operands->list, operands->in, packed,
                top + tap / pool->size[1], left + tap % pool->size[1], block);
            product_end(sums, product, number * block, add, filters, block);
#pragma GCC unroll 24
            for (int o = 0; o < block; o++)
                if (o < filters)
                    to[o] = tap ? pooled(to[o], sums[o]) : sums[o];
        }
        add = add ? add + product->filters : NULL;
    }
}

#define PRODUCT(block)                                                             \
    static void product_##block(float *out, const struct batched_product *product, \
        const struct operands *operands, int number)                               \
    {                                                                              \
        product_block(out, product, operands, number, block);                      \
    }
PRODUCT(4)
PRODUCT(8)
PRODUCT(12)
#if BATCHED_BLOCK > 12
PRODUCT(16)
PRODUCT(20)
PRODUCT(24)
#endif

static void product_all(float *out, const struct batched_product *product,
    const struct batched_list *list, const float *in, const float *add)
{
    const struct operands operands = {list, in, add};
    static void (*const of_block[])(float *out, const struct batched_product *product,
        const struct operands *operands, int number) = {
        NULL,
        product_4,
        product_8,
        product_12,
#if BATCHED_BLOCK > 12
        product_16,
        product_20,
        product_24,
#endif
    };
    for (int number = 0; number < product->blocks; number++)
        of_block[product->block / 4](out, product, &operands, number);
}

static void best_two(struct batched_top_two *best, const float *in, int classes)
{
    const vector *values = vectors(in);
    vector first = values[0], second = zero - __builtin_inff();
    mask class = {0}, broken = values[0] - values[0] != zero;
    for (int k = 1; k < classes; k++) {
        vector value = values[k];
        mask wins = value > first;
        second = ending_choose(wins, first, larger(value, second));
        class = ((((mask){0}) + k) & wins) | (class & ~wins);
        first = ending_choose(wins, value, first);
        broken |= value - value != zero; /* infinite, or not a number */
    }
    class |= broken;
    memcpy(best->first, &first, sizeof first);
    memcpy(best->second, &second, sizeof second);
    memcpy(best->class, &class, sizeof class);
}

/* Channels that are summed at once. */
enum { TOGETHER = 4 };

/* `block` channels; a constant wherever this is inlined, so that sums stay in registers. */
ALWAYS_INLINE void sum_some(struct batched_sums *sums, const vector *in, size_t positions,
    size_t channels, const size_t *picked, const size_t block)
{
    vector sum[TOGETHER], squares[TOGETHER], largest[TOGETHER];
    mask zeros[TOGETHER];
    const vector *values[TOGETHER];
#pragma GCC unroll 4
    for (size_t o = 0; o < block; o++) {
        values[o] = in + picked[o];
        largest[o] = *values[o];
        sum[o] = squares[o] = zero;
        zeros[o] = (mask){0};
    }
    for (size_t p = 0; p < positions * channels; p += channels)
#pragma GCC unroll 4
        for (size_t o = 0; o < block; o++) {
            vector value = values[o][p];
            sum[o] += value;
            squares[o] += value * value;
            largest[o] = larger(value, largest[o]);
            zeros[o] -= value == zero;
        }
#pragma GCC unroll 4
    for (size_t o = 0; o < block; o++) {
        size_t at = picked[o] * WIDTH;
        vector count = __builtin_convertvector(zeros[o], vector);
        memcpy(sums->sum + at, &sum[o], sizeof *sum);
        memcpy(sums->squares + at, &squares[o], sizeof *squares);
        memcpy(sums->largest + at, &largest[o], sizeof *largest);
        memcpy(sums->zeros + at, &count, sizeof count);
    }
}

/* Sums of the channels that are nowhere in a list, which is all zeros; the others get less than no
 * zeros. */
static void sum_silent(
    struct batched_sums *sums, const struct batched_list *list, size_t positions, size_t channels)
{
    size_t columns = (size_t)list->columns, length = columns * (size_t)list->channels;
    memset(sums->sum, 0, channels * sizeof(vector));
    memset(sums->squares, 0, channels * sizeof(vector));
    memset(sums->largest, 0, channels * sizeof(vector));
    for (size_t i = 0; i < channels * WIDTH; i++)
        sums->zeros[i] = (float)positions;
    for (size_t row = 0; row < (size_t)list->rows; row++) {
        const uint32_t *entries = list->entries + row * length;
        uint32_t n = list->starts[row * (columns + 1) + columns];
        for (uint32_t i = 0; i < n; i++)
            sums->zeros[list->channel[entries[i]] * WIDTH] = -1;
    }
}

static void sum_channels(struct batched_sums *sums, const struct batched_list *list,
    const float *in, size_t positions, size_t channels)
{
    size_t picked[TOGETHER], n = 0;
    bool knows = list && positions > 1; /* of one, finding out takes longer */
    if (knows)
        sum_silent(sums, list, positions, channels);
    for (size_t c = 0; c < channels; c++) {
        if (knows && sums->zeros[c * WIDTH] >= 0)
            continue;
        picked[n++] = c;
        if (n == TOGETHER)
            sum_some(sums, vectors(in), positions, channels, picked, TOGETHER);
        n %= TOGETHER;
    }
    for (size_t i = 0; i < n; i++)
        sum_some(sums, vectors(in), positions, channels, picked + i, 1);
}

extern const struct pixels PIXELS_TABLE;
extern const struct sparse_kernels SPARSE_TABLE;
extern const struct channel_kernels CHANNEL_TABLE;
extern const struct square_kernels SQUARE_TABLE;
extern const struct winograd_kernels WINOGRAD_TABLE;
extern const struct capture_kernels CAPTURE_TABLE;
extern const struct batched_kernels BATCHED_TABLE;
const struct batched_kernels BATCHED_TABLE = {
    .name = KERNELS_NAME,
    .width = WIDTH,
    .block_max = BATCHED_BLOCK,
    .list = make_list,
    .living = count_living,
    .product = product_all,
    .dense = DENSE_PRODUCT,
    .channel = &CHANNEL_TABLE,
    .square = &SQUARE_TABLE,
    .best = best_two,
    .sums = sum_channels,
    .winograd = &WINOGRAD_TABLE,
    .capture = &CAPTURE_TABLE,
    .sparse = &SPARSE_TABLE,
    .pixels = &PIXELS_TABLE,
};
