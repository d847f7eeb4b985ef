/* Statistics of every channel over all images, gathered tile by tile and added up in the order of
 * the tiles, so that the number of workers changes nothing. Only tiles whose turn has not come are
 * kept. */
#include "engine/prune/ranking/activations.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct partial {
    double sum, squares; /* over images and positions */
    double mean_squares; /* over images: squares of the image's mean */
    double max, zeros;
};

/* A tile that was done before the one ahead of it. */
struct early_tile {
    struct early_tile *next;
    int tile;
    struct partial channels[]; /* [n_channels] */
};

struct activations {
    const struct batched_kernels *batched;
    int n_images, n_channels, workers;
    size_t positions;
    struct partial **partials;    /* [workers][n_channels] of the tile at hand */
    struct batched_sums *scratch; /* [workers] */
    atomic_int broken;            /* first image with a value that is not finite; n_images: none */
    pthread_mutex_t lock;         /* guards what follows */
    int n_added;                  /* tiles that are in `total` */
    struct partial *total;        /* [n_channels] */
    struct early_tile *early;
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
    pthread_mutex_init(&activations->lock, NULL);
    activations->total = memory_array(channels, sizeof *activations->total);
    for (size_t c = 0; c < channels; c++)
        activations->total[c].max = -HUGE_VALF;
    activations->partials = memory_array((size_t)workers, sizeof *activations->partials);
    activations->scratch = memory_array((size_t)workers, sizeof *activations->scratch);
    for (int w = 0; w < workers; w++) {
        activations->partials[w] = memory_array(channels, sizeof **activations->partials);
        activations->scratch[w] = (struct batched_sums){
            .sum = memory_floats(channels * width),
            .squares = memory_floats(channels * width),
            .largest = memory_floats(channels * width),
            .zeros = memory_floats(channels * width),
        };
    }
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
        free(activations->partials[w]);
    }
    for (struct early_tile *early = activations->early, *next; early; early = next) {
        next = early->next;
        free(early); /* the pass was stopped */
    }
    pthread_mutex_destroy(&activations->lock);
    free(activations->scratch);
    free(activations->partials);
    free(activations->total);
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

static void add_tile(struct activations *activations, const struct partial *tile)
{
    for (int c = 0; c < activations->n_channels; c++) {
        struct partial *total = &activations->total[c];
        const struct partial *part = &tile[c];
        total->sum += part->sum;
        total->squares += part->squares;
        total->mean_squares += part->mean_squares;
        total->max = part->max > total->max ? part->max : total->max;
        total->zeros += part->zeros;
    }
    activations->n_added++;
}

/* The tile whose turn it is, taken out of those that wait; NULL: it is not done yet. */
static struct early_tile *take_early(struct activations *activations)
{
    struct early_tile **link = &activations->early;
    while (*link && (*link)->tile != activations->n_added)
        link = &(*link)->next;
    struct early_tile *early = *link;
    if (early)
        *link = early->next;
    return early;
}

/* Adds a tile that is done when its turn comes: workers take tiles in their order, so few wait. */
static void end_tile(struct activations *activations, int tile, const struct partial *partials)
{
    size_t size = (size_t)activations->n_channels * sizeof *partials;
    pthread_mutex_lock(&activations->lock);
    if (tile == activations->n_added) {
        add_tile(activations, partials);
        for (struct early_tile *early; (early = take_early(activations)); free(early))
            add_tile(activations, early->channels);
    } else {
        struct early_tile *early = memory_array(1, sizeof *early + size);
        memcpy(early->channels, partials, size);
        early->tile = tile;
        early->next = activations->early;
        activations->early = early;
    }
    pthread_mutex_unlock(&activations->lock);
}

void activations_add(struct activations *activations, const struct batch *batch,
    const float *values, const struct batched_list *list)
{
    size_t channels = (size_t)activations->n_channels, width = (size_t)batch->width;
    struct batched_sums *sums = &activations->scratch[batch->worker];
    struct partial *partials = activations->partials[batch->worker];
    int end = batch->first + batch->count;
    activations->batched->sums(sums, list, values, activations->positions, channels);
    for (size_t c = 0; c < channels; c++) {
        if (batch->first % BATCH_TILE == 0)
            partials[c] = (struct partial){.max = -HUGE_VALF};
        partials[c] =
            add_channel(partials[c], sums, c * width, batch->count, (double)activations->positions);
        bool finite = all_finite(sums->sum + c * width, batch->count);
        for (size_t lane = 0; lane < (size_t)batch->count && !finite; lane++)
            if (!isfinite(sums->sum[c * width + lane]))
                note_broken(activations, batch->first + (int)lane, values + c * width + lane,
                    channels * width);
    }
    if (end % BATCH_TILE == 0 || end == activations->n_images)
        end_tile(activations, batch->first / BATCH_TILE, partials);
}

int activations_broken(const struct activations *activations)
{
    int image = atomic_load(&activations->broken);
    return image < activations->n_images ? image : -1;
}

/* The first image that is broken, then the sums. */
size_t activations_bytes(const struct activations *activations)
{
    return sizeof(int64_t) + (size_t)activations->n_channels * sizeof *activations->total;
}

static int by_tile(const void *a, const void *b)
{
    const struct early_tile *const *one = a, *const *two = b;
    return ((*one)->tile > (*two)->tile) - ((*one)->tile < (*two)->tile);
}

/* The tiles of this rank: where it is not the first, their turn has not come before. */
static void add_early(struct activations *activations)
{
    size_t n = 0, at = 0;
    for (struct early_tile *early = activations->early; early; early = early->next)
        n++;
    struct early_tile **sorted = memory_array(n + 1, sizeof *sorted);
    for (struct early_tile *early = activations->early; early; early = early->next)
        sorted[at++] = early;
    qsort(sorted, n, sizeof *sorted, by_tile);
    for (at = 0; at < n; at++) {
        add_tile(activations, sorted[at]->channels);
        free(sorted[at]);
    }
    activations->early = NULL;
    free(sorted);
}

void activations_take(struct activations *activations, const void *bytes)
{
    int64_t broken;
    memcpy(&broken, bytes, sizeof broken);
    if ((int)broken < atomic_load(&activations->broken))
        atomic_store(&activations->broken, (int)broken);
    memcpy(activations->total, (const char *)bytes + sizeof broken,
        activations_bytes(activations) - sizeof broken);
}

void activations_go_on(struct activations *activations, void *bytes)
{
    if (cluster_rank() > 0)
        activations_take(activations, bytes);
    add_early(activations);
    int64_t broken = atomic_load(&activations->broken);
    memcpy(bytes, &broken, sizeof broken);
    memcpy((char *)bytes + sizeof broken, activations->total,
        activations_bytes(activations) - sizeof broken);
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
    double images = activations->n_images, values = images * (double)activations->positions;
    for (int c = 0; c < activations->n_channels; c++) {
        const struct partial total = activations->total[c];
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
