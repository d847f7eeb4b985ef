/* Learns masks of channels: the gradient of a mask is that of the weights it multiplies, times
 * them. Leans on the backward pass, and on channel_unlearning.h. */
#include "engine/train/channel_masks.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/cluster/cluster.h"
#include "engine/train/backward.h"
#include "engine/train/gradient_parts.h"
#include "engine/train/channel_unlearning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 8, BLOCK = 16 /* units of a layer, taken at once */ };
static const double MOMENTUM = 0.9;

/* A run of units of one layer; workers share none, so sums never depend on them. */
struct block {
    int layer, first, end;
};

struct search {
    const struct network *network; /* whose weights are masked */
    struct network *masked;
    const struct prune_sites *sites;
    const struct channel_masks_options *options;
    struct thread_pool *pool;
    struct backward **backwards; /* [workers] */
    float *gradients[PARTS];
    double losses[PARTS];
    int first_part;   /* of this rank */
    size_t size;      /* of a gradient */
    int n_channels;   /* of all sites */
    int **channel_of; /* [n_layers][units]: counted through the sites, -1: none; NULL: no masks */
    int *first_unit;  /* [n_layers] units of the layers before it */
    int n_blocks;
    struct block *blocks;              /* [n_blocks] all units that belong to channels */
    double *masks, *speed, *slope;     /* [n_channels] */
    double *d, *x, *d_slope, *x_slope; /* [units] */
    int n_units;
    struct random random;
    int *order, at; /* images, shuffled; the next */
    int *chosen;    /* [batch] */
};

struct channel_masks_options channel_masks_defaults(void)
{
    return (struct channel_masks_options){.steps = 100,
        .batch = 128,
        .rate = 0.02,
        .alpha = 0.2,
        .noise = 0.4,
        .unlearning = 5e-4,
        .seed = 1};
}

static bool scales(const struct prune_site *site, const struct network *network, int part)
{
    const struct layer *layer = &network->layers[site->parts[part].layer];
    return !site->parts[part].producer && layer->n_weights > 0 &&
           strcmp(layer->weights[0].name, "gamma") == 0;
}

/* Which unit of which layer belongs to which channel: where a BatchNormalization scales the
 * channels of a site, it carries the masks, else the layers that make them do. */
static void map_units(struct search *search)
{
    const struct network *network = search->network;
    for (int s = 0, first = 0; s < search->sites->n; s++) {
        const struct prune_site *site = &search->sites->site[s];
        bool scaled = false;
        for (int p = 0; p < site->n_parts; p++)
            scaled = scaled || scales(site, network, p);
        for (int p = 0; p < site->n_parts; p++) {
            int layer = site->parts[p].layer, units = shape_channels(&network->layers[layer].shape);
            if (scaled != scales(site, network, p) || network->layers[layer].owner != layer)
                continue;
            if (!search->channel_of[layer]) {
                search->channel_of[layer] = memory_array((size_t)units, sizeof(int));
                memset(search->channel_of[layer], -1, (size_t)units * sizeof(int));
            }
            for (int c = 0; c < site->n_channels; c++)
                if (site->parts[p].unit[c] >= 0)
                    search->channel_of[layer][site->parts[p].unit[c]] = first + c;
        }
        first += site->n_channels;
        search->n_channels = first;
    }
    for (int i = 0; i < network->n_layers; i++) {
        search->first_unit[i] = search->n_units;
        search->n_units += search->channel_of[i] ? shape_channels(&network->layers[i].shape) : 0;
    }
}

static void make_blocks(struct search *search)
{
    const struct network *network = search->network;
    for (int i = 0; i < network->n_layers; i++) {
        int units = search->channel_of[i] ? shape_channels(&network->layers[i].shape) : 0;
        for (int first = 0; first < units; first += BLOCK) {
            size_t n = (size_t)search->n_blocks++;
            search->blocks = memory_grow(search->blocks, n + 1, sizeof *search->blocks);
            int end = first + BLOCK < units ? first + BLOCK : units;
            search->blocks[n] = (struct block){i, first, end};
        }
    }
}

static struct search *create(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options)
{
    struct search *search = memory_array(1, sizeof *search);
    size_t workers = (size_t)thread_pool_workers(pool);
    search->network = network;
    search->masked = network_clone(network);
    search->sites = sites;
    search->options = options;
    search->pool = pool;
    search->channel_of = memory_array((size_t)network->n_layers, sizeof *search->channel_of);
    search->first_unit = memory_array((size_t)network->n_layers, sizeof *search->first_unit);
    map_units(search);
    make_blocks(search);
    search->size = gradient_size(search->masked);
    for (int i = 0; i < PARTS; i++)
        search->gradients[i] = gradient_create(search->masked);
    search->backwards = memory_array(workers, sizeof *search->backwards);
    for (size_t w = 0; w < workers; w++)
        search->backwards[w] =
            backward_create(search->masked, backward_part(options->batch, PARTS), NULL);
    double **channels[] = {&search->masks, &search->speed, &search->slope};
    for (int i = 0; i < 3; i++)
        *channels[i] = memory_array((size_t)search->n_channels, sizeof(double));
    double **units[] = {&search->d, &search->x, &search->d_slope, &search->x_slope};
    for (int i = 0; i < 4; i++)
        *units[i] = memory_array((size_t)search->n_units, sizeof(double));
    search->order = memory_array((size_t)options->n, sizeof *search->order);
    search->chosen = memory_array((size_t)options->batch, sizeof *search->chosen);
    for (int i = 0; i < options->n; i++)
        search->order[i] = i;
    for (int c = 0; c < search->n_channels; c++)
        search->masks[c] = 1;
    search->at = options->n;
    random_init(&search->random, options->seed, 11);
    return search;
}

