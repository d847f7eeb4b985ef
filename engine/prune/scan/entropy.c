/* Two passes over a net whose activation function at the site is left out: one for mean and
 * deviation, one for the histogram. */
#include "engine/prune/scan/entropy.h"

#include "engine/base/memory.h"
#include "engine/prune/evaluate/evaluator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bins of 0.1 deviations; what is further than LIMIT deviations away falls into the last one. */
enum { BINS_A_UNIT = 10, LIMIT = 50, BINS = 2 * LIMIT * BINS_A_UNIT };

struct entropy {
    size_t channels, positions;
    int workers;
    double *mean, *deviation; /* [channels] */
    int shift;                /* of images, in what follows */
    double *image_sums;       /* [images, 2, channels] sums and squares */
    uint32_t *counts;         /* [workers][channels][BINS] */
};

int entropy_activating_layer(const struct network *network, const struct prune_site *site)
{
    int at = site->measured;
    for (;;) {
        const struct layer *layer = &network->layers[at];
        if (layer->activation.kind != ACTIVATION_LINEAR)
            return at;
        if (strcmp(layer->class->name, "PReLU") == 0)
            return layer->inputs[0];
        bool passes = layer->class->channels == CHANNELS_PASS && layer->n_inputs == 1;
        if (!passes || shape_channels(&layer->input_shapes[0]) != site->n_channels)
            return -1;
        at = layer->inputs[0];
    }
}

/* Values of a batch, channel c of position p in lane i at [(p * channels + c) * width + i]. */
static void add_sums(void *context, const struct batch *batch, const float *values)
{
    struct entropy *entropy = context;
    size_t channels = entropy->channels, width = (size_t)batch->width;
    for (int i = 0; i < batch->count; i++) {
        double *sums =
            entropy->image_sums + (size_t)(entropy->shift + batch->first + i) * 2 * channels;
        for (size_t v = 0; v < entropy->positions * channels; v++) {
            size_t c = v % channels;
            double x = (double)values[v * width + (size_t)i];
            sums[c] += x;
            sums[channels + c] += x * x;
        }
    }
}

static void add_counts(void *context, const struct batch *batch, const float *values)
{
    struct entropy *entropy = context;
    size_t channels = entropy->channels, width = (size_t)batch->width;
    uint32_t *counts = entropy->counts + (size_t)batch->worker * channels * BINS;
    for (size_t v = 0; v < entropy->positions * channels; v++)
        for (int i = 0; i < batch->count; i++) {
            size_t c = v % channels;
            double x = (double)values[v * width + (size_t)i];
            double place = floor((x - entropy->mean[c]) / entropy->deviation[c] * BINS_A_UNIT);
            place = fmin(fmax(place + LIMIT * BINS_A_UNIT, 0), BINS - 1);
            counts[c * BINS + (size_t)place] += entropy->deviation[c] > 0;
        }
}

/* Mean and deviation over all images, added up in their order. */
static void settle(struct entropy *entropy, int n_images)
{
    double n = n_images * (double)entropy->positions;
    for (size_t c = 0; c < entropy->channels; c++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < n_images; i++) {
            const double *sums = entropy->image_sums + (size_t)i * 2 * entropy->channels;
            sum += sums[c];
            squares += sums[entropy->channels + c];
        }
        double variance = squares / n - sum / n * (sum / n);
        entropy->mean[c] = sum / n;
        entropy->deviation[c] = variance > 1e-12 * squares / n ? sqrt(variance) : 0;
    }
}

static void give(const struct entropy *entropy, double *scores)
{
    for (size_t c = 0; c < entropy->channels; c++) {
        double n = 0;
        scores[c] = 0;
        uint32_t *all = entropy->counts + c * BINS; /* the first worker's */
        for (int w = 1; w < entropy->workers; w++)
            for (size_t b = 0; b < BINS; b++)
                all[b] += entropy->counts[((size_t)w * entropy->channels + c) * BINS + b];
        for (size_t b = 0; b < BINS; b++)
            n += all[b];
        for (size_t b = 0; b < BINS; b++)
            scores[c] -= all[b] > 0 ? all[b] / n * log(all[b] / n) : 0;
    }
}

/* Both sets, one behind the other. */
static bool watch(struct evaluator *evaluator, const struct entropy_images *images, int layer,
    evaluator_see *see, struct entropy *entropy, struct error *err)
{
    entropy->shift = 0;
    if (!evaluator_watch(evaluator, images->clean, layer, see, entropy, err))
        return false;
    entropy->shift = evaluator_count(evaluator, images->clean);
    return !images->poisoned ||
           evaluator_watch(evaluator, images->poisoned, layer, see, entropy, err);
}

static void open_entropy(struct entropy *entropy, const struct layer *layer, int n, int workers)
{
    size_t channels = (size_t)shape_channels(&layer->shape);
    *entropy = (struct entropy){.channels = channels,
        .positions = shape_count(&layer->shape) / channels,
        .workers = workers};
    entropy->mean = memory_array(channels, sizeof *entropy->mean);
    entropy->deviation = memory_array(channels, sizeof *entropy->deviation);
    entropy->image_sums = memory_array((size_t)n * 2 * channels, sizeof *entropy->image_sums);
    entropy->counts = memory_array((size_t)workers * channels * BINS, sizeof *entropy->counts);
}

bool entropy_of_site(const struct network *network, const struct prune_site *site,
    const struct entropy_images *images, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, double *scores, struct error *err)
{
    int activating = entropy_activating_layer(network, site);
    int layer = activating < 0 ? site->measured : activating;
    struct network *linear = network_clone(network);
    struct entropy entropy;
    linear->layers[layer].activation = (struct activation){.kind = ACTIVATION_LINEAR};
    struct prune_site here = {.n_channels = site->n_channels, .measured = layer};
    const struct prune_sites sites = {.n = 1, .site = &here};
    struct evaluator *evaluator = evaluator_create(linear, &sites, pool, hooks, 1);
    evaluator_set_scaling(evaluator, images->scaling);
    evaluator_set_sample(evaluator, images->n);
    int n = evaluator_count(evaluator, images->clean);
    n += images->poisoned ? evaluator_count(evaluator, images->poisoned) : 0;
    open_entropy(&entropy, &network->layers[layer], n, thread_pool_workers(pool));
    bool good = watch(evaluator, images, layer, add_sums, &entropy, err);
    if (good)
        settle(&entropy, n);
    good = good && watch(evaluator, images, layer, add_counts, &entropy, err);
    if (good)
        give(&entropy, scores);
    evaluator_destroy(evaluator);
    network_destroy(linear);
    free(entropy.mean);
    free(entropy.deviation);
    free(entropy.image_sums);
    free(entropy.counts);
    return good;
}
