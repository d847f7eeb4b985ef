#include "engine/prune/activations.h"

#include "engine/base/memory.h"
#include "engine/prune/walk.h"

#include <math.h>
#include <stdlib.h>

struct partial {
    double sum, squares; /* over images and positions */
    double mean_squares; /* over images: squares of the image's mean */
    float max;
    int zeros;
};

struct activations {
    int n_images, n_channels;
    size_t positions;
    struct partial *partials; /* [tiles][n_channels] */
};

struct activations *activations_create(const struct shape *shape, int n_images)
{
    struct activations *activations = memory_array(1, sizeof *activations);
    activations->n_images = n_images;
    activations->n_channels = shape_channels(shape);
    activations->positions = shape_count(shape) / (size_t)activations->n_channels;
    activations->partials = memory_array(
        (size_t)walk_tiles(n_images) * (size_t)activations->n_channels, sizeof(struct partial));
    return activations;
}

void activations_destroy(struct activations *activations)
{
    if (!activations)
        return;
    free(activations->partials);
    free(activations);
}

/* One channel of one image: values[position * channels]. */
static void add_image(struct partial *partial, const float *values, size_t positions, size_t step)
{
    double sum = 0, squares = 0;
    float max = values[0];
    int zeros = 0;
    for (size_t p = 0; p < positions; p++) {
        float value = values[p * step];
        sum += value;
        squares += (double)value * value;
        max = value > max ? value : max;
        zeros += value == 0;
    }
    double mean = sum / (double)positions;
    partial->sum += sum;
    partial->squares += squares;
    partial->mean_squares += mean * mean;
    partial->max = max > partial->max ? max : partial->max;
    partial->zeros += zeros;
}

void activations_add(struct activations *activations, int first, int count, const float *values)
{
    size_t channels = (size_t)activations->n_channels;
    struct partial *partials = activations->partials + (size_t)(first / WALK_TILE) * channels;
    for (size_t c = 0; c < channels; c++) {
        partials[c] = (struct partial){.max = -HUGE_VALF};
        for (int i = 0; i < count; i++)
            add_image(&partials[c], values + (size_t)i * activations->positions * channels + c,
                activations->positions, channels);
    }
}

static double root_of_variance(double mean_of_squares, double mean)
{
    double variance = mean_of_squares - mean * mean;
    return variance > 0 ? sqrt(variance) : 0;
}

void activations_total(const struct activations *activations, struct channel_sums *channels)
{
    int tiles = walk_tiles(activations->n_images);
    double images = activations->n_images, values = images * (double)activations->positions;
    for (int c = 0; c < activations->n_channels; c++) {
        struct partial total = {.max = -HUGE_VALF};
        double zeros = 0;
        for (int t = 0; t < tiles; t++) {
            const struct partial *part =
                &activations->partials[(size_t)t * (size_t)activations->n_channels + (size_t)c];
            total.sum += part->sum;
            total.squares += part->squares;
            total.mean_squares += part->mean_squares;
            total.max = part->max > total.max ? part->max : total.max;
            zeros += part->zeros;
        }
        double mean = total.sum / values;
        channels[c] = (struct channel_sums){
            .mean = mean,
            .max = total.max,
            .deviation = root_of_variance(total.squares / values, mean),
            .spread = root_of_variance(total.mean_squares / images, mean),
            .zeros = zeros / values,
        };
    }
}