static void destroy(struct search *search)
{
    for (int i = 0; i < PARTS; i++)
        free(search->gradients[i]);
    for (int i = 0; i < thread_pool_workers(search->pool); i++)
        backward_destroy(search->backwards[i]);
    for (int i = 0; i < search->network->n_layers; i++)
        free(search->channel_of[i]);
    void *const arrays[] = {search->backwards, search->channel_of, search->first_unit,
        search->blocks, search->masks, search->speed, search->slope, search->d, search->x,
        search->d_slope, search->x_slope, search->order, search->chosen};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    network_destroy(search->masked);
    free(search);
}

static void choose_batch(struct search *search)
{
    int n = search->options->n;
    for (int i = 0; i < search->options->batch; i++) {
        if (search->at == n) {
            for (int k = n - 1; k > 0; k--) {
                int other = (int)random_below(&search->random, (uint32_t)k + 1);
                int image = search->order[k];
                search->order[k] = search->order[other];
                search->order[other] = image;
            }
            search->at = 0;
        }
        search->chosen[i] = search->order[search->at++];
    }
}

static void run_part(void *context, int number, int worker)
{
    struct search *search = context;
    int index = search->first_part + number;
    const struct channel_masks_options *options = search->options;
    struct backward *backward = search->backwards[worker];
    const struct network *network = search->masked;
    size_t image = shape_count(&network->layers[network->input].shape);
    int first = backward_cut(options->batch, PARTS, index);
    int n = backward_cut(options->batch, PARTS, index + 1) - first;
    memset(search->gradients[index], 0, search->size * sizeof(float));
    search->losses[index] = 0;
    if (n == 0)
        return;
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    for (int i = 0; i < n; i++) {
        int from = search->chosen[first + i];
        memcpy(backward_input(backward) + (size_t)i * image, options->pixels + (size_t)from * image,
            image * sizeof(float));
        labels[i] = options->labels[from];
    }
    search->losses[index] =
        backward_run(backward, n, labels, 1 / (float)options->batch, search->gradients[index]).loss;
    free(labels);
}

/* Is what a layer adds, not what it multiplies by. */
static bool adds(const struct weight *weight)
{
    return weight->rank == 1 && strcmp(weight->name, "gamma") != 0;
}

/* The weight of a layer where it belongs to channels; NULL: not to be masked. */
static const struct weight *weight_of(const struct search *search, int layer, int index)
{
    const struct weight *weight = &search->network->layers[layer].weights[index];
    return weight->trainable && weight_channels(weight) > 0 ? weight : NULL;
}

static void mask_block(void *context, int index, int worker)
{
    struct search *search = context;
    const struct block *block = &search->blocks[index];
    const int *channel_of = search->channel_of[block->layer];
    const struct layer *layer = &search->network->layers[block->layer];
    int first_unit = search->first_unit[block->layer];
    (void)worker;
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *from = weight_of(search, block->layer, w);
        size_t units = from ? (size_t)weight_channels(from) : 1;
        float *to = search->masked->layers[block->layer].weights[w].data;
        for (size_t row = 0; from && row < from->count; row += units)
            for (int u = block->first; u < block->end; u++) {
                if (channel_of[u] < 0)
                    continue;
                double times = adds(from)
                                   ? 1 + search->x[first_unit + u]
                                   : search->masks[channel_of[u]] + search->d[first_unit + u];
                to[row + (size_t)u] = (float)(times * (double)from->data[row + (size_t)u]);
            }
    }
}

/* Slopes against d and x of the units; that of a channel is the sum over its units' d. */
static void slope_block(void *context, int index, int worker)
{
    struct search *search = context;
    const struct block *block = &search->blocks[index];
    const int *channel_of = search->channel_of[block->layer];
    const struct layer *layer = &search->network->layers[block->layer];
    int first_unit = search->first_unit[block->layer];
    (void)worker;
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *from = weight_of(search, block->layer, w);
        size_t units = from ? (size_t)weight_channels(from) : 1;
        size_t offset = from ? gradient_offset(search->masked, block->layer, w) : 0;
        double *slope = from && adds(from) ? search->x_slope : search->d_slope;
        for (size_t row = 0; from && row < from->count; row += units)
            for (int u = block->first; u < block->end; u++) {
                size_t at = row + (size_t)u;
                float gradient = 0;
                for (int p = 0; p < PARTS && channel_of[u] >= 0; p++)
                    gradient += search->gradients[p][offset + at];
                slope[first_unit + u] += (double)gradient * (double)from->data[at];
            }
    }
}

