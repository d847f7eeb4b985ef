/* The kernels of capture.h, compiled once for each kind of processor like batched_kernels.c. */
#include "engine/nn/forward/capture.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

_Static_assert(LANES_WIDTH <= CAPTURE_LANES, "lanes have room");

/* A bit for each lane that is not zero. */
static inline uint32_t lanes_there(vector values)
{
#if defined __AVX512F__
    return _mm512_cmp_ps_mask((__m512)values, _mm512_setzero_ps(), _CMP_NEQ_UQ);
#else
    uint32_t there = 0;
    for (int lane = 0; lane < WIDTH; lane++)
        there |= (uint32_t)(values[lane] != 0) << lane;
    return there;
#endif
}

static void count(uint32_t *counts, const float *in, size_t n)
{
    mask sum = {0};
    for (size_t i = 0; i < n; i++)
        sum -= ((const vector *)in)[i] != (vector){0};
    for (int lane = 0; lane < WIDTH; lane++)
        counts[lane] += (uint32_t)sum[lane];
}

static void list(struct capture_list *lists, int used, const struct capture_tensor *tensor,
    uint8_t *alive, size_t stride)
{
    const float *in = tensor->values;
    uint32_t inside = (1U << used) - 1, n[WIDTH];
    for (int lane = 0; lane < WIDTH; lane++)
        n[lane] = lane < used ? lists[lane].n : 0;
    for (size_t pixel = 0; pixel <= tensor->pixels; pixel++) {
        size_t place = pixel % tensor->columns * tensor->channels;
        for (int lane = 0; lane < used; lane++)
            lists[lane].starts[pixel] = n[lane];
        for (size_t c = 0; c < tensor->channels && pixel < tensor->pixels; c++, in += WIDTH) {
            uint32_t there = lanes_there(*(const vector *)in) & inside;
            for (; there != 0; there &= there - 1) {
                int lane = __builtin_ctz(there);
                lists[lane].places[n[lane]] = (uint16_t)(place + c);
                lists[lane].values[n[lane]++] = in[lane];
                if (alive)
                    alive[c * stride + (size_t)lane] = 1;
            }
        }
    }
    for (int lane = 0; lane < used; lane++)
        lists[lane].n = n[lane];
}

static void sum(
    struct capture_sums *sums, const float *in, size_t n, bool relu, const float *thresholds)
{
    vector all = {0}, squares = {0}, above;
    mask counted = {0};
    memcpy(&above, thresholds, sizeof above);
    for (size_t i = 0; i < n; i++) {
        vector value = ((const vector *)in)[i];
        vector left = (vector)((mask)value & (value > (vector){0}));
        all += value * value;
        left = relu ? left : value;
        squares += left * left;
        counted -= value > above;
    }
    memcpy(sums->all, &all, sizeof all);
    memcpy(sums->squares, &squares, sizeof squares);
    memcpy(sums->counted, &counted, sizeof counted);
}

extern const struct capture_kernels CAPTURE_TABLE;
const struct capture_kernels CAPTURE_TABLE = {.count = count, .list = list, .sum = sum};
