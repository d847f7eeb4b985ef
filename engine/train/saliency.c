/* Activation times gradient, channel by channel. Leans on the backward pass; a tile of images is
 * one worker's, and tiles are added up in their order. */
#include "engine/train/saliency.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/train/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Images of a tile, and tiles that are run before anybody looks at the hooks. */
enum { TILE = 16, TILES = 8 };

struct saliency {
    const struct network *network;
    const struct prune_sites *sites;
    const struct saliency_images *images;
    size_t *starts;               /* [sites->n + 1] of a site's channels */
    bool *measured;               /* [n_layers] */
    struct backward **backwards;  /* [workers] */
    float **values;               /* [workers][TILE, largest measured layer] */
    double *sums[TILES], *totals; /* [all channels] of a tile, of all of them */
    int first, first_tile;        /* image of the tiles at hand; tile of this rank */
};

/* Adds |mean of a dL/da| of every channel of a site. */
static void add_site(const struct saliency *saliency, int site, int n, const float *values,
    const float *gradient, double *sums)
{
    const struct prune_site *at = &saliency->sites->site[site];
    const struct shape *shape = &saliency->network->layers[at->measured].shape;
    size_t channels = (size_t)at->n_channels, rows = shape_count(shape) / channels;
    sums += saliency->starts[site];
    for (int i = 0; i < n; i++, values += rows * channels, gradient += rows * channels)
        for (size_t c = 0; c < channels; c++) {
            double sum = 0;
            for (size_t row = 0; row < rows; row++)
                sum += (double)values[row * channels + c] * (double)gradient[row * channels + c];
            sums[c] += fabs(sum / (double)rows);
        }
}

/* After a backward pass over n images. */
static void add_sites(const struct saliency *saliency, int worker, int n, double *sums)
{
    struct backward *backward = saliency->backwards[worker];
    float *values = saliency->values[worker];
    for (int s = 0; s < saliency->sites->n; s++) {
        const struct prune_site *site = &saliency->sites->site[s];
        size_t count = shape_count(&saliency->network->layers[site->measured].shape);
        if (site->n_channels == 0)
            continue;
        memcpy(
            values, backward_output(backward, site->measured), (size_t)n * count * sizeof *values);
        add_site(saliency, s, n, values, backward_gradient(backward, site->measured), sums);
    }
}

static void run_tile(void *context, int number, int worker)
{
    struct saliency *saliency = context;
    int index = saliency->first_tile + number;
    const struct dataset *set = saliency->images->set;
    struct backward *backward = saliency->backwards[worker];
    const struct layer *input = &saliency->network->layers[saliency->network->input];
    size_t size = shape_count(&input->shape);
    int first = saliency->first + index * TILE, n = saliency->images->n - first;
    int32_t labels[TILE];
    n = n < TILE ? n : TILE;
    for (size_t i = 0; i < saliency->starts[saliency->sites->n]; i++)
        saliency->sums[index][i] = 0;
    if (n <= 0)
        return;
    for (int i = 0; i < n; i++) {
        int64_t image = (int64_t)(first + i) * dataset_count(set) / saliency->images->n;
        dataset_feed(set, (int)image, 1, saliency->images->scaling,
            backward_input(backward) + (size_t)i * size);
        labels[i] = dataset_labels(set)[image];
    }
    backward_run(backward, n, labels, 1, NULL);
    add_sites(saliency, worker, n, saliency->sums[index]);
}

static void prepare(struct saliency *saliency, int workers)
{
    const struct prune_sites *sites = saliency->sites;
    saliency->starts = memory_array((size_t)sites->n + 1, sizeof *saliency->starts);
    for (int s = 0; s < sites->n; s++)
        saliency->starts[s + 1] = saliency->starts[s] + (size_t)sites->site[s].n_channels;
    size_t all = saliency->starts[sites->n];
    saliency->totals = memory_array(all, sizeof *saliency->totals);
    saliency->sums[0] = memory_array(TILES * all, sizeof **saliency->sums);
    for (int t = 1; t < TILES; t++)
        saliency->sums[t] = saliency->sums[0] + (size_t)t * all;
    size_t largest = 0;
    saliency->measured = memory_array((size_t)saliency->network->n_layers, sizeof(bool));
    for (int i = 0; i < sites->n; i++) {
        int layer = sites->site[i].measured;
        size_t count = shape_count(&saliency->network->layers[layer].shape);
        saliency->measured[layer] = sites->site[i].n_channels > 0;
        largest = count > largest ? count : largest;
    }
    const struct backward_options options = {.wanted = saliency->measured, .steady = true};
    saliency->backwards = memory_array((size_t)workers, sizeof *saliency->backwards);
    saliency->values = memory_array((size_t)workers, sizeof *saliency->values);
    for (int w = 0; w < workers; w++) {
        saliency->backwards[w] = backward_create(saliency->network, TILE, &options);
        saliency->values[w] = memory_floats(TILE * largest);
    }
}

static void finish(struct saliency *saliency, int workers)
{
    for (int w = 0; w < workers; w++) {
        backward_destroy(saliency->backwards[w]);
        free(saliency->values[w]);
    }
    free(saliency->sums[0]);
    free(saliency->starts);
    free(saliency->totals);
    free(saliency->backwards);
    free(saliency->values);
    free(saliency->measured);
}

/* The mean over images, by the norm of the site. */
static bool give(const struct saliency *saliency, int site, double *scores, struct error *err)
{
    int n = saliency->sites->site[site].n_channels;
    const double *totals = saliency->totals + saliency->starts[site];
    double squares = 0;
    for (int c = 0; c < n; c++) {
        scores[c] = totals[c] / saliency->images->n;
        squares += scores[c] * scores[c];
    }
    for (int c = 0; c < n && squares > 0; c++)
        scores[c] /= sqrt(squares);
    return isfinite(squares) || fail_as(err, ERROR_FAILED,
                                    "%s: a gradient of the loss is not finite: no Taylor saliency",
                                    saliency->sites->site[site].name);
}

/* Some tiles at once, by all ranks. */
static bool run_tiles(struct saliency *saliency, struct thread_pool *pool, struct error *err)
{
    const struct cluster_share share = cluster_share(TILES, 1);
    size_t bytes = saliency->starts[saliency->sites->n] * sizeof **saliency->sums;
    saliency->first_tile = share.first;
    thread_pool_run(pool, share.n, run_tile, saliency);
    return cluster_collect(saliency->sums[0], bytes, TILES, 1, err);
}

bool saliency_taylor(const struct network *network, const struct prune_sites *sites,
    const struct saliency_images *images, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err)
{
    struct saliency saliency = {.network = network, .sites = sites, .images = images};
    int workers = thread_pool_workers(pool);
    bool good = true;
    prepare(&saliency, workers);
    for (; good && saliency.first < images->n; saliency.first += TILE * TILES) {
        good = run_tiles(&saliency, pool, err);
        for (int t = 0; t < TILES; t++)
            for (size_t i = 0; i < saliency.starts[sites->n]; i++)
                saliency.totals[i] += saliency.sums[t][i];
        if (hooks->progress)
            hooks->progress(hooks->context, saliency.first, images->n);
        if (hooks->stop && atomic_load(hooks->stop))
            good = fail_as(err, ERROR_CANCELLED, "stopped");
    }
    good = good && dataset_check(images->set, err);
    for (int s = 0; good && s < sites->n; s++)
        good = give(&saliency, s, scores[s], err);
    finish(&saliency, workers);
    return good;
}
