/* Resizes pixels, first along rows, then along columns. Our own, as stb_image_resize 0.97 of Debian
 * 12 ends the program for some ratios (28 to 20), and Cairo keeps no values but bytes of colours.
 */
#include "engine/io/pictures/picture_resize.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

/* The old pixels that a new one is made of. */
struct taps {
    int first, n;
    double weight[];
};

static int channels_of(const struct shape *shape)
{
    return shape->rank == 3 ? shape->dim[2] : 1;
}

static struct taps *taps_of(int place, int from, int to)
{
    double step = (double)from / to, reach = step > 1 ? step : 1;
    double middle = (place + 0.5) * step, total = 0;
    int first = (int)floor(middle - reach), last = (int)ceil(middle + reach);
    first = first < 0 ? 0 : first;
    last = last > from ? from : last;
    struct taps *taps = memory_array(1, sizeof *taps + (size_t)(last - first) * sizeof(double));
    taps->first = first;
    taps->n = last - first;
    for (int i = 0; i < taps->n; i++) {
        double away = fabs(first + i + 0.5 - middle) / reach;
        taps->weight[i] = away < 1 ? 1 - away : 0;
        total += taps->weight[i];
    }
    for (int i = 0; i < taps->n; i++)
        taps->weight[i] /= total;
    return taps;
}

/* Along one axis: `outer` blocks of `from` rows of `inner` values become blocks of `to` rows. */
static void resize_axis(const float *in, float *out, size_t outer, int from, int to, size_t inner)
{
    for (int place = 0; place < to; place++) {
        struct taps *taps = taps_of(place, from, to);
        for (size_t o = 0; o < outer; o++)
            for (size_t i = 0; i < inner; i++) {
                const float *at = in + (o * (size_t)from + (size_t)taps->first) * inner + i;
                double sum = 0;
                for (int t = 0; t < taps->n; t++, at += inner)
                    sum += taps->weight[t] * (double)*at;
                out[(o * (size_t)to + (size_t)place) * inner + i] = (float)sum;
            }
        free(taps);
    }
}

void picture_resize(const float *from, const struct shape *shape, float *to, const struct shape *of)
{
    size_t channels = (size_t)channels_of(shape), width = (size_t)of->dim[1];
    float *rows = memory_floats((size_t)shape->dim[0] * width * channels);
    resize_axis(from, rows, (size_t)shape->dim[0], shape->dim[1], of->dim[1], channels);
    resize_axis(rows, to, 1, shape->dim[0], of->dim[0], width * channels);
    free(rows);
}

void picture_round(const float *values, size_t n, uint8_t *bytes)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = values[i] <= 0 ? 0 : values[i] >= 255 ? 255 : (uint8_t)(values[i] + 0.5F);
}

void picture_resize_bytes(
    const uint8_t *from, const struct shape *shape, uint8_t *to, const struct shape *of)
{
    size_t count = shape_count(shape), n = shape_count(of);
    float *values = memory_floats(count), *resized = memory_floats(n);
    for (size_t i = 0; i < count; i++)
        values[i] = from[i];
    picture_resize(values, shape, resized, of);
    picture_round(resized, n, to);
    free(values);
    free(resized);
}
