/* Batched products (batched.h) that leave no value out, compiled once for each kind of processor:
 * some positions of the window are computed together, so that a weight that is loaded serves them
 * all. A value that is zero adds nothing, so the bits are those of the kernel that leaves it out.
 */
#include "engine/nn/forward/batched.h"
#include "engine/nn/forward/product_kernels.h"
#include "engine/nn/forward/tuning.h"

/* A product at work. */
struct work {
    const struct batched_product *product;
    struct product_part part;
    struct window window;
    const vector *in, *add;
    vector *out;
    const char *ahead; /* weights to be asked for early: those of the next block */
    size_t pace;       /* bytes of them for each value of a part */
};

/* Positions side by side that see the same taps, and the filters at hand. */
struct patch {
    int y, x;
    struct taps down, across;
    int first;            /* filter */
    const float *weights; /* of the first filter, at tap 0, channel 0 */
};

/* sums[n][part] += values times weights; both are constants where this is inlined. */
ALWAYS_INLINE const char *multiply(vector *sums, const struct work *work, const vector *values,
    const float *weights, size_t count, const char *ahead, const int part, const int n)
{
    size_t block = (size_t)work->product->block, pace = work->pace;
    size_t step = (size_t)(work->window.stride[1] * work->window.channels);
    for (size_t i = 0; i < count; i++, values++, weights += block, ahead += pace) {
        __builtin_prefetch(ahead, 0, 2);
#pragma GCC unroll 24
        for (int o = 0; o < part; o++) {
            const float weight = weights[o];
#pragma GCC unroll 3
            for (int t = 0; t < n; t++)
                sums[t * part + o] += values[(size_t)t * step] * weight;
        }
    }
    return ahead;
}

/* All taps of a patch. Gives what is to be asked for next. */
ALWAYS_INLINE const char *multiply_taps(
    vector *sums, const struct work *work, const struct patch *patch, const int part, const int n)
{
    const char *ahead = work->ahead;
    const struct window *window = &work->window;
    size_t channels = (size_t)window->channels, block = (size_t)work->product->block;
    int taps = patch->across.last - patch->across.first, along = window->dilation[1];
    for (int tap = patch->down.first; tap < patch->down.last && taps > 0; tap++) {
        int row = patch->down.origin + tap * window->dilation[0];
        for (int t = patch->across.first; t < patch->across.last; t += along == 1 ? taps : 1) {
            int column = patch->across.origin + t * along;
            size_t run = channels * (along == 1 ? (size_t)taps : 1);
            ahead =
                multiply(sums, work, work->in + (size_t)(row * window->in[1] + column) * channels,
                    patch->weights + (size_t)(tap * window->size[1] + t) * channels * block, run,
                    ahead, part, n);
        }
    }
    return ahead;
}

ALWAYS_INLINE void run_patch(
    struct work *work, const struct patch *patch, const int part, const int n)
{
    const struct batched_product *product = work->product;
    vector sums[SUMS_MAX];
    int left = product->filters - patch->first;
    size_t filters = work->part.pitch;
    size_t place = (size_t)((patch->y - work->part.from) * work->window.out[1] + patch->x);
    size_t at = place * filters + (size_t)(patch->first - work->part.block_from * product->block);
#pragma GCC unroll 3
    for (int t = 0; t < n; t++)
#pragma GCC unroll 24
        for (int o = 0; o < part; o++)
            sums[t * part + o] = (vector){0} + product->bias[patch->first + o];
    work->ahead = multiply_taps(sums, work, patch, part, n);
#pragma GCC unroll 3
    for (int t = 0; t < n; t++, at += filters) {
        const vector *add = work->add ? work->add + at : NULL;
        product_end(sums + t * part, product, patch->first, add, left, part);
#pragma GCC unroll 24
        for (int o = 0; o < part; o++)
            if (o < left)
                work->out[at + (size_t)o] = sums[t * part + o];
    }
}

static void run_some(struct work *work, const struct patch *patch, int part, int n)
{
#define RUN(filters, places)                \
    if (part == (filters) && n == (places)) \
        run_patch(work, patch, filters, places);
    PRODUCT_CASES(RUN)
#undef RUN
}

