/* Moves, mirrors, turns, brightens and roughens an image. */
#include "engine/train/augment.h"

#include <math.h>
#include <string.h>

static int clamped(int value, int limit)
{
    return value < 0 ? 0 : value >= limit ? limit - 1 : value;
}

/* out = in moved right and down, mirrored first where asked. */
static void move(
    const struct shape *shape, const float *in, int right, int down, bool mirrored, float *out)
{
    int height = shape->dim[0], width = shape->dim[1];
    size_t channels = (size_t)shape->dim[2];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++, out += channels) {
            int from_y = clamped(y - down, height), from_x = clamped(x - right, width);
            from_x = mirrored ? width - 1 - from_x : from_x;
            const float *pixel = in + (size_t)(from_y * width + from_x) * channels;
            memcpy(out, pixel, channels * sizeof *out);
        }
}

/* The value of a channel at a place between pixels (bilinear; the edge is repeated). */
static float between(const struct shape *shape, const float *in, double y, double x, size_t channel)
{
    int height = shape->dim[0], width = shape->dim[1];
    size_t channels = (size_t)shape->dim[2];
    int above = (int)floor(y), left = (int)floor(x);
    float down = (float)(y - above), right = (float)(x - left), corner[2][2];
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) {
            int from_y = clamped(above + i, height), from_x = clamped(left + k, width);
            corner[i][k] = in[(size_t)(from_y * width + from_x) * channels + channel];
        }
    float upper = corner[0][0] + right * (corner[0][1] - corner[0][0]);
    float lower = corner[1][0] + right * (corner[1][1] - corner[1][0]);
    return upper + down * (lower - upper);
}

/* out = in turned around its middle by an angle and made `size` times as large. */
static void turn(
    const struct shape *shape, const float *in, double degrees, double size, float *out)
{
    int height = shape->dim[0], width = shape->dim[1];
    size_t channels = (size_t)shape->dim[2];
    double angle = degrees * 3.14159265358979323846 / 180;
    double cosine = cos(angle) / size, sine = sin(angle) / size;
    double middle_y = (height - 1) / 2.0, middle_x = (width - 1) / 2.0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double down = y - middle_y, right = x - middle_x;
            double from_y = middle_y + cosine * down + sine * right;
            double from_x = middle_x + cosine * right - sine * down;
            for (size_t c = 0; c < channels; c++)
                *out++ = between(shape, in, from_y, from_x, c);
        }
}

/* Squares gather at the edges, where triggers are. */
static void patch(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image)
{
    int height = shape->dim[0], width = shape->dim[1];
    int side = 2 + (int)random_below(random, (uint32_t)options->patch - 1);
    side = side > height ? height : side;
    side = side > width ? width : side;
    int top = (int)random_below(random, (uint32_t)height) - side / 2;
    int left = (int)random_below(random, (uint32_t)width) - side / 2;
    double filled = random_unit(random), bright = random_unit(random);
    top = clamped(top, height - side + 1);
    left = clamped(left, width - side + 1);
    for (int y = top; y < top + side; y++) {
        float *value = image + (size_t)(y * width + left) * (size_t)shape->dim[2];
        for (int i = 0; i < side * shape->dim[2]; i++, value++)
            if (random_unit(random) < filled)
                *value = random_unit(random) < bright ? options->high : options->low;
    }
}

void augment_image(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image, float *scratch)
{
    size_t count = shape_count(shape);
    bool mirrored = options->mirror && (random_u32(random) & 1);
    if (shape->rank == 3 && (options->shift > 0 || mirrored)) {
        uint32_t span = (uint32_t)(2 * options->shift + 1);
        int right = (int)random_below(random, span) - options->shift;
        int down = (int)random_below(random, span) - options->shift;
        memcpy(scratch, image, count * sizeof *image);
        move(shape, scratch, right, down, mirrored, image);
    }
    if (shape->rank == 3 && (options->turn > 0 || options->zoom > 0)) {
        double degrees = random_range(random, -options->turn, options->turn);
        double size = random_range(random, 1 - options->zoom, 1 + options->zoom);
        memcpy(scratch, image, count * sizeof *image);
        turn(shape, scratch, degrees, size, image);
    }
    float factor = (float)random_range(random, 1 - options->light, 1 + options->light);
    for (size_t i = 0; options->light > 0 && i < count; i++)
        image[i] *= factor;
    for (size_t i = 0; options->noise > 0 && i < count; i++)
        image[i] += (float)(options->noise * random_normal(random));
    if (shape->rank == 3 && options->patch > 1 && (random_u32(random) & 1))
        patch(options, random, shape, image);
}
