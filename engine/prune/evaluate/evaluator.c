/* Passes of image sets through the net, and rounds that run only what a channel touched.
 * Leans on batch_runner.h and
 * suffix_cache.h. */
#include "engine/prune/evaluate/evaluator_private.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct evaluator *evaluator_create(const struct network *unpruned, const struct prune_sites *sites,
    struct thread_pool *pool, const struct batch_runner_hooks *hooks, double scale)
{
    struct evaluator *evaluator = memory_array(1, sizeof *evaluator);
    bool *measured = memory_array((size_t)unpruned->n_layers, sizeof *measured);
    for (int s = 0; sites && s < sites->n; s++) {
        measured[sites->site[s].measured] = true;
        suffix_cache_keep(unpruned, &sites->site[s], measured);
    }
    evaluator->unpruned = unpruned;
    evaluator->sites = sites;
    evaluator->network = network_clone(unpruned);
    evaluator->plan = batched_plan_create(evaluator->network, batched_get(), measured);
    evaluator->runner = batch_runner_create(evaluator->plan, pool, hooks);
    evaluator->scaling = pixel_scaling_of(scale);
    evaluator->site = -1;
    evaluator->pruned = sites ? pruned_sets_create(sites, NULL) : NULL;
    free(measured);
    return evaluator;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (!evaluator)
        return;
    batch_runner_destroy(evaluator->runner);
    batched_plan_destroy(evaluator->plan);
    network_destroy(evaluator->network);
    if (evaluator->sites)
        pruned_sets_destroy(evaluator->pruned, evaluator->sites->n);
    free(evaluator);
}

void evaluator_set_scaling(struct evaluator *evaluator, const struct pixel_scaling *scaling)
{
    evaluator->scaling = *scaling;
}

void evaluator_set_sample(struct evaluator *evaluator, int sample)
{
    evaluator->sample = sample;
}

int evaluator_count(const struct evaluator *evaluator, const struct dataset *set)
{
    int n = dataset_count(set);
    return evaluator->sample > 0 && evaluator->sample < n ? evaluator->sample : n;
}

int evaluator_image(const struct evaluator *evaluator, const struct dataset *set, int i)
{
    return (int)((int64_t)i * dataset_count(set) / evaluator_count(evaluator, set));
}

int evaluator_right(const struct evaluator *evaluator, const struct dataset *set,
    const int32_t *labels, const uint16_t *predicted)
{
    int right = 0;
    if (!labels)
        labels = dataset_labels(set);
    for (int i = 0; i < evaluator_count(evaluator, set); i++)
        right += labels[evaluator_image(evaluator, set, i)] == predicted[i];
    return right;
}

static void prune(struct evaluator *evaluator, int site, int channel)
{
    site = prune_sites_own(evaluator->sites, site, &channel);
    pruned_set_put(&evaluator->pruned[site], channel, true);
    evaluator->stale = true;
    prune_site_prune(&evaluator->sites->site[site], evaluator->network, channel);
}

static void restore(struct evaluator *evaluator, int site, int channel)
{
    site = prune_sites_own(evaluator->sites, site, &channel);
    pruned_set_put(&evaluator->pruned[site], channel, false);
    evaluator->stale = true;
    prune_site_restore(
        &evaluator->sites->site[site], evaluator->network, evaluator->unpruned, channel);
}

/* Restores the channels that are not in pruned[sites->n]; NULL: all. */
static void restore_others(struct evaluator *evaluator, const struct pruned_set *pruned)
{
    for (int s = 0; evaluator->sites && s < evaluator->sites->n; s++)
        for (int c = 0; c < evaluator->pruned[s].n_channels; c++)
            if (pruned_set_has(&evaluator->pruned[s], c) &&
                !(pruned && pruned_set_has(&pruned[s], c)))
                restore(evaluator, s, c);
}

void evaluator_set_site(struct evaluator *evaluator, const struct prune_site *site)
{
    restore_others(evaluator, NULL);
    evaluator->site = site ? (int)(site - evaluator->sites->site) : -1;
}

void evaluator_set_pruned(
    struct evaluator *evaluator, const struct prune_site *site, const struct pruned_set *pruned)
{
    restore_others(evaluator, pruned);
    evaluator->site = (int)(site - evaluator->sites->site);
    for (int s = 0; s < evaluator->sites->n; s++)
        for (int c = 0; c < pruned[s].n_channels; c++)
            if (pruned_set_has(&pruned[s], c) && !pruned_set_has(&evaluator->pruned[s], c))
                prune(evaluator, s, c);
}

