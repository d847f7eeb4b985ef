/* The gradient of a kernel: products of inputs and gradients, summed over positions and lanes.
 * Compiled once for each kind of processor. A block of sums stays in registers while the positions
 * of a band, which the second cache holds, go by. Leans on the vectors of GCC and Clang. */
#include "engine/nn/backward/lane_kernels.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

/* Values and filters whose products are summed at once: as many as stay in registers. */
#if LANES_WIDTH == 16
enum { DEPTHS = 4, FILTERS = 6 };
#else
enum { DEPTHS = 3, FILTERS = 4 };
#endif

static const vector zero;

/* Some rows of the positions. */
struct band {
    const struct lane_products *products;
    const vector *in, *grad; /* of the band's first position */
    int rows;
    float *gradient;
};

ALWAYS_INLINE bool any(vector value)
{
    uint64_t words[WIDTH / 2], all = 0;
    memcpy(words, &value, sizeof words);
    for (int i = 0; i < WIDTH / 2; i++)
        all |= words[i];
    return all != 0;
}

static bool filter_lives(const struct band *band, size_t filter)
{
    size_t filters = band->products->filters;
    size_t end = (size_t)band->rows * (size_t)band->products->columns * filters;
    for (size_t at = filter; at < end; at += filters)
        if (any(band->grad[at]))
            return true;
    return false;
}

static bool depth_lives(const struct band *band, size_t depth)
{
    const struct lane_products *products = band->products;
    for (int row = 0; row < band->rows; row++) {
        const vector *in = band->in + (size_t)row * products->row_step + products->offset[depth];
        for (int column = 0; column < products->columns; column++, in += products->step)
            if (any(*in))
                return true;
    }
    return false;
}

ALWAYS_INLINE float over_lanes(vector sum)
{
#if LANES_WIDTH == 16 && defined __AVX512F__
    return _mm512_reduce_add_ps((__m512)sum);
#else
    float lanes[WIDTH];
    memcpy(lanes, &sum, sizeof lanes);
    for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
#endif
}

/* `depths` and `filters` are constants wherever this is inlined. */
ALWAYS_INLINE void weigh_block(const struct band *band, const uint32_t *depth,
    const uint32_t *filter, const int depths, const int filters)
{
    const struct lane_products *products = band->products;
    vector sums[DEPTHS * FILTERS];
#pragma GCC unroll 24
    for (int i = 0; i < depths * filters; i++)
        sums[i] = zero;
    const vector *grad = band->grad;
    const size_t step = products->step, beside = products->filters;
    size_t value_at[DEPTHS], grad_at[FILTERS];
#pragma GCC unroll 4
    for (int d = 0; d < depths; d++)
        value_at[d] = products->offset[depth[d]];
#pragma GCC unroll 6
    for (int f = 0; f < filters; f++)
        grad_at[f] = filter[f];
    for (int row = 0; row < band->rows; row++) {
        const vector *in = band->in + (size_t)row * products->row_step;
        for (int column = 0; column < products->columns; column++) {
            vector given[FILTERS];
#pragma GCC unroll 6
            for (int f = 0; f < filters; f++)
                given[f] = grad[grad_at[f]];
#pragma GCC unroll 4
            for (int d = 0; d < depths; d++) {
                vector value = in[value_at[d]];
#pragma GCC unroll 6
                for (int f = 0; f < filters; f++)
                    sums[d * filters + f] += value * given[f];
            }
            in += step;
            grad += beside;
        }
    }
#pragma GCC unroll 4
    for (int d = 0; d < depths; d++)
#pragma GCC unroll 6
        for (int f = 0; f < filters; f++)
            band->gradient[depth[d] * products->filters + filter[f]] +=
                over_lanes(sums[d * filters + f]);
}

ALWAYS_INLINE void weigh_depths(
    const struct band *band, const uint32_t *depth, size_t live, const int depths)
{
    const uint32_t *filters = band->products->live_filters;
    size_t f = 0;
    for (; f + FILTERS <= live; f += FILTERS)
        weigh_block(band, depth, filters + f, depths, FILTERS);
    for (; f + 4 <= live; f += 4)
        weigh_block(band, depth, filters + f, depths, 4);
    for (; f + 2 <= live; f += 2)
        weigh_block(band, depth, filters + f, depths, 2);
    for (; f < live; f++)
        weigh_block(band, depth, filters + f, depths, 1);
}

static void weigh_band(const struct band *band)
{
    const struct lane_products *products = band->products;
    uint32_t *live_depth = products->live_depth, *live_filters = products->live_filters;
    size_t depths = 0, filters = 0, d = 0;
    for (size_t i = 0; i < products->filters; i++) {
        live_filters[filters] = (uint32_t)i;
        filters += filter_lives(band, i);
    }
    for (size_t i = 0; i < products->depth && filters > 0; i++) {
        live_depth[depths] = (uint32_t)i;
        depths += depth_lives(band, i);
    }
    for (; d + DEPTHS <= depths; d += DEPTHS)
        weigh_depths(band, live_depth + d, filters, DEPTHS);
    for (; d < depths; d++)
        weigh_depths(band, live_depth + d, filters, 1);
}

void LANE_WEIGH(
    float *gradient, const struct lane_products *products, const float *in, const float *grad)
{
    const vector *inputs = __builtin_assume_aligned(in, sizeof(vector));
    const vector *grads = __builtin_assume_aligned(grad, sizeof(vector));
    for (int row = 0; row < products->rows; row += products->band) {
        int rows = products->rows - row < products->band ? products->rows - row : products->band;
        struct band band = {.products = products,
            .in = inputs + (size_t)row * products->row_step,
            .grad = grads + (size_t)row * (size_t)products->columns * products->filters,
            .rows = rows,
            .gradient = gradient};
        weigh_band(&band);
    }
}
