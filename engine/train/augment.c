/* Moves, mirrors, brightens and roughens an image. */
#include "engine/train/augment.h"

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
    float factor = (float)random_range(random, 1 - options->light, 1 + options->light);
    for (size_t i = 0; options->light > 0 && i < count; i++)
        image[i] *= factor;
    for (size_t i = 0; options->noise > 0 && i < count; i++)
        image[i] += (float)(options->noise * random_normal(random));
}
