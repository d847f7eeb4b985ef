/* Projected gradient ascent on pixels. Leans on the backward pass. */
#include "engine/train/adversary.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/cluster/cluster.h"
#include "engine/train/backward.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 8 }; /* of a batch */

struct adversary {
    const struct network *network;
    struct thread_pool *pool;
    struct adversary_options options;
    struct backward **backwards; /* [workers] */
    bool *frozen;
    size_t size; /* floats of an image */
    /* of the call at work */
    int n, calls;   /* images; calls so far */
    int first_part; /* of this rank */
    const int32_t *labels;
    uint64_t seed;
    float *images;
};

struct adversary *adversary_create(const struct network *network, struct thread_pool *pool,
    const struct adversary_options *options)
{
    struct adversary *adversary = memory_array(1, sizeof *adversary);
    int workers = thread_pool_workers(pool);
    adversary->network = network;
    adversary->pool = pool;
    adversary->options = *options;
    adversary->size = shape_count(&network->layers[network->input].shape);
    adversary->frozen = memory_array((size_t)network->n_layers, sizeof *adversary->frozen);
    for (int i = 0; i < network->n_layers; i++)
        adversary->frozen[i] = true;
    struct backward_options backward = {.input = true, .frozen = adversary->frozen, .steady = true};
    adversary->backwards = memory_array((size_t)workers, sizeof *adversary->backwards);
    for (int i = 0; i < workers; i++)
        adversary->backwards[i] =
            backward_create(network, backward_part(options->batch, PARTS), &backward);
    return adversary;
}

void adversary_destroy(struct adversary *adversary)
{
    if (!adversary)
        return;
    for (int i = 0; i < thread_pool_workers(adversary->pool); i++)
        backward_destroy(adversary->backwards[i]);
    free(adversary->backwards);
    free(adversary->frozen);
    free(adversary);
}

static float within(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static void run_part(void *context, int number, int worker)
{
    struct adversary *adversary = context;
    int index = adversary->first_part + number;
    const struct adversary_options *options = &adversary->options;
    struct backward *backward = adversary->backwards[worker];
    int first = backward_cut(adversary->n, PARTS, index);
    int n = backward_cut(adversary->n, PARTS, index + 1) - first;
    size_t count = (size_t)n * adversary->size;
    float *images = adversary->images + (size_t)first * adversary->size;
    float *moved = backward_input(backward);
    float radius = (float)options->radius * (options->high - options->low);
    float step = 2 * radius / (float)options->steps;
    struct random random;
    for (int i = 0; i < n; i++) {
        random_init(&random, adversary->seed, (uint64_t)(first + i));
        for (size_t k = 0; k < adversary->size; k++) {
            size_t at = (size_t)i * adversary->size + k;
            float by = (float)random_range(&random, -(double)radius, (double)radius);
            moved[at] = within(images[at] + by, options->low, options->high);
        }
    }
    backward_version(backward, adversary->calls);
    for (int s = 0; n > 0 && s < options->steps; s++) {
        backward_run(backward, n, adversary->labels + first, 1, NULL);
        const float *gradient = backward_gradient(backward, adversary->network->input);
        for (size_t i = 0; i < count; i++) {
            float by = gradient[i] > 0 ? step : gradient[i] < 0 ? -step : 0;
            float to = within(moved[i] + by, images[i] - radius, images[i] + radius);
            moved[i] = within(to, options->low, options->high);
        }
    }
    memcpy(images, moved, count * sizeof *images);
}

/* The images of all ranks' parts. Where ranks fail here, the next exchange says so. */
static void tell_moved(struct adversary *adversary, struct cluster_share share)
{
    struct cluster_parts parts;
    size_t image = adversary->size * sizeof(float);
    int first = backward_cut(adversary->n, PARTS, share.first);
    int end = backward_cut(adversary->n, PARTS, share.first + share.n);
    const float *mine = adversary->images + (size_t)first * adversary->size;
    if (!cluster_gather(mine, (size_t)(end - first) * image, &parts, NULL))
        return;
    memcpy(adversary->images, parts.bytes, (size_t)adversary->n * image);
    cluster_parts_finish(&parts);
}

void adversary_move(
    struct adversary *adversary, int n, const int32_t *labels, uint64_t seed, float *images)
{
    assert(n <= adversary->options.batch);
    adversary->n = n;
    adversary->labels = labels;
    adversary->seed = seed;
    adversary->images = images;
    adversary->calls++;
    const struct cluster_share share = cluster_share(PARTS, 1);
    adversary->first_part = share.first;
    thread_pool_run(adversary->pool, share.n, run_part, adversary);
    if (cluster_ranks() > 1)
        tell_moved(adversary, share);
}
