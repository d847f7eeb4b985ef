/* Forward passes over the clean images, a tile to a worker, added up in order. Leans on the
 * reference pass. */
#include "engine/defence/repairs/reading.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/nn/forward/reference_pass.h"

#include <stdlib.h>
#include <string.h>

enum { TILE = 16 }; /* images */

struct reading {
    const struct network *network;
    const struct repair_images *images;
    size_t size;                    /* floats of an image */
    struct reference_pass **passes; /* [workers] */
    int first;                      /* tile of this rank */
    int *correct;                   /* [tiles] */
    int layer;                      /* whose channels are added up; -1: none */
    size_t channels;
    double *sums; /* [tiles, channels, 2]: of values, of their squares */
};

static void read_tile(void *context, int number, int worker)
{
    struct reading *reading = context;
    int tile = reading->first + number;
    const struct network *network = reading->network;
    struct reference_pass *pass = reading->passes[worker];
    int first = tile * TILE, n = reading->images->n - first;
    n = n < TILE ? n : TILE;
    memcpy(reference_pass_tensor(pass, network->input),
        reading->images->pixels + (size_t)first * reading->size,
        (size_t)n * reading->size * sizeof(float));
    reference_pass_forward(pass, n, NULL);
    const float *logits = reference_pass_tensor(pass, network->output);
    for (int i = 0; i < n; i++, logits += network->n_classes)
        reading->correct[tile] +=
            reference_pass_argmax(logits, network->n_classes) == reading->images->labels[first + i];
    if (reading->layer < 0)
        return;
    const float *values = reference_pass_tensor(pass, reading->layer);
    double *sums = reading->sums + 2 * (size_t)tile * reading->channels;
    size_t rows =
        (size_t)n * shape_count(&network->layers[reading->layer].shape) / reading->channels;
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < reading->channels; c++, values++) {
            sums[2 * c] += (double)*values;
            sums[2 * c + 1] += (double)*values * (double)*values;
        }
}

static int run(const struct network *network, struct thread_pool *pool,
    const struct repair_images *images, int layer, struct reading_unit *units)
{
    int tiles = (images->n + TILE - 1) / TILE, workers = thread_pool_workers(pool), correct = 0;
    const struct shape *shape = &network->layers[layer < 0 ? network->output : layer].shape;
    struct reading reading = {.network = network, .images = images, .layer = layer};
    reading.size = shape_count(&network->layers[network->input].shape);
    reading.channels = (size_t)shape_channels(shape);
    reading.passes = memory_array((size_t)workers, sizeof *reading.passes);
    reading.correct = memory_array((size_t)tiles, sizeof *reading.correct);
    reading.sums = memory_array(2 * (size_t)tiles * reading.channels, sizeof *reading.sums);
    for (int i = 0; i < workers; i++)
        reading.passes[i] = reference_pass_create(network, TILE);
    const struct cluster_share share = cluster_share(tiles, 1);
    reading.first = share.first;
    thread_pool_run(pool, share.n, read_tile, &reading);
    /* where ranks fail here, the next exchange says so */
    cluster_collect(reading.correct, sizeof *reading.correct, tiles, 1, NULL);
    if (layer >= 0)
        cluster_collect(reading.sums, 2 * reading.channels * sizeof *reading.sums, tiles, 1, NULL);
    double values = (double)images->n * (double)(shape_count(shape) / reading.channels);
    for (int tile = 0; tile < tiles; tile++)
        correct += reading.correct[tile];
    for (size_t c = 0; layer >= 0 && c < reading.channels; c++) {
        double sum = 0, squares = 0;
        for (int tile = 0; tile < tiles; tile++) {
            sum += reading.sums[2 * ((size_t)tile * reading.channels + c)];
            squares += reading.sums[2 * ((size_t)tile * reading.channels + c) + 1];
        }
        double mean = sum / values, variance = squares / values - mean * mean;
        units[c] = (struct reading_unit){mean, variance > 0 ? variance : 0};
    }
    for (int i = 0; i < workers; i++)
        reference_pass_destroy(reading.passes[i]);
    free(reading.passes);
    free(reading.correct);
    free(reading.sums);
    return correct;
}

int reading_correct(
    const struct network *network, struct thread_pool *pool, const struct repair_images *images)
{
    return run(network, pool, images, -1, NULL);
}

void reading_units(const struct network *network, struct thread_pool *pool,
    const struct repair_images *images, int layer, struct reading_unit *units)
{
    run(network, pool, images, layer, units);
}

struct outputs {
    const struct network *network;
    const struct repair_images *images;
    const struct inversion_trigger *trigger;
    const struct shape *shape;
    struct reference_pass **passes; /* [workers] */
    int first;                      /* image of this rank */
    int layer;
    float *out;
};

static void read_image(void *context, int number, int worker)
{
    const struct outputs *outputs = context;
    int image = outputs->first + number;
    const struct network *network = outputs->network;
    struct reference_pass *pass = outputs->passes[worker];
    size_t size = shape_count(outputs->shape);
    size_t count = shape_count(&network->layers[outputs->layer].shape);
    const float *pixels = outputs->images->pixels + (size_t)image * size;
    float *input = reference_pass_tensor(pass, network->input);
    if (outputs->trigger)
        inversion_stamp(outputs->shape, outputs->trigger, 0, 0, pixels, input);
    else
        memcpy(input, pixels, size * sizeof *input);
    reference_pass_forward(pass, 1, NULL);
    memcpy(outputs->out + (size_t)image * count, reference_pass_tensor(pass, outputs->layer),
        count * sizeof *outputs->out);
}

void reading_outputs(const struct network *network, struct thread_pool *pool,
    const struct repair_images *images, const struct inversion_trigger *trigger, int layer,
    float *out)
{
    int workers = thread_pool_workers(pool);
    struct outputs outputs = {.network = network,
        .images = images,
        .trigger = trigger,
        .shape = &network->layers[network->input].shape,
        .passes = memory_array((size_t)workers, sizeof *outputs.passes),
        .layer = layer,
        .out = out};
    for (int i = 0; i < workers; i++)
        outputs.passes[i] = reference_pass_create(network, 1);
    const struct cluster_share share = cluster_share(images->n, 1);
    size_t size = shape_count(&network->layers[layer].shape) * sizeof *out;
    outputs.first = share.first;
    thread_pool_run(pool, share.n, read_image, &outputs);
    cluster_collect(out, size, images->n, 1, NULL);
    for (int i = 0; i < workers; i++)
        reference_pass_destroy(outputs.passes[i]);
    free(outputs.passes);
}
