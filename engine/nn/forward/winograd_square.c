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
    size_t channels = (size_t)square->window.channels + (size_t)(square->blocks * SQUARE_BLOCK);
    size_t each = SQUARE_POINTS * channels * (size_t)width * sizeof(float);
    int most = (int)(SQUARE_BYTES / each);
    return most < SQUARE_TILES_MIN ? SQUARE_TILES_MIN : most;
}

int winograd_square_batches(const struct winograd_square *square, int width)
{
    size_t filters = (size_t)(square->blocks * SQUARE_BLOCK);
    size_t weights = SQUARE_POINTS * filters * (size_t)square->window.channels * sizeof(float);
    bool gains = weights > (size_t)width * GROUP_IMAGE_BYTES && square->tiles > square->all;
    return gains ? square->tiles / square->all : 1;
}

struct winograd_square *winograd_square_create(
    const struct window *window, int filters, const struct square_kernels *kernels)
{
    struct winograd_square *square = memory_array(1, sizeof *square);
    square->window = *window;
    square->filters = filters;
    square->blocks = (filters + SQUARE_BLOCK - 1) / SQUARE_BLOCK;
    square->all = (window->out[0] + SQUARE_OUT - 1) / SQUARE_OUT *
                  ((window->out[1] + SQUARE_OUT - 1) / SQUARE_OUT);
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

size_t winograd_square_scratch(const struct winograd_square *square, int width, int batches)
{
    size_t tiles = (size_t)winograd_square_together(square, batches);
    size_t channels = (size_t)square->window.channels;
    /* transformed values and products; a row of zeros; the channels that live */
    size_t tile = SQUARE_POINTS * (channels + (size_t)(square->blocks * SQUARE_BLOCK));
    return (tiles * tile + channels) * (size_t)width + channels;
}

/* A block of filters side by side. */
struct weights {
    float of[SQUARE_BLOCK];
};

/* Values at the six points (0, 1, -1, 2, -2, infinity) of a row of three, `step` apart. */
static void transform(const struct weights *row, size_t step, struct weights *out, size_t out_step)
{
    for (size_t f = 0; f < SQUARE_BLOCK; f++) {
        float a = row[0].of[f], b = row[step].of[f], c = row[2 * step].of[f];
        float even = a + c, outer = a / 24 + c / 6;
        out[0].of[f] = a / 4;
        out[out_step].of[f] = -(even + b) / 6;
        out[2 * out_step].of[f] = -(even - b) / 6;
        out[3 * out_step].of[f] = outer + b / 12;
        out[4 * out_step].of[f] = outer - b / 12;
        out[5 * out_step].of[f] = c;
    }
}

/* The kernels of channel c for a block of filters. */
static void load_block(const struct winograd_square *square, const float *kernel, bool turned,
    size_t c, size_t first, struct weights *weights)
{
    size_t channels = (size_t)square->window.channels, filters = (size_t)square->filters;
    size_t left = filters - first < SQUARE_BLOCK ? filters - first : SQUARE_BLOCK;
    for (size_t k = 0; k < 9; k++) {
        const float *from = kernel + (turned ? 8 - k : k) * channels * filters;
        weights[k] = (struct weights){{0}};
        for (size_t f = 0; f < left; f++)
            weights[k].of[f] = from[turned ? (first + f) * channels + c : c * filters + first + f];
    }
}

void winograd_square_pack(struct winograd_square *square, const float *kernel, bool turned)
{
    size_t channels = (size_t)square->window.channels, blocks = (size_t)square->blocks;
    struct weights *packed = (struct weights *)(void *)square->packed;
    for (size_t b = 0; b < blocks; b++)
        for (size_t c = 0; c < channels; c++) {
            struct weights weights[9], rows[3 * SQUARE_IN], all[SQUARE_POINTS];
            load_block(square, kernel, turned, c, b * SQUARE_BLOCK, weights);
            for (size_t y = 0; y < 3; y++)
                transform(&weights[3 * y], 1, &rows[y * SQUARE_IN], 1);
            for (size_t x = 0; x < SQUARE_IN; x++)
                transform(&rows[x], SQUARE_IN, all + x, SQUARE_IN);
            for (size_t p = 0; p < SQUARE_POINTS; p++)
                packed[(p * blocks + b) * channels + c] = all[p];
        }
}