/* How many positions from x on, which see the same taps, are computed together. One more than four
 * is looked at, which tells four that are left over from more. */
static int together(const struct work *work, const struct taps *across, int x)
{
    int same = 1, left = work->window.out[1] - x;
    while (same < PLACES_MAX + 2 && same < left && across[x + same].first == across[x].first &&
           across[x + same].last == across[x].last)
        same++;
    return product_places(same);
}

/* All filters of a block at some positions side by side. */
static void run_block(struct work *work, struct patch *patch, int first, int n)
{
    const struct batched_product *product = work->product;
    int block = product->block;
    size_t depth = (size_t)(work->window.size[0] * work->window.size[1] * work->window.channels);
    for (int o = 0, part; o < block && first + o < product->filters; o += part) {
        part = product_part(n, block - o);
        patch->first = first + o;
        patch->weights = product->packed + (size_t)first * depth + o;
        run_some(work, patch, part, n);
    }
}

/* Rows from .. to-1, block by block of the filters. */
static void run_rows(
    struct work *work, const struct taps *down, const struct taps *across, int from, int to)
{
    const struct batched_product *product = work->product;
    size_t depth = (size_t)(work->window.size[0] * work->window.size[1] * work->window.channels);
    for (int number = work->part.block_from; number < work->part.block_to; number++) {
        struct patch patch = {0};
        size_t next = (size_t)(number + 1) * (size_t)product->block * depth;
        work->ahead = (const char *)(product->packed + next);
        for (patch.y = from; patch.y < to; patch.y++) {
            patch.down = down[patch.y];
            for (int n; patch.x < work->window.out[1]; patch.x += n) {
                patch.across = across[patch.x];
                n = together(work, across, patch.x);
                run_block(work, &patch, number * product->block, n);
            }
            patch.x = 0;
        }
    }
}

/* Bytes of weights for each value of a part, so that a block's come while the one before it runs.
 */
static size_t pace_of(const struct work *work, const struct taps *down, const struct taps *across)
{
    const struct window *window = &work->window;
    size_t rows = 0, columns = 0;
    for (int y = 0; y < window->out[0]; y++)
        rows += (size_t)(down[y].last - down[y].first);
    for (int x = 0, n; x < window->out[1]; x += n) {
        n = together(work, across, x);
        columns += (size_t)((across[x].last - across[x].first) * n);
    }
    /* a value of a part stands for SUMS_MAX products, a weight for as many as positions see it */
    size_t bytes = (size_t)(window->size[0] * window->size[1] * SUMS_MAX) * sizeof(float);
    return rows * columns > 0 ? bytes / (rows * columns) : 0;
}

void DENSE_PRODUCT(float *out, const struct batched_product *product,
    const struct product_part *part, const float *in, const float *add)
{
    struct work work = {.product = product,
        .part = {0, product->window.out[0], 0, product->blocks, (size_t)product->filters},
        .window = product->window,
        .in = __builtin_assume_aligned(in, sizeof(vector)),
        .add = add ? __builtin_assume_aligned(add, sizeof(vector)) : NULL,
        .out = __builtin_assume_aligned(out, sizeof(vector))};
    const struct window *window = &work.window;
    if (part)
        work.part = *part;
    if (window->size[0] * window->size[1] == 1 && window->before[0] + window->before[1] == 0) {
        POINTWISE_PRODUCT(out, product, &work.part, in, add);
        return;
    }
    size_t line = (size_t)(window->in[1] * window->channels) * sizeof(vector);
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    size_t weights = depth * (size_t)(product->blocks * product->block) * sizeof(float);
    int rows = (int)(DENSE_ROWS_BYTES / (line * (size_t)window->stride[0] + 1));
    rows = weights > DENSE_WEIGHTS_BYTES ? window->out[0] : rows < 1 ? 1 : rows;
    work.pace = rows == window->out[0] ? pace_of(&work, product->down, product->across) : 0;
    for (int from = work.part.from; from < work.part.to; from += rows) {
        int to = work.part.to - from < rows ? work.part.to : from + rows;
        run_rows(&work, product->down, product->across, from, to);
    }
}
