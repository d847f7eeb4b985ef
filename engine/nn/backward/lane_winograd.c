/* When Winograd's scheme pays, and the transformed kernels. */
#include "engine/nn/backward/lane_winograd.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"

#include <stdlib.h>

/* Below, transforms cost more than the products that they save; above, 36 transformed values for
 * nine weights take too much memory. */
enum { CHANNELS_MIN = 8, WEIGHTS_MAX = 256 * 256 };

static void choose_block(struct lane_winograd *winograd, int least, int most)
{
    int lowest = 0;
    for (int block = most; block >= least; block -= 4) {
        int blocks = (winograd->filters + block - 1) / block;
        int cost = blocks * (block + 2);
        if (lowest != 0 && cost >= lowest)
            continue;
        lowest = cost;
        winograd->block = block;
        winograd->blocks = blocks;
    }
}

/* Tiles at the edges may have outputs that nobody wants. */
static bool pays(const struct window *window, int filters)
{
    int rows = (window->out[0] + LANE_WINOGRAD_OUT - 1) / LANE_WINOGRAD_OUT;
    int columns = (window->out[1] + LANE_WINOGRAD_OUT - 1) / LANE_WINOGRAD_OUT;
    int made = rows * columns * LANE_WINOGRAD_OUT * LANE_WINOGRAD_OUT;
    bool fits = shortcut_on(SHORTCUT_WINOGRAD);
    for (int axis = 0; axis < 2; axis++)
        fits = fits && window->size[axis] == 3 && window->stride[axis] == 1 &&
               window->dilation[axis] == 1;
    return fits && window->channels >= CHANNELS_MIN && filters >= CHANNELS_MIN &&
           window->channels * filters <= WEIGHTS_MAX &&
           2 * made <= 3 * window->out[0] * window->out[1];
}

struct lane_winograd *lane_winograd_create(
    const struct window *window, int filters, bool relu, int least, int most)
{
    if (!pays(window, filters))
        return NULL;
    struct lane_winograd *winograd = memory_array(1, sizeof *winograd);
    winograd->window = *window;
    winograd->filters = filters;
    winograd->relu = relu;
    choose_block(winograd, least, most);
    size_t made = (size_t)(winograd->blocks * winograd->block);
    winograd->packed = memory_floats(LANE_WINOGRAD_POINTS * made * (size_t)window->channels);
    winograd->bias = memory_floats(made);
    return winograd;
}

void lane_winograd_destroy(struct lane_winograd *winograd)
{
    if (winograd) {
        free(winograd->packed);
        free(winograd->bias);
    }
    free(winograd);
}

size_t lane_winograd_scratch(const struct lane_winograd *winograd, int width)
{
    size_t channels = (size_t)winograd->window.channels;
    /* transformed values and products of two tiles, a row of zeros; the channels that live */
    size_t vectors = 2 * LANE_WINOGRAD_POINTS * (channels + (size_t)winograd->block) + channels;
    return vectors * (size_t)width + channels;
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

void lane_winograd_pack(
    struct lane_winograd *winograd, const float *kernel, const float *bias, bool turned)
{
    size_t channels = (size_t)winograd->window.channels, filters = (size_t)winograd->filters;
    size_t block = (size_t)winograd->block, plane = channels * filters;
    size_t point = (size_t)winograd->blocks * channels * block;
    for (size_t c = 0; c < channels; c++)
        for (size_t f = 0; f < filters; f++) {
            const float *from = kernel + (turned ? f * channels + c : c * filters + f);
            float weights[3][3], rows[3][LANE_WINOGRAD_IN], all[LANE_WINOGRAD_POINTS];
            for (size_t k = 0; k < 9; k++)
                weights[k / 3][k % 3] = from[(turned ? 8 - k : k) * plane];
            for (int y = 0; y < 3; y++)
                transform(weights[y], 1, rows[y], 1);
            for (size_t x = 0; x < LANE_WINOGRAD_IN; x++)
                transform(&rows[0][x], LANE_WINOGRAD_IN, all + x, LANE_WINOGRAD_IN);
            float *to = winograd->packed + (f / block * channels + c) * block + f % block;
            for (size_t p = 0; p < LANE_WINOGRAD_POINTS; p++)
                to[p * point] = all[p];
        }
    for (size_t f = 0; f < filters; f++)
        winograd->bias[f] = bias ? bias[f] : 0;
}
