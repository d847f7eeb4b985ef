/* The kernel's side of Winograd's scheme: when it pays, and the transformed weights. */
#include "engine/nn/forward/winograd.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/tuning.h"

#include <stdlib.h>

/* Kernel and image are polynomials, multiplied at these points and at infinity; winograd_kernels.c
 * has the image's side. factors: constants of the interpolation, one for each point. */
static const double points[WINOGRAD_POINTS - 1] = {0, 1, -1, 0.5, -0.5, 2};
static const double factors[WINOGRAD_POINTS] = {
    -4, -4.0 / 3, -4.0 / 9, 16.0 / 9, 32.0 / 15, 2.0 / 45, 2};

/* Widths of windows: below, a plain sum is as fast; above, two outputs are left of seven products.
 */
enum { WIDTH_MIN = 3, WIDTH_MAX = 5 };

static double power(double x, int exponent)
{
    double result = 1;
    for (int i = 0; i < exponent; i++)
        result *= x;
    return result;
}

bool winograd_serves(const struct window *window, int filters)
{
    int size = window->size[1];
    return size >= WIDTH_MIN && size <= WIDTH_MAX && filters >= WINOGRAD_FILTERS_MIN &&
           window->stride[1] == 1 && window->dilation[0] == 1 && window->dilation[1] == 1 &&
           window->out[1] >= WINOGRAD_POINTS + 1 - size &&
           window->size[0] * window->channels <= WINOGRAD_DEPTH_MAX;
}

struct winograd *winograd_create(
    const struct window *window, int filters, const struct winograd_kernels *kernels)
{
    if (!winograd_serves(window, filters))
        return NULL;
    struct winograd *winograd = memory_array(1, sizeof *winograd);
    winograd->outputs = WINOGRAD_POINTS + 1 - window->size[1];
    winograd->block = kernels->block;
    winograd->blocks = (filters + winograd->block - 1) / winograd->block;
    size_t depth = (size_t)(window->size[0] * window->channels);
    winograd->packed =
        memory_floats((size_t)(winograd->blocks * winograd->block) * depth * WINOGRAD_POINTS);
    return winograd;
}

void winograd_destroy(struct winograd *winograd)
{
    if (winograd)
        free(winograd->packed);
    free(winograd);
}

/* Value at a point of the polynomial that is a row of a kernel; its coefficients are `step` apart.
 */
static float value_at(const float *row, size_t step, int size, int point)
{
    double sum = 0;
    for (int k = 0; k < size; k++) {
        double value = (double)row[(size_t)k * step];
        sum += point < WINOGRAD_POINTS - 1 ? value * power(points[point], k)
                                           : value * (double)(k == size - 1);
    }
    return (float)(sum * factors[point]);
}

void winograd_pack(
    struct winograd *winograd, const struct window *window, int n_filters, const float *kernel)
{
    size_t channels = (size_t)window->channels, filters = (size_t)n_filters;
    size_t block = (size_t)winograd->block, depth = (size_t)window->size[0] * channels;
    for (size_t f = 0; f < filters; f++)
        for (size_t d = 0; d < depth; d++) { /* row by row, channel by channel */
            size_t row = d / channels, c = d % channels;
            const float *from =
                kernel + (row * (size_t)window->size[1] * channels + c) * filters + f;
            float *to =
                winograd->packed + (f / block * depth + d) * WINOGRAD_POINTS * block + f % block;
            for (int p = 0; p < WINOGRAD_POINTS; p++)
                to[(size_t)p * block] = value_at(from, channels * filters, window->size[1], p);
        }
}