void evaluator_prune(struct evaluator *evaluator, int channel)
{
    prune(evaluator, evaluator->site, channel);
}

void evaluator_restore(struct evaluator *evaluator, int channel)
{
    restore(evaluator, evaluator->site, channel);
}

void evaluator_set_unpruned(struct evaluator *evaluator, const struct network *unpruned)
{
    restore_others(evaluator, NULL);
    evaluator->unpruned = unpruned;
    evaluator->stale = true;
    for (int l = 0; l < unpruned->n_layers; l++)
        for (int w = 0; w < unpruned->layers[l].n_weights; w++) {
            const struct weight *weight = &unpruned->layers[l].weights[w];
            memcpy(evaluator->network->layers[l].weights[w].data, weight->data,
                weight->count * sizeof *weight->data);
        }
}

struct activations **evaluator_activations(
    const struct evaluator *evaluator, const struct dataset *set)
{
    const struct prune_sites *sites = evaluator->sites;
    struct activations **all = memory_array((size_t)sites->n, sizeof *all);
    for (int s = 0; s < sites->n; s++)
        all[s] = activations_create(&evaluator->network->layers[sites->site[s].measured].shape,
            evaluator_count(evaluator, set), batched_plan_kernels(evaluator->plan),
            batch_runner_workers(evaluator->runner));
    return all;
}

void evaluator_activations_destroy(const struct evaluator *evaluator, struct activations **all)
{
    for (int s = 0; s < evaluator->sites->n; s++)
        activations_destroy(all[s]);
    free(all);
}

/* What the workers share during a pass over a set. */
struct job {
    const struct evaluator *evaluator;
    const struct evaluator_pass *pass;
};

static void load_pixels(void *context, const struct batch *batch)
{
    const struct job *job = context;
    const struct evaluator *evaluator = job->evaluator;
    int index[BATCH_TILE];
    for (int i = 0; i < batch->count; i++)
        index[i] = evaluator_image(evaluator, job->pass->set, batch->first + i);
    dataset_feed_lanes(job->pass->set, index, batch->count, batch->width, &evaluator->scaling,
        batched_pass_tensor(batch->pass, evaluator->network->input));
}

/* -log of the soft-max at the label, for logits `step` apart. */
static float cross_entropy(const float *logits, size_t step, int n_classes, int label)
{
    size_t n = (size_t)n_classes, top = 0;
    double rest = 0; /* all but the largest, so that a loss near 0 keeps its digits */
    for (size_t k = 1; k < n; k++)
        top = logits[k * step] > logits[top * step] ? k : top;
    double largest = (double)logits[top * step];
    for (size_t k = 0; k < n; k++)
        rest += k == top ? 0 : exp((double)logits[k * step] - largest);
    return (float)(log1p(rest) + (largest - (double)logits[(size_t)label * step]));
}

static void note_predicted(const struct job *job, const struct batch *batch)
{
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    batched_pass_best(batch->pass, job->evaluator->network->output, &best);
    for (int i = 0; i < batch->count; i++)
        job->pass->predicted[batch->first + i] = class[i] < 0 ? NOT_A_NUMBER : (uint16_t) class[i];
}

/* The first class of the largest logit but the one that was predicted, lane by lane. */
static void note_runners_up(const struct job *job, const struct batch *batch)
{
    const struct network *network = job->evaluator->network;
    const float *logits = batched_pass_tensor(batch->pass, network->output);
    uint16_t *runner_up = job->pass->runners_up + batch->first;
    float best[BATCH_TILE];
    for (int i = 0; i < batch->count; i++)
        runner_up[i] = job->pass->predicted[batch->first + i];
    for (int k = 0; k < network->n_classes; k++, logits += batch->width)
        for (int i = 0; i < batch->count; i++) {
            int predicted = job->pass->predicted[batch->first + i];
            if (k != predicted && (runner_up[i] == predicted || logits[i] > best[i])) {
                runner_up[i] = (uint16_t)k;
                best[i] = logits[i];
            }
        }
}

static void note_loss(const struct job *job, const struct batch *batch)
{
    const struct network *network = job->evaluator->network;
    const int32_t *labels = dataset_labels(job->pass->set);
    const float *logits = batched_pass_tensor(batch->pass, network->output);
    for (int i = 0; i < batch->count; i++) {
        int image = evaluator_image(job->evaluator, job->pass->set, batch->first + i);
        job->pass->loss[batch->first + i] =
            cross_entropy(logits + i, (size_t)batch->width, network->n_classes, labels[image]);
    }
}

