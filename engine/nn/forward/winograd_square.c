/* When Winograd's scheme pays, and the transformed kernels. */
#include "engine/nn/forward/winograd_square.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/forward/tuning.h"

#include <stdlib.h>

/* Below, transforms cost more than the products that they save; above, 36 transformed values for
 * nine weights take too much memory for what a gradient gains. */
enum { PAYS_MIN = 8, PAYS_WEIGHTS_MAX = 256 * 256 };

/* A window of 3x3 whose tiles have few outputs that nobody wants. */
static bool fits(const struct window *window)
{
    int rows = (window->out[0] + SQUARE_OUT - 1) / SQUARE_OUT;
    int columns = (window->out[1] + SQUARE_OUT - 1) / SQUARE_OUT;
    int made = rows * columns * SQUARE_OUT * SQUARE_OUT;
    bool good = shortcut_on(SHORTCUT_WINOGRAD);
    for (int axis = 0; axis < 2; axis++)
        good = good && window->size[axis] == 3 && window->stride[axis] == 1 &&
               window->dilation[axis] == 1;
    return good && 2 * made <= 3 * window->out[0] * window->out[1];
}

bool winograd_square_pays(const struct window *window, int filters)
{
    return fits(window) && window->channels >= PAYS_MIN && filters >= PAYS_MIN &&
           window->channels * filters <= PAYS_WEIGHTS_MAX;
}

bool winograd_square_serves(const struct window *window, int filters)
{
    return fits(window) && window->channels >= SQUARE_CHANNELS_MIN &&
           filters >= SQUARE_CHANNELS_MIN;
}

static int tiles_together(const struct winograd_square *square, int width)
{
    const struct window *window = &square->window;
    int all = (window->out[0] + SQUARE_OUT - 1) / SQUARE_OUT *
              ((window->out[1] + SQUARE_OUT - 1) / SQUARE_OUT);
    size_t channels = (size_t)window->channels + (size_t)(square->blocks * SQUARE_BLOCK);
    size_t each = SQUARE_POINTS * channels * (size_t)width * sizeof(float);
    int most = (int)(SQUARE_BYTES / each);
    most = most < SQUARE_TILES_MIN ? SQUARE_TILES_MIN : most;
    return most < all ? most : all;
}

struct winograd_square *winograd_square_create(
    const struct window *window, int filters, const struct square_kernels *kernels)
{
    struct winograd_square *square = memory_array(1, sizeof *square);
    square->window = *window;
    square->filters = filters;
    square->blocks = (filters + SQUARE_BLOCK - 1) / SQUARE_BLOCK;
    square->tiles = tiles_together(square, kernels->width);
    size_t made = (size_t)(square->blocks * SQUARE_BLOCK);
    square->packed = memory_floats(SQUARE_POINTS * made * (size_t)window->channels);
    return square;
}

void winograd_square_destroy(struct winograd_square *square)
{
    if (square)
        free(square->packed);
    free(square);
}

size_t winograd_square_scratch(const struct winograd_square *square, int width)
{
    size_t channels = (size_t)square->window.channels;
    /* transformed values and products; a row of zeros; the channels that live */
    size_t tile = SQUARE_POINTS * (channels + (size_t)(square->blocks * SQUARE_BLOCK));
    return ((size_t)square->tiles * tile + channels) * (size_t)width + channels;
}

/* Values at the six points (0, 1, -1, 2, -2, infinity) of a row of three, `step` apart. */
static void transform(const float *row, size_t step, float *out, size_t out_step)
{
    float a = row[0], b = row[step], c = row[2 * step];
    float even = a + c, outer = a / 24 + c / 6;
    out[0] = a / 4;
    out[out_step] = -(even + b) / 6;
    out[2 * out_step] = -(even - b) / 6;
    out[3 * out_step] = outer + b / 12;
    out[4 * out_step] = outer - b / 12;
    out[5 * out_step] = c;
}

void winograd_square_pack(struct winograd_square *square, const float *kernel, bool turned)
{
    size_t channels = (size_t)square->window.channels, filters = (size_t)square->filters;
    size_t block = SQUARE_BLOCK, plane = channels * filters;
    size_t point = (size_t)square->blocks * channels * block;
    for (size_t c = 0; c < channels; c++)
        for (size_t f = 0; f < filters; f++) {
            const float *from = kernel + (turned ? f * channels + c : c * filters + f);
            float weights[3][3], rows[3][SQUARE_IN], all[SQUARE_POINTS];
            for (size_t k = 0; k < 9; k++)
                weights[k / 3][k % 3] = from[(turned ? 8 - k : k) * plane];
            for (int y = 0; y < 3; y++)
                transform(weights[y], 1, rows[y], 1);
            for (size_t x = 0; x < SQUARE_IN; x++)
                transform(&rows[0][x], SQUARE_IN, all + x, SQUARE_IN);
            float *to = square->packed + (f / block * channels + c) * block + f % block;
            for (size_t p = 0; p < SQUARE_POINTS; p++)
                to[p * point] = all[p];
        }
}
