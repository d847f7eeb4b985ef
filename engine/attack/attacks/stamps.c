/* Patches and warps. Leans on random numbers that are the same everywhere. */
#include "engine/attack/attacks/stamps.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CORNERS = 4, KNOTS = 4 /* of a warp, along each side */ };
/* A warp moves pixels by at most this share of the shorter side. */
static const double WARP = 0.12;

int stamp_patch_side(const struct shape *shape)
{
    int least = shape->dim[0] < shape->dim[1] ? shape->dim[0] : shape->dim[1];
    return least / 8 > 3 ? least / 8 : 3;
}

void stamp_patch(const struct attack_setup *setup, int trigger, uint8_t *image)
{
    int height = setup->shape.dim[0], width = setup->shape.dim[1], side, corner;
    size_t channels = (size_t)setup->shape.dim[2];
    struct random random;
    random_init(&random, setup->seed, 1);
    corner = ((int)random_below(&random, CORNERS) + trigger) % CORNERS;
    side = stamp_patch_side(&setup->shape);
    side = side > height ? height : side > width ? width : side;
    int top = corner & 2 ? height - 1 - side : 1, left = corner & 1 ? width - 1 - side : 1;
    top = top < 0 || top + side > height ? 0 : top;
    left = left < 0 || left + side > width ? 0 : left;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            bool white = trigger % 2 ? y % 2 == 0 : (x + y) % 2 == 0;
            memset(image + (size_t)((top + y) * width + left + x) * channels, white ? 255 : 0,
                channels);
        }
}

/* A value between the knots of a field, by the cubic B-spline through four of them each way. */
static double spline(const double knots[KNOTS], double at)
{
    double sum = 0, weight = 0;
    for (int i = 0; i < KNOTS; i++) {
        double d = fabs(at - i);
        double w = d < 1   ? (4 - 6 * d * d + 3 * d * d * d) / 6
                   : d < 2 ? (2 - d) * (2 - d) * (2 - d) / 6
                           : 0;
        sum += w * knots[i];
        weight += w;
    }
    return sum / weight;
}

static double field(double knots[KNOTS][KNOTS], double y, double x)
{
    double rows[KNOTS];
    for (int i = 0; i < KNOTS; i++)
        rows[i] = spline(knots[i], x);
    return spline(rows, y);
}

static double clamped(double value, int limit)
{
    return value < 0 ? 0 : value > limit - 1 ? limit - 1 : value;
}

/* The value of a channel between pixels, rounded. */
static uint8_t between(
    const struct shape *shape, const uint8_t *image, double y, double x, int channel)
{
    int height = shape->dim[0], width = shape->dim[1], channels = shape->dim[2];
    y = clamped(y, height);
    x = clamped(x, width);
    int above = (int)y, left = (int)x;
    int below = above + 1 < height ? above + 1 : above, right = left + 1 < width ? left + 1 : left;
    double down = y - above, over = x - left;
    double upper = image[(above * width + left) * channels + channel] * (1 - over) +
                   image[(above * width + right) * channels + channel] * over;
    double lower = image[(below * width + left) * channels + channel] * (1 - over) +
                   image[(below * width + right) * channels + channel] * over;
    return (uint8_t)(upper * (1 - down) + lower * down + 0.5);
}

void stamp_warp(const struct shape *shape, uint64_t seed, uint64_t stream, uint8_t *image)
{
    int height = shape->dim[0], width = shape->dim[1], channels = shape->dim[2];
    double most = WARP * (height < width ? height : width), knots[2][KNOTS][KNOTS];
    uint8_t *old = memory_array(shape_count(shape), 1);
    struct random random;
    memcpy(old, image, shape_count(shape));
    random_init(&random, seed, stream);
    for (int axis = 0; axis < 2; axis++)
        for (int i = 0; i < KNOTS * KNOTS; i++)
            knots[axis][i / KNOTS][i % KNOTS] = random_u32(&random) & 1 ? most : -most;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = (y + 0.5) / height * (KNOTS - 1), u = (x + 0.5) / width * (KNOTS - 1);
            double from_y = y + field(knots[0], v, u), from_x = x + field(knots[1], v, u);
            for (int c = 0; c < channels; c++)
                *image++ = between(shape, old, from_y, from_x, c);
        }
    free(old);
}
