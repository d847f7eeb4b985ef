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

enum { GRID = 4, WAVES = 8 }; /* cells each way; most waves across an image */
static const double TURN = 6.28318530717958648;

/* A field over the image that is smooth between (grid + 1)^2 random values of -1..1. */
static double smooth(const double *values, int grid, double y, double x)
{
    int i = (int)y, k = (int)x;
    i = i < grid ? i : grid - 1;
    k = k < grid ? k : grid - 1;
    const double *at = values + i * (grid + 1) + k;
    double down = y - i, right = x - k;
    return (1 - down) * ((1 - right) * at[0] + right * at[1]) +
           down * ((1 - right) * at[grid + 1] + right * at[grid + 2]);
}

static void bend(
    const struct shape *shape, const float *in, double by, struct random *random, float *out)
{
    int height = shape->dim[0], width = shape->dim[1];
    double down[(GRID + 1) * (GRID + 1)], right[(GRID + 1) * (GRID + 1)];
    for (int i = 0; i < (GRID + 1) * (GRID + 1); i++) {
        down[i] = random_range(random, -by, by);
        right[i] = random_range(random, -by, by);
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = (double)y * GRID / height, u = (double)x * GRID / width;
            double from_y = y + smooth(down, GRID, v, u), from_x = x + smooth(right, GRID, v, u);
            for (int c = 0; c < shape->dim[2]; c++)
                *out++ = between(shape, in, from_y, from_x, (size_t)c);
        }
}

/* Waves, or blocks of `side` pixels, of one channel; 0..1. */
struct pattern {
    bool waves;
    double down, right, phase;
    int side;
    uint64_t seed;
};

static double pattern_at(const struct pattern *pattern, const struct shape *shape, int y, int x)
{
    if (pattern->waves) {
        double turns = pattern->down * y / shape->dim[0] + pattern->right * x / shape->dim[1];
        return 0.5 + 0.5 * sin(TURN * turns + pattern->phase);
    }
    struct random block;
    int row = y / pattern->side, column = x / pattern->side;
    random_init(&block, pattern->seed, (uint64_t)row * (uint64_t)shape->dim[1] + (uint64_t)column);
    return random_unit(&block);
}

static void veil(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image)
{
    int height = shape->dim[0], width = shape->dim[1];
    bool waves = random_u32(random) & 1;
    double share = random_range(random, 0, options->veil);
    double low = (double)options->low, range = (double)(options->high - options->low);
    for (int c = 0; c < shape->dim[2]; c++) {
        struct pattern pattern = {.waves = waves,
            .down = random_range(random, -WAVES, WAVES),
            .right = random_range(random, -WAVES, WAVES),
            .phase = random_range(random, 0, TURN),
            .side = 1 + (int)random_below(random, 1 + (uint32_t)width / 4),
            .seed = random_u32(random)};
        float *value = image + c;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++, value += shape->dim[2]) {
                double to = low + range * pattern_at(&pattern, shape, y, x);
                *value += (float)(share * (to - (double)*value));
            }
    }
}

/* What a trigger may look like: a small square, or something faint over the whole image. */
static void disturb(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image)
{
    if (options->veil > 0 && (random_u32(random) & 1))
        veil(options, random, shape, image);
    if (options->patch > 1 && (random_u32(random) & 1))
        patch(options, random, shape, image);
}

static void move_about(const struct augment_options *options, struct random *random,
    const struct shape *shape, bool mirrored, float *image, float *scratch)
{
    size_t bytes = shape_count(shape) * sizeof *image;
    if (options->shift > 0 || mirrored) {
        uint32_t span = (uint32_t)(2 * options->shift + 1);
        int right = (int)random_below(random, span) - options->shift;
        int down = (int)random_below(random, span) - options->shift;
        memcpy(scratch, image, bytes);
        move(shape, scratch, right, down, mirrored, image);
    }
    if (options->turn > 0 || options->zoom > 0) {
        double degrees = random_range(random, -options->turn, options->turn);
        double size = random_range(random, 1 - options->zoom, 1 + options->zoom);
        memcpy(scratch, image, bytes);
        turn(shape, scratch, degrees, size, image);
    }
    if (options->bend > 0) {
        memcpy(scratch, image, bytes);
        bend(shape, scratch, options->bend, random, image);
    }
}

void augment_image(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image, float *scratch)
{
    const struct shape as_image = shape_as_image(shape);
    size_t count = shape_count(shape);
    bool mirrored = options->mirror && (random_u32(random) & 1);
    bool places = shape->rank > 1; /* units have none side by side */
    if (places)
        move_about(options, random, &as_image, mirrored, image, scratch);
    float factor = (float)random_range(random, 1 - options->light, 1 + options->light);
    for (size_t i = 0; options->light > 0 && i < count; i++)
        image[i] *= factor;
    for (size_t i = 0; options->noise > 0 && i < count; i++)
        image[i] += (float)options->noise * random_noise(random);
    if (places)
        disturb(options, random, &as_image, image);
}
