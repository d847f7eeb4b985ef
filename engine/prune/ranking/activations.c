/* Statistics of every channel over all images, gathered tile by tile so that the number of
 * workers changes nothing. */
#include "engine/prune/ranking/activations.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

struct partial {
    double sum, squares; /* over images and positions */
    double mean_squares; /* over images: squares of the image's mean */
    double max, zeros;
};

struct activations {
    const struct batched_kernels *batched;
    int n_images, n_channels, workers;
    size_t positions;
    struct partial *partials;     /* [tiles][n_channels] */
    struct batched_sums *scratch; /* [workers] */
    atomic_int broken;            /* first image with a value that is not finite; n_images: none */
};

struct activations *activations_create(
    const struct shape *shape, int n_images, const struct batched_kernels *batched, int workers)
{
    struct activations *activations = memory_array(1, sizeof *activations);
    size_t channels = (size_t)shape_channels(shape), width = (size_t)batched->width;
    activations->batched = batched;
    activations->n_images = n_images;
    atomic_init(&activations->broken, n_images);
    activations->n_channels = (int)channels;
    activations->workers = workers;
    activations->positions = shape_count(shape) / channels;
    activations->partials =
        memory_array((size_t)batch_tiles(n_images) * channels, sizeof(struct partial));
    activations->scratch = memory_array((size_t)workers, sizeof *activations->scratch);
    for (int w = 0; w < workers; w++)
        activations->scratch[w] = (struct batched_sums){
            .sum = memory_floats(channels * width),
            .squares = memory_floats(channels * width),
            .largest = memory_floats(channels * width),
            .zeros = memory_floats(channels * width),
        };
    return activations;
}

void activations_destroy(struct activations *activations)
{
    if (!activations)
        return;
    for (int w = 0; w < activations->workers; w++) {
        free(activations->scratch[w].sum);
        free(activations->scratch[w].squares);
        free(activations->scratch[w].largest);
        free(activations->scratch[w].zeros);
    }
    free(activations->scratch);
    free(activations->partials);
    free(activations);
}

/* A sum may also be infinite because finite values are large. */
static void note_broken(
    struct activations *activations, int image, const float *values, size_t step)
{
    bool finite = true;
    for (size_t p = 0; p < activations->positions && finite; p++)
        finite = isfinite(values[p * step]);
    int first = atomic_load(&activations->broken);
    while (!finite && image < first &&
           !atomic_compare_exchange_weak(&activations->broken, &first, image))
        ;
}

/* One channel of the images in `count` lanes. */
static struct partial add_channel(
    struct partial partial, const struct batched_sums *sums, size_t at, int count, double positions)
{
    double squares[BATCH_TILE]; /* of means: side by side, then one after the other */
    float max = -HUGE_VALF;
    for (int i = 0; i < count; i++) {
        double mean = sums->sum[at + (size_t)i] / positions;
        squares[i] = mean * mean;
    }
    for (int i = 0; i < count; i++, at++) {
        partial.sum += sums->sum[at];
        partial.squares += sums->squares[at];
        partial.mean_squares += squares[i];
        partial.zeros += sums->zeros[at];
        max = sums->largest[at] > max ? sums->largest[at] : max;
    }
    partial.max = max > partial.max ? max : partial.max;
    return partial;
}

/* Whether an image's sum is finite, in all lanes; a loop without branches. */
static bool all_finite(const float *sums, int count)
{
    float nothing = 0;
    for (int i = 0; i < count; i++)
        nothing += sums[i] - sums[i];
    return nothing == 0;
}

void activations_add(struct activations *activations, const struct batch *group,
    const float *values, const struct batched_list *list)
{
    size_t channels = (size_t)activations->n_channels, width = (size_t)group->width;
    struct batched_sums *sums = &activations->scratch[group->worker];
    struct partial *partials =
        activations->partials + (size_t)(group->first / BATCH_TILE) * channels;
    activations->batched->sums(sums, list, values, activations->positions, channels);
    for (size_t c = 0; c < channels; c++) {
        if (group->first % BATCH_TILE == 0)
            partials[c] = (struct partial){.max = -HUGE_VALF};
        partials[c] =
            add_channel(partials[c], sums, c * width, group->count, (double)activations->positions);
        bool finite = all_finite(sums->sum + c * width, group->count);
        for (size_t lane = 0; lane < (size_t)group->count && !finite; lane++)
            if (!isfinite(sums->sum[c * width + lane]))
                note_broken(activations, group->first + (int)lane, values + c * width + lane,
                    channels * width);
    }
}

int activations_broken(const struct activations *activations)
{
    int image = atomic_load(&activations->broken);
    return image < activations->n_images ? image : -1;
}

/* Images are added up as floats: what is left of their squares below that is no variance. */
static const double rounding = 1e-12;

static double root_of_variance(double mean_of_squares, double mean)
{
    double variance = mean_of_squares - mean * mean;
    return variance > rounding * mean_of_squares ? sqrt(variance) : 0;
}

void activations_total(const struct activations *activations, struct channel_sums *channels)
{
    int tiles = batch_tiles(activations->n_images);
    double images = activations->n_images, values = images * (double)activations->positions;
    for (int c = 0; c < activations->n_channels; c++) {
        struct partial total = {.max = -HUGE_VALF};
        for (int t = 0; t < tiles; t++) {
            const struct partial *part =
                &activations->partials[(size_t)t * (size_t)activations->n_channels + (size_t)c];
            total.sum += part->sum;
            total.squares += part->squares;
            total.mean_squares += part->mean_squares;
            total.max = part->max > total.max ? part->max : total.max;
            total.zeros += part->zeros;
        }
        double mean = total.sum / values;
        channels[c] = (struct channel_sums){
            .mean = mean,
            .max = total.max,
            .deviation = root_of_variance(total.squares / values, mean),
            .spread = root_of_variance(total.mean_squares / images, mean),
            .zeros = total.zeros / values,
        };
    }
}
