#include "engine/prune/evaluator.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_A_NUMBER = UINT16_MAX };

struct evaluator {
    const struct network *unpruned;
    struct network *network;
    struct walker *walker;
    float scale;
    int sample; /* 0: all images */
    const struct site *site;
    bool *pruned; /* [site->n_channels] */
};

struct evaluator *evaluator_create(const struct network *unpruned, struct pool *pool,
    const struct walker_hooks *hooks, double scale)
{
    struct evaluator *evaluator = memory_array(1, sizeof *evaluator);
    evaluator->unpruned = unpruned;
    evaluator->network = network_clone(unpruned);
    evaluator->walker = walker_create(evaluator->network, pool, hooks);
    evaluator->scale = (float)scale;
    return evaluator;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (!evaluator)
        return;
    walker_destroy(evaluator->walker);
    network_destroy(evaluator->network);
    free(evaluator->pruned);
    free(evaluator);
}

void evaluator_set_scale(struct evaluator *evaluator, double scale)
{
    evaluator->scale = (float)scale;
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

int evaluator_right(
    const struct evaluator *evaluator, const struct dataset *set, const uint16_t *predicted)
{
    const int32_t *labels = dataset_labels(set);
    int right = 0;
    for (int i = 0; i < evaluator_count(evaluator, set); i++)
        right += labels[evaluator_image(evaluator, set, i)] == predicted[i];
    return right;
}

const struct network *evaluator_network(const struct evaluator *evaluator)
{
    return evaluator->network;
}

void evaluator_set_site(struct evaluator *evaluator, const struct site *site)
{
    for (int c = 0; evaluator->site && c < evaluator->site->n_channels; c++)
        if (evaluator->pruned[c])
            evaluator_restore(evaluator, c);
    free(evaluator->pruned);
    evaluator->site = site;
    evaluator->pruned =
        site ? memory_array((size_t)site->n_channels, sizeof *evaluator->pruned) : NULL;
}

void evaluator_prune(struct evaluator *evaluator, int channel)
{
    evaluator->pruned[channel] = true;
    site_prune(evaluator->site, evaluator->network, channel);
}

void evaluator_restore(struct evaluator *evaluator, int channel)
{
    evaluator->pruned[channel] = false;
    site_restore(evaluator->site, evaluator->network, evaluator->unpruned, channel);
}

/* What the workers share while an evaluator walks over a set. */
struct job {
    const struct evaluator *evaluator;
    const struct evaluator_pass *pass; /* from the pixels */
    const struct cache *cache;         /* or from here, */
    const int *index;                  /* these images */
    uint16_t *predicted;
};

static uint16_t predict(const struct job *job, struct pass *pass, int image)
{
    const struct network *network = job->evaluator->network;
    size_t classes = (size_t)network->n_classes;
    const float *logits = pass_tensor(pass, network->output) + (size_t)image * classes;
    int best = pass_argmax(logits, network->n_classes);
    return best < 0 ? NOT_A_NUMBER : (uint16_t)best;
}

/* -log of the soft-max at the label. */
static float cross_entropy(const float *logits, int n_classes, int label)
{
    float max = logits[0];
    double sum = 0;
    for (int k = 1; k < n_classes; k++)
        max = logits[k] > max ? logits[k] : max;
    for (int k = 0; k < n_classes; k++)
        sum += exp((double)logits[k] - max);
    return (float)(log(sum) - ((double)logits[label] - max));
}

static float find_loss(const struct job *job, struct pass *pass, int image, int of_set)
{
    const struct network *network = job->evaluator->network;
    const float *logits = pass_tensor(pass, network->output);
    int label =
        dataset_labels(job->pass->set)[evaluator_image(job->evaluator, job->pass->set, of_set)];
    return cross_entropy(
        logits + (size_t)image * (size_t)network->n_classes, network->n_classes, label);
}

static void load_pixels(void *context, struct pass *pass, int first, int count)
{
    const struct job *job = context;
    const struct evaluator *evaluator = job->evaluator;
    const struct dataset *set = job->pass->set;
    float *input = pass_tensor(pass, evaluator->network->input);
    if (evaluator_count(evaluator, set) == dataset_count(set)) {
        dataset_fill(set, first, count, evaluator->scale, input);
        return;
    }
    size_t size = shape_count(dataset_shape(set));
    for (int i = 0; i < count; i++)
        dataset_fill(set, evaluator_image(evaluator, set, first + i), 1, evaluator->scale,
            input + (size_t)i * size);
}

static void visit_all(void *context, struct pass *pass, int first, int count)
{
    const struct job *job = context;
    const struct evaluator_pass *what = job->pass;
    for (int i = 0; i < count && job->predicted; i++)
        job->predicted[first + i] = predict(job, pass, i);
    for (int i = 0; i < count && what->loss; i++)
        what->loss[first + i] = find_loss(job, pass, i, first + i);
    for (int s = 0; what->activations && s < what->sites->n; s++)
        activations_add(
            what->activations[s], first, count, pass_tensor(pass, what->sites->site[s].measured));
    if (what->cache)
        cache_store(what->cache, pass, first, count);
}

static void load_kept(void *context, struct pass *pass, int first, int count)
{
    const struct job *job = context;
    cache_load(job->cache, pass, job->index + first, count, job->evaluator->pruned);
}

static void visit_kept(void *context, struct pass *pass, int first, int count)
{
    const struct job *job = context;
    for (int i = 0; i < count; i++)
        job->predicted[job->index[first + i]] = predict(job, pass, i);
}

static bool check_numbers(
    const struct dataset *set, const uint16_t *predicted, int n, struct error *err)
{
    for (int i = 0; i < n && predicted; i++)
        if (predicted[i] == NOT_A_NUMBER)
            return fail(
                err, "%s: image %d: the network's output is not a number", dataset_name(set), i);
    return true;
}

bool evaluator_run(
    struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err)
{
    int n = evaluator_count(evaluator, pass->set);
    struct job job = {.evaluator = evaluator, .pass = pass, .predicted = pass->predicted};
    const struct walk walk = {.n = n, .load = load_pixels, .visit = visit_all, .context = &job};
    return walker_run(evaluator->walker, &walk, err) &&
           check_numbers(pass->set, pass->predicted, n, err);
}

static int run_kept(struct evaluator *evaluator, const struct dataset *set,
    const struct cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    int n = evaluator_count(evaluator, set), touched = 0;
    int *index = memory_array((size_t)n, sizeof *index);
    for (int i = 0; i < n; i++)
        if (channel < 0 || cache_alive(cache, channel, i))
            index[touched++] = i;
    memcpy(predicted, before, (size_t)n * sizeof *predicted);
    struct job job = {
        .evaluator = evaluator, .cache = cache, .index = index, .predicted = predicted};
    const struct walk walk = {.n = touched,
        .wanted = cache_wanted(cache),
        .load = load_kept,
        .visit = visit_kept,
        .context = &job};
    bool good = walker_run(evaluator->walker, &walk, err) && check_numbers(set, predicted, n, err);
    free(index);
    return good ? touched : -1;
}

int evaluator_update(struct evaluator *evaluator, const struct dataset *set,
    const struct cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    if (cache)
        return run_kept(evaluator, set, cache, channel, before, predicted, err);
    const struct evaluator_pass pass = {.set = set, .predicted = predicted};
    return evaluator_run(evaluator, &pass, err) ? evaluator_count(evaluator, set) : -1;
}
