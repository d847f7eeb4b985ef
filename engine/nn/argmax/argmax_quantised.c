/* argmax_quantised.h, compiled once for each kind of processor like batched_kernels.c. */
#include "engine/nn/argmax/argmax_quantised.h"
#include "engine/nn/tensor/vectors.h"

#include <math.h>

typedef int32_t ints __attribute__((vector_size(LANES_WIDTH * sizeof(int32_t)), may_alias));

/* What is known of the scaled units. */
struct scale {
    float sum, run, largest; /* of absolute values; run: the largest sum of one */
    int32_t n;               /* that are not zero */
};

static inline float total(vector values)
{
    float sum = 0;
    for (int i = 0; i < WIDTH; i++)
        sum += values[i];
    return sum;
}

static void scale_run(struct scale *scale, float *scaled, const struct argmax_classes *classes,
    const float *units, size_t from, size_t to)
{
    const float *steps = classes->steps;
    vector sum = {0}, largest = {0};
    ints n = {0};
    size_t at = from;
    for (; at + WIDTH <= to && at + WIDTH <= classes->units; at += WIDTH) {
        vector value = *(const loose *)(units + at) * *(const vector *)(steps + at);
        vector size = (vector)((ints)value & 0x7fffffff);
        ints above = size > largest;
        *(vector *)(scaled + at) = value;
        sum += size;
        largest = (vector)(((ints)size & above) | ((ints)largest & ~above));
        n -= value != 0;
    }
    float run = total(sum);
    for (int i = 0; i < WIDTH; i++) {
        scale->largest = largest[i] > scale->largest ? largest[i] : scale->largest;
        scale->n += n[i];
    }
    for (; at < to; at++) {
        scaled[at] = at < classes->units ? units[at] * steps[at] : steps[at];
        float size = fabsf(scaled[at]);
        run += size;
        scale->largest = size > scale->largest ? size : scale->largest;
        scale->n += scaled[at] != 0;
    }
    scale->sum += run;
    scale->run = run > scale->run ? run : scale->run;
}

static struct scale scale_units(
    float *scaled, const struct argmax_classes *classes, const float *units)
{
    struct scale scale = {0, 0, 0, 0};
    size_t all = classes->units + 1;
    for (size_t at = 0; at < all; at += ARGMAX_RUN)
        scale_run(
            &scale, scaled, classes, units, at, all - at < ARGMAX_RUN ? all : at + ARGMAX_RUN);
    for (size_t at = all; at % 32; at++)
        scaled[at] = 0;
    return scale;
}

/* Lists units as whole numbers behind n others: value times `inverse`, to the nearest. */
static uint32_t list_quantised(
    const struct argmax_quantised *quantised, size_t from, size_t to, float inverse, uint32_t n)
{
    for (size_t at = from; at < to; at += WIDTH) {
        /* Where a float has no room for a fraction it is rounded, and its last bits count. */
        vector rounded = *(const vector *)(quantised->scaled + at) * inverse + 0x1.8p23F;
        ints values = (ints)rounded - 0x4b400000;
        ints pairs = (values & 0xffff) | (values << 16);
#if defined __AVX512BW__
        const __m512i count16 =
            _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        __mmask16 there = _mm512_test_epi32_mask((__m512i)values, (__m512i)values);
        __m512i places = _mm512_add_epi32(count16, _mm512_set1_epi32((int)at));
        _mm512_storeu_si512(
            quantised->values + n, _mm512_maskz_compress_epi32(there, (__m512i)pairs));
        _mm512_storeu_si512(quantised->places + n, _mm512_maskz_compress_epi32(there, places));
        n += (uint32_t)__builtin_popcount(there);
#else
        for (int i = 0; i < WIDTH; i++) {
            quantised->values[n] = pairs[i];
            quantised->places[n] = (uint32_t)at + (uint32_t)i;
            n += values[i] != 0;
        }
#endif
    }
    return n;
}

static void list_runs(
    struct argmax_quantised *quantised, const struct argmax_classes *classes, float inverse)
{
    size_t all = classes->units + 1;
    for (size_t at = 0; at < all; at += ARGMAX_RUN) {
        size_t to = all - at < ARGMAX_RUN ? all : at + ARGMAX_RUN;
        quantised->n = list_quantised(quantised, at, to, inverse, quantised->n);
        quantised->ends[quantised->runs++] = quantised->n;
    }
    while (quantised->runs > 1U << quantised->shift)
        quantised->shift++;
}

/* No run of units with such a sum overflows: with weights below 2^15 the upper halves of products
 * are below half of them, and one more for each (each unit may be rounded up). */
static const float RUN_MAX = 65534 - 3 * ARGMAX_RUN;

void ARGMAX_QUANTISE(
    struct argmax_quantised *quantised, const struct argmax_classes *classes, const float *units)
{
    struct scale scale = scale_units(quantised->scaled, classes, units);
    if (!(scale.sum > 1e-20F && scale.sum < ARGMAX_LARGE))
        return; /* or something is not a number */
    float inverse = 1 / fmaxf(scale.run / RUN_MAX, scale.largest / 32700);
    list_runs(quantised, classes, inverse);
    /* 0.52: a half, and what floats have rounded of numbers below 2^15 on the way; 0.75: a half for
     * the shift, and what is rounded here. */
    float halves = 0.52F * (sqrtf((float)scale.n) * classes->length + scale.sum * inverse);
    float off = 0.5F * (float)quantised->n + halves / 65536;
    float parts = (float)(1U << quantised->shift);
    quantised->off = off * (1 + 1e-6F) / parts + 0.75F;
    quantised->unit = 65536 * classes->step * (double)parts / (double)inverse;
}