static void visit(void *context, const struct batch *batch)
{
    const struct job *job = context;
    const struct evaluator_pass *pass = job->pass;
    const struct prune_sites *sites = job->evaluator->sites;
    if (pass->predicted)
        note_predicted(job, batch);
    if (pass->predicted && pass->runners_up)
        note_runners_up(job, batch);
    if (pass->loss)
        note_loss(job, batch);
    for (int s = 0; pass->activations && s < sites->n; s++) {
        int layer = sites->site[s].measured;
        activations_add(pass->activations[s], batch, batched_pass_tensor(batch->pass, layer),
            batched_pass_list(batch->pass, layer));
    }
    if (pass->cache) {
        struct batch own = *batch; /* a cache counts the images of its rank */
        own.first -= evaluator_share(job->evaluator, pass->set).first;
        suffix_cache_store(pass->cache, &own);
    }
}

/* Names the first layer that gives a value which is not finite for an image; `last` if none does
 * when computed one value behind the other. */
static bool explain(const struct evaluator *evaluator, const struct dataset *set, int image,
    int last, struct error *err)
{
    const struct network *network = evaluator->network;
    struct reference_pass *pass = reference_pass_create(network, 1);
    int layer = 0;
    dataset_feed(set, image, 1, &evaluator->scaling, reference_pass_tensor(pass, network->input));
    reference_pass_forward(pass, 1, NULL);
    for (bool finite = true; layer < network->n_layers; layer++) {
        const float *values = reference_pass_tensor(pass, layer);
        for (size_t i = 0; i < shape_count(&network->layers[layer].shape) && finite; i++)
            finite = isfinite(values[i]);
        if (!finite)
            break;
    }
    reference_pass_destroy(pass);
    return fail(err, "%s: image %d: layer %s gives a value that is not finite", dataset_name(set),
        image, network->layers[layer < network->n_layers ? layer : last].name);
}

/* Of logits and of what was measured. */
bool evaluator_check_numbers(
    const struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err)
{
    int n = evaluator_count(evaluator, pass->set), first = n, layer = -1;
    for (int s = 0; pass->activations && s < evaluator->sites->n; s++) {
        int image = activations_broken(pass->activations[s]);
        if (image < 0 || image >= first)
            continue;
        first = image;
        layer = evaluator->sites->site[s].measured;
    }
    for (int i = 0; i < first && pass->predicted; i++)
        if (pass->predicted[i] == NOT_A_NUMBER) {
            first = i;
            layer = evaluator->network->output;
        }
    return first == n ||
           explain(evaluator, pass->set, evaluator_image(evaluator, pass->set, first), layer, err);
}

bool evaluator_run(
    struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err)
{
    const struct cluster_share share = evaluator_share(evaluator, pass->set);
    struct job job = {.evaluator = evaluator, .pass = pass};
    const struct batch_run run = {
        .first = share.first, .n = share.n, .load = load_pixels, .visit = visit, .context = &job};
    if (evaluator->stale)
        batched_plan_refresh(evaluator->plan);
    evaluator->stale = false;
    return batch_runner_run(evaluator->runner, &run, err) && dataset_check(pass->set, err) &&
           (!pass->cache || suffix_cache_check(pass->cache, err)) &&
           evaluator_join(evaluator, pass, err) && evaluator_check_numbers(evaluator, pass, err);
}

/* A pass up to a layer. */
struct watch {
    struct job job; /* first: pixels are loaded for it */
    int layer;
    evaluator_see *see;
    void *context;
};

static void visit_watch(void *context, const struct batch *batch)
{
    const struct watch *watch = context;
    watch->see(watch->context, batch, batched_pass_tensor(batch->pass, watch->layer));
}

bool evaluator_watch(struct evaluator *evaluator, const struct dataset *set, int layer,
    evaluator_see *see, void *context, struct error *err)
{
    const struct evaluator_pass pass = {.set = set};
    struct watch watch = {{evaluator, &pass}, layer, see, context};
    bool *wanted = memory_array((size_t)evaluator->network->n_layers, sizeof *wanted);
    const struct batch_run run = {.n = evaluator_count(evaluator, set),
        .wanted = wanted,
        .load = load_pixels,
        .visit = visit_watch,
        .context = &watch};
    for (int l = 0; l <= layer; l++) /* a layer's inputs come before it */
        wanted[l] = true;
    if (evaluator->stale)
        batched_plan_refresh(evaluator->plan);
    evaluator->stale = false;
    bool good = batch_runner_run(evaluator->runner, &run, err) && dataset_check(set, err);
    free(wanted);
    return good;
}
