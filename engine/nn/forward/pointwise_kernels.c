/* Products of batched.h whose window is one place, leaving nothing out: matrices of values and
 * weights, cut so that the values of some places and the weights at hand stay in the first cache,
 * and a group of weights in the second. Compiled once for each kind of processor. A sum that is cut
 * goes on where it stopped, so the bits are those of one that is not. */
#include "engine/nn/forward/batched.h"
#include "engine/nn/forward/product_kernels.h"
#include "engine/nn/forward/tuning.h"

/* A product at work on a group of its blocks of filters. */
struct work {
    const struct batched_product *product;
    const struct product_part *part;
    const vector *in, *add;
    vector *out;
    size_t depth, chunk; /* channels; of them, that are summed at once */
    int from, to;        /* blocks of the group */
    const char *ahead;   /* weights to be asked for early */
    size_t pace;         /* bytes of them for each channel of a part */
};

/* Places at work, and channels begin .. end-1. */
struct spot {
    const vector *values[PLACES_MAX];
    size_t at; /* of the first place's output */
    size_t begin, end;
};

/* sums[n][part] += values times weights; both are constants where this is inlined. */
ALWAYS_INLINE void multiply(vector *sums, struct work *work, const struct spot *spot,
    const float *weights, const int part, const int n)
{
    const vector *values[PLACES_MAX];
    const char *ahead = work->ahead;
    size_t block = (size_t)work->product->block, pace = work->pace;
#pragma GCC unroll 3
    for (int t = 0; t < n; t++)
        values[t] = spot->values[t] + spot->begin;
    weights += spot->begin * block;
    for (size_t i = 0; i < spot->end - spot->begin; i++, weights += block, ahead += pace) {
        __builtin_prefetch(ahead, 0, 2);
#pragma GCC unroll 24
        for (int o = 0; o < part; o++) {
            const float weight = weights[o];
#pragma GCC unroll 3
            for (int t = 0; t < n; t++)
                sums[t * part + o] += values[t][i] * weight;
        }
    }
    work->ahead = ahead;
}

/* A part of the filters from `first` on, of which `left` exist. */
ALWAYS_INLINE void run_part(struct work *work, const struct spot *spot, const float *weights,
    int first, const int part, const int n)
{
    const struct batched_product *product = work->product;
    vector sums[SUMS_MAX];
    int left = product->filters - first;
    size_t filters = work->part->pitch;
    size_t at = spot->at + (size_t)(first - work->part->block_from * product->block);
#pragma GCC unroll 3
    for (int t = 0; t < n; t++)
#pragma GCC unroll 24
        for (int o = 0; o < part; o++)
            if (spot->begin > 0 && o < left)
                sums[t * part + o] = work->out[at + (size_t)t * filters + (size_t)o];
            else
                sums[t * part + o] = (vector){0} + product->bias[first + o];
    multiply(sums, work, spot, weights, part, n);
#pragma GCC unroll 3
    for (int t = 0; t < n; t++, at += filters) {
        if (spot->end == work->depth)
            product_end(
                sums + t * part, product, first, work->add ? work->add + at : NULL, left, part);
#pragma GCC unroll 24
        for (int o = 0; o < part; o++)
            if (o < left)
                work->out[at + (size_t)o] = sums[t * part + o];
    }
}

static void run_some(
    struct work *work, const struct spot *spot, const float *weights, int first, int part, int n)
{
#define RUN(filters, places)                \
    if (part == (filters) && n == (places)) \
        run_part(work, spot, weights, first, filters, places);
    PRODUCT_CASES(RUN)
#undef RUN
}

/* All filters of the group. */
static void run_group(struct work *work, const struct spot *spot, int n)
{
    const struct batched_product *product = work->product;
    int block = product->block;
    for (int number = work->from; number < work->to; number++) {
        int first = number * block;
        const float *weights = product->packed + (size_t)first * work->depth;
        for (int o = 0, part; o < block && first + o < product->filters; o += part) {
            part = product_part(n, block - o);
            run_some(work, spot, weights + o, first + o, part, n);
        }
    }
}

static void run_places(struct work *work)
{
    const struct window *window = &work->product->window;
    int first = work->part->from * window->out[1], last = work->part->to * window->out[1];
    struct spot spot;
    for (int place = first, n; place < last; place += n) {
        n = product_places(last - place);
        for (int t = 0; t < n; t++) {
            int y = (place + t) / window->out[1] * window->stride[0];
            int x = (place + t) % window->out[1] * window->stride[1];
            spot.values[t] = work->in + (size_t)(y * window->in[1] + x) * work->depth;
        }
        spot.at = (size_t)(place - first) * work->part->pitch;
        for (spot.begin = 0; spot.begin < work->depth; spot.begin = spot.end) {
            size_t left = work->depth - spot.begin;
            spot.end = spot.begin + (left < work->chunk ? left : work->chunk);
            run_group(work, &spot, n);
        }
    }
}

/* Equal chunks of channels that the first cache holds with the weights of a block. Places that are
 * all computed together use each weight once, in one run. */
static size_t chunk_of(const struct work *work, int places)
{
    size_t each = PLACES_MAX * sizeof(vector) + (size_t)work->product->block * sizeof(float);
    size_t most = POINTWISE_NEAR_BYTES / each, chunks = (work->depth + most - 1) / most;
    bool whole = work->add == work->out; /* sums that stopped would lie where the addend is */
    return whole || places <= PLACES_MAX ? work->depth : (work->depth + chunks - 1) / chunks;
}

void POINTWISE_PRODUCT(float *out, const struct batched_product *product,
    const struct product_part *part, const float *in, const float *add)
{
    struct work work = {.product = product,
        .part = part,
        .in = __builtin_assume_aligned(in, sizeof(vector)),
        .add = add ? __builtin_assume_aligned(add, sizeof(vector)) : NULL,
        .out = __builtin_assume_aligned(out, sizeof(vector)),
        .depth = (size_t)product->window.channels,
        .to = part->block_from};
    size_t weights = work.depth * (size_t)product->block;
    int places = (part->to - part->from) * product->window.out[1], n = product_places(places);
    int group = (int)(POINTWISE_GROUP_BYTES / (weights * sizeof(float)));
    group = group < 1 ? 1 : group;
    work.chunk = chunk_of(&work, places);
    work.pace = (size_t)(SUMS_MAX / n) * sizeof(float) / (size_t)((places + n - 1) / n);
    while (work.to < part->block_to) {
        work.from = work.to;
        work.to += part->block_to - work.to < group ? part->block_to - work.to : group;
        work.ahead = (const char *)(product->packed + (size_t)work.to * weights);
        run_places(&work);
    }
}
