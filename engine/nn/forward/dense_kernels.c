/* Batched products (batched.h) that leave no value out, compiled once for each kind of processor:
 * some positions of the window are computed together, so that a weight that is loaded serves them
 * all. A value that is zero adds nothing, so the bits are those of the kernel that leaves it out.
 */
#include "engine/nn/forward/batched.h"
#include "engine/nn/forward/product_kernels.h"
#include "engine/nn/forward/tuning.h"

/* TOGETHER: positions; PART, LEAST: filters. Their sums stay in registers beside the values. */
#if BATCHED_BLOCK > 12
enum { TOGETHER = 3, PART = 8, LEAST = 4 };
#elif LANES_WIDTH > 4
enum { TOGETHER = 2, PART = 6, LEAST = 4 };
#else
enum { TOGETHER = 2, PART = 4, LEAST = 4 }; /* no fused multiply-add: products need registers */
#endif

/* A product at work. */
struct work {
    const struct batched_product *product;
    struct window window;
    const vector *in, *add;
    vector *out;
};

/* Positions side by side that see the same taps, and the filters at hand. */
struct patch {
    int y, x;
    struct taps down, across;
    int first;            /* filter */
    const float *weights; /* of the first filter, at tap 0, channel 0 */
};

/* sums[n][part] += values times weights; both are constants where this is inlined. */
ALWAYS_INLINE void multiply(vector *sums, const vector *values, size_t step, const float *weights,
    size_t count, size_t block, const int part, const int n)
{
    for (size_t i = 0; i < count; i++, values++, weights += block)
#pragma GCC unroll 8
        for (int o = 0; o < part; o++) {
            const float weight = weights[o];
#pragma GCC unroll 3
            for (int t = 0; t < n; t++)
                sums[t * part + o] += values[(size_t)t * step] * weight;
        }
}

/* All taps of a patch. */
ALWAYS_INLINE void multiply_taps(
    vector *sums, const struct work *work, const struct patch *patch, const int part, const int n)
{
    const struct window *window = &work->window;
    size_t channels = (size_t)window->channels, block = (size_t)work->product->block;
    size_t step = (size_t)window->stride[1] * channels;
    int taps = patch->across.last - patch->across.first, along = window->dilation[1];
    for (int tap = patch->down.first; tap < patch->down.last && taps > 0; tap++) {
        int row = patch->down.origin + tap * window->dilation[0];
        for (int t = patch->across.first; t < patch->across.last; t += along == 1 ? taps : 1) {
            int column = patch->across.origin + t * along;
            size_t run = channels * (along == 1 ? (size_t)taps : 1);
            multiply(sums, work->in + (size_t)(row * window->in[1] + column) * channels, step,
                patch->weights + (size_t)(tap * window->size[1] + t) * channels * block, run, block,
                part, n);
        }
    }
}

ALWAYS_INLINE void run_patch(
    const struct work *work, const struct patch *patch, const int part, const int n)
{
    const struct batched_product *product = work->product;
    vector sums[TOGETHER * PART];
    int left = product->filters - patch->first;
    size_t filters = (size_t)product->filters;
    size_t at =
        (size_t)(patch->y * work->window.out[1] + patch->x) * filters + (size_t)patch->first;
#pragma GCC unroll 3
    for (int t = 0; t < n; t++)
#pragma GCC unroll 8
        for (int o = 0; o < part; o++)
            sums[t * part + o] = (vector){0} + product->bias[patch->first + o];
    multiply_taps(sums, work, patch, part, n);
#pragma GCC unroll 3
    for (int t = 0; t < n; t++, at += filters) {
        const vector *add = work->add ? work->add + at : NULL;
        product_end(sums + t * part, product, patch->first, add, left, part);
#pragma GCC unroll 8
        for (int o = 0; o < part; o++)
            if (o < left)
                work->out[at + (size_t)o] = sums[t * part + o];
    }
}

static void run_some(const struct work *work, const struct patch *patch, int part, int n)
{
    if (part == PART && n == TOGETHER)
        run_patch(work, patch, PART, TOGETHER);
    else if (part == PART && n == 2)
        run_patch(work, patch, PART, 2);
    else if (part == PART)
        run_patch(work, patch, PART, 1);
    else if (n == TOGETHER)
        run_patch(work, patch, LEAST, TOGETHER);
    else if (n == 2)
        run_patch(work, patch, LEAST, 2);
    else
        run_patch(work, patch, LEAST, 1);
}

/* How many positions from x on see the same taps, two left over rather than one. */
static int together(const struct work *work, const struct taps *across, int x)
{
    int n = 1, left = work->window.out[1] - x;
    while (n < TOGETHER && n < left && across[x + n].first == across[x].first &&
           across[x + n].last == across[x].last)
        n++;
    bool four = TOGETHER == 3 && n == 3 && left == 4;
    return four ? 2 : n;
}

static void run_row(
    const struct work *work, const struct taps *across, struct patch *patch, int part)
{
    for (int n; patch->x < work->window.out[1]; patch->x += n) {
        patch->across = across[patch->x];
        n = together(work, across, patch->x);
        run_some(work, patch, part, n);
    }
    patch->x = 0;
}

/* How many filters of a block are computed together from filter o on. */
static int part_of(int block, int o)
{
    bool even = PART % LEAST == 0 || block % PART == 0;
    return even && block - o >= PART ? PART : LEAST;
}

/* Rows from .. to-1, block by block of the filters. */
static void run_rows(
    const struct work *work, const struct taps *down, const struct taps *across, int from, int to)
{
    const struct batched_product *product = work->product;
    size_t depth = (size_t)(work->window.size[0] * work->window.size[1] * work->window.channels);
    for (int number = 0; number < product->blocks; number++) {
        int first = number * product->block;
        for (int o = 0, part; o < product->block && first + o < product->filters; o += part) {
            part = part_of(product->block, o);
            struct patch patch = {
                .first = first + o, .weights = product->packed + (size_t)first * depth + o};
            for (patch.y = from; patch.y < to; patch.y++) {
                patch.down = down[patch.y];
                run_row(work, across, &patch, part);
            }
        }
    }
}

void DENSE_PRODUCT(
    float *out, const struct batched_product *product, const float *in, const float *add)
{
    struct work work = {.product = product,
        .window = product->window,
        .in = __builtin_assume_aligned(in, sizeof(vector)),
        .add = add ? __builtin_assume_aligned(add, sizeof(vector)) : NULL,
        .out = __builtin_assume_aligned(out, sizeof(vector))};
    const struct window *window = &work.window;
    size_t line = (size_t)(window->in[1] * window->channels) * sizeof(vector);
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    size_t weights = depth * (size_t)(product->blocks * product->block) * sizeof(float);
    int rows = (int)(DENSE_ROWS_BYTES / (line * (size_t)window->stride[0] + 1));
    rows = weights > DENSE_WEIGHTS_BYTES ? window->out[0] : rows < 1 ? 1 : rows;
    for (int from = 0; from < window->out[0]; from += rows) {
        int to = window->out[0] - from < rows ? window->out[0] : from + rows;
        run_rows(&work, product->down, product->across, from, to);
    }
}