/* The gradient of the batch, by all ranks. Where ranks fail here, the next exchange says so. */
static void run_parts(struct search *search)
{
    const struct cluster_share share = cluster_share(PARTS, 1);
    const struct gradient_parts parts = {.n = PARTS,
        .images = search->options->batch,
        .gradients = search->gradients,
        .from = gradient_offset_first(search->masked),
        .to = search->size,
        .reports = search->losses,
        .report_size = sizeof *search->losses};
    search->first_part = share.first;
    thread_pool_run(search->pool, share.n, run_part, search);
    bool joined = gradient_parts_join(&parts, NULL) && cluster_ranks() > 1;
    for (int p = 0; p < PARTS && joined; p++)
        if (p != gradient_parts_first(&parts)) /* that has the sum */
            memset(search->gradients[p], 0, search->size * sizeof(float));
}

/* The loss of the batch with the masks and d, x as they are, and its slopes. */
static double descend(struct search *search)
{
    double loss = 0;
    thread_pool_run(search->pool, search->n_blocks, mask_block, search);
    run_parts(search);
    for (int p = 0; p < PARTS; p++)
        loss += search->losses[p];
    memset(search->slope, 0, (size_t)search->n_channels * sizeof *search->slope);
    memset(search->d_slope, 0, (size_t)search->n_units * sizeof *search->d_slope);
    memset(search->x_slope, 0, (size_t)search->n_units * sizeof *search->x_slope);
    thread_pool_run(search->pool, search->n_blocks, slope_block, search);
    for (int b = 0; b < search->n_blocks; b++) {
        const struct block *block = &search->blocks[b];
        const int *channel_of = search->channel_of[block->layer];
        const double *d_slope = search->d_slope + search->first_unit[block->layer];
        for (int u = block->first; u < block->end; u++)
            if (channel_of[u] >= 0)
                search->slope[channel_of[u]] += d_slope[u];
    }
    return loss;
}

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* d and x go to where the loss is largest: one step of sign from a random point. */
static void oppose(struct search *search)
{
    double noise = search->options->noise;
    for (int u = 0; u < search->n_units; u++) {
        search->d[u] = random_range(&search->random, -noise, noise);
        search->x[u] = random_range(&search->random, -noise, noise);
    }
    descend(search);
    for (int u = 0; u < search->n_units; u++) {
        double d = search->d_slope[u], x = search->x_slope[u];
        search->d[u] = within(search->d[u] + noise * ((d > 0) - (d < 0)), -noise, noise);
        search->x[u] = within(search->x[u] + noise * ((x > 0) - (x < 0)), -noise, noise);
    }
}

/* Along share[0] times the slopes of the masks alone and share[1] times those against d and x. */
static bool step(struct search *search, int at, const double share[2], struct error *err)
{
    double *against = memory_array((size_t)search->n_channels, sizeof *against), loss = 0;
    choose_batch(search);
    if (share[1] > 0) {
        oppose(search);
        loss = descend(search);
        memcpy(against, search->slope, (size_t)search->n_channels * sizeof *against);
        memset(search->d, 0, (size_t)search->n_units * sizeof *search->d);
        memset(search->x, 0, (size_t)search->n_units * sizeof *search->x);
    }
    loss += descend(search);
    for (int c = 0; c < search->n_channels; c++) {
        double slope = share[0] * search->slope[c] + share[1] * against[c];
        search->speed[c] = MOMENTUM * search->speed[c] + slope;
        search->masks[c] =
            within(search->masks[c] - search->options->rate * search->speed[c], 0, 1);
    }
    free(against);
    if (!isfinite(loss))
        return fail_as(err, ERROR_FAILED, "masks of channels: the loss is not finite");
    const struct channel_masks_options *options = search->options;
    if (options->progress && !options->progress(options->context, at, options->steps))
        return fail_as(err, ERROR_CANCELLED, "learning masks of channels was cancelled");
    return true;
}

static bool learn(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, const double share[2],
    double *const *masks, struct error *err)
{
    struct search *search = create(network, sites, pool, options);
    bool good = true;
    for (int i = 1; good && i <= options->steps; i++)
        good = step(search, i, share, err);
    for (int s = 0, first = 0; s < sites->n; first += sites->site[s++].n_channels)
        for (int c = 0; c < sites->site[s].n_channels; c++)
            masks[s][c] = search->masks[first + c];
    destroy(search);
    return good;
}

bool channel_masks_anp(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err)
{
    const double share[2] = {options->alpha, 1 - options->alpha};
    return learn(network, sites, pool, options, share, masks, err);
}

bool channel_masks_rnp(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err)
{
    const double share[2] = {options->alpha, 0};
    struct network *without = network_clone(network);
    const struct channel_unlearning_options first = {options->pixels, options->labels, options->n,
        options->batch, options->unlearning, options->seed, options->progress, options->context,
        options->steps};
    bool good = channel_unlearning(without, pool, &first, err) &&
                learn(without, sites, pool, options, share, masks, err);
    network_destroy(without);
    return good;
}
