/* Stamps images, runs them and adds up gradients. Leans on train/backward. */
#include "engine/defence/suspects/trigger_pass.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A batch is cut into parts whose gradients are added in order, whoever computes them. */
enum { PARTS = 8 };

/* What goes to other ranks beside the gradients of a part. */
struct scores {
    double loss;
    int64_t hits;
};

struct trigger_passes {
    const struct network *network;
    struct thread_pool *pool;
    size_t values; /* of an image */
    bool alone;
    int batch, n_parts;              /* parts: of a batch, or workers that are alone */
    struct backward **backwards;     /* [workers] */
    bool *frozen;                    /* [layers] */
    struct trigger_gradients *parts; /* [n_parts] */
    float *sums; /* [n_parts][stride]: mask and pattern of each, room for more */
    size_t stride;
    const struct trigger_batch *now; /* that the workers share */
    int first_part;                  /* of this rank */
};

struct trigger_passes *trigger_passes_create(
    const struct network *network, struct thread_pool *pool, int batch, bool alone)
{
    struct trigger_passes *passes = memory_array(1, sizeof *passes);
    int workers = thread_pool_workers(pool);
    passes->network = network;
    passes->pool = pool;
    passes->values = shape_count(&network->layers[network->input].shape);
    passes->alone = alone;
    passes->batch = batch;
    passes->n_parts = alone ? workers : PARTS;
    passes->frozen = memory_array((size_t)network->n_layers, sizeof *passes->frozen);
    for (int i = 0; i < network->n_layers; i++)
        passes->frozen[i] = true;
    struct backward_options options = {.input = true, .frozen = passes->frozen, .steady = true};
    passes->backwards = memory_array((size_t)workers, sizeof *passes->backwards);
    for (int i = 0; i < workers; i++)
        passes->backwards[i] =
            backward_create(network, alone ? batch : backward_part(batch, PARTS), &options);
    passes->parts = memory_array((size_t)passes->n_parts, sizeof *passes->parts);
    passes->stride = 2 * passes->values + sizeof(struct scores) / sizeof(float);
    passes->sums = memory_floats((size_t)passes->n_parts * passes->stride);
    for (int i = 0; i < passes->n_parts; i++) {
        passes->parts[i].mask = passes->sums + (size_t)i * passes->stride;
        passes->parts[i].pattern = passes->parts[i].mask + passes->values;
    }
    return passes;
}

void trigger_passes_destroy(struct trigger_passes *passes)
{
    if (!passes)
        return;
    for (int i = 0; i < thread_pool_workers(passes->pool); i++)
        backward_destroy(passes->backwards[i]);
    free(passes->sums);
    free(passes->backwards);
    free(passes->parts);
    free(passes->frozen);
    free(passes);
}

void trigger_passes_refresh(struct trigger_passes *passes)
{
    for (int i = 0; i < thread_pool_workers(passes->pool); i++)
        backward_refresh(passes->backwards[i]);
}

const struct network *trigger_passes_network(const struct trigger_passes *passes)
{
    return passes->network;
}

static void stamp(
    const struct trigger_batch *batch, size_t values, const float *image, float *restrict out)
{
    const float *cover = batch->cover, *pattern = batch->pattern;
    for (size_t k = 0; k < values; k++)
        out[k] = image[k] + cover[k] * (pattern[k] - image[k]);
}

/* dx'/dm = p - x, dx'/dp = m. */
static void add_gradients(const struct trigger_batch *batch, size_t values, const float *image,
    const float *gradient, const struct trigger_gradients *sum)
{
    const float *cover = batch->cover, *pattern = batch->pattern;
    float *restrict of_mask = sum->mask, *restrict of_pattern = sum->pattern;
    for (size_t k = 0; k < values; k++) {
        of_mask[k] += gradient[k] * (pattern[k] - image[k]);
        of_pattern[k] += gradient[k] * cover[k];
    }
}

/* Loss -log(1 - p) of an image that is to be read as anything but a class, with p its soft-max:
 * log-sum-exp of all logits minus that of the others. */
static double anything_but(const float *logits, int classes, int class, float *gradient)
{
    int other = class == 0 ? 1 : 0;
    for (int k = 0; k < classes; k++)
        if (k != class && logits[k] > logits[other])
            other = k;
    double top = (double)logits[other], others = 0;
    for (int k = 0; k < classes; k++)
        others += k == class ? 0 : exp((double)logits[k] - top);
    /* how much more the class weighs than all others together */
    double ratio = exp(fmin((double)logits[class] - top, 700)) / others, p = 1 / (1 + 1 / ratio);
    for (int k = 0; k < classes; k++)
        gradient[k] = (float)(k == class ? p : -p * exp((double)logits[k] - top) / others);
    return log1p(ratio);
}

/* Loss and hits of images [first, first + n) of the batch; writes the logits' gradients. */
static void judge(const struct trigger_passes *passes, const struct trigger_batch *batch, int first,
    int n, const float *logits, float *gradient, struct trigger_gradients *sum)
{
    int classes = passes->network->n_classes;
    for (int i = 0; i < n; i++, logits += classes, gradient += classes) {
        int wanted = batch->images->wanted[batch->chosen[first + i]];
        int not = wanted < 0 ? INVERSION_NOT(wanted) : -1;
        int read = reference_pass_argmax(logits, classes);
        sum->loss += not >= 0 ? anything_but(logits, classes, not, gradient)
                              : backward_cross_entropy(logits, classes, wanted, gradient);
        sum->hits += not >= 0 ? read != not : read == wanted;
        for (int k = 0; k < classes; k++)
            gradient[k] /= (float)batch->n;
    }
}

static void run(const struct trigger_passes *passes, const struct trigger_batch *batch, int first,
    int n, struct backward *backward, struct trigger_gradients *sum)
{
    size_t values = passes->values;
    const float *pixels = batch->images->pixels;
    memset(sum->mask, 0, values * sizeof *sum->mask);
    memset(sum->pattern, 0, values * sizeof *sum->pattern);
    sum->loss = sum->hits = 0;
    if (n == 0)
        return;
    for (int i = 0; i < n; i++)
        stamp(batch, values, pixels + (size_t)batch->chosen[first + i] * values,
            backward_input(backward) + (size_t)i * values);
    const float *logits = backward_forward(backward, n);
    judge(passes, batch, first, n, logits, backward_logits_gradient(backward), sum);
    backward_propagate(backward, n, 0, NULL);
    const float *of_input = backward_gradient(backward, passes->network->input);
    for (int i = 0; i < n; i++)
        add_gradients(batch, values, pixels + (size_t)batch->chosen[first + i] * values,
            of_input + (size_t)i * values, sum);
}

static void run_part(void *context, int number, int worker)
{
    struct trigger_passes *passes = context;
    int index = passes->first_part + number;
    int first = backward_cut(passes->now->n, PARTS, index);
    int end = backward_cut(passes->now->n, PARTS, index + 1);
    run(passes, passes->now, first, end - first, passes->backwards[worker], &passes->parts[index]);
}

/* The parts of all ranks. */
static bool collect_parts(struct trigger_passes *passes, struct error *err)
{
    for (int i = 0; i < PARTS; i++) {
        const struct scores scores = {passes->parts[i].loss, passes->parts[i].hits};
        memcpy(passes->parts[i].pattern + passes->values, &scores, sizeof scores);
    }
    if (!cluster_collect(passes->sums, passes->stride * sizeof *passes->sums, PARTS, 1, err))
        return false;
    for (int i = 0; i < PARTS; i++) {
        struct scores scores;
        memcpy(&scores, passes->parts[i].pattern + passes->values, sizeof scores);
        passes->parts[i].loss = scores.loss;
        passes->parts[i].hits = (int)scores.hits;
    }
    return true;
}

const struct trigger_gradients *trigger_passes_run(
    struct trigger_passes *passes, const struct trigger_batch *batch, struct error *err)
{
    struct trigger_gradients *sum = &passes->parts[0];
    const struct cluster_share share = cluster_share(PARTS, 1);
    passes->now = batch;
    passes->first_part = share.first;
    thread_pool_run(passes->pool, share.n, run_part, passes);
    if (!collect_parts(passes, err))
        return NULL;
    for (int i = 1; i < PARTS; i++) {
        const struct trigger_gradients *part = &passes->parts[i];
        sum->loss += part->loss;
        sum->hits += part->hits;
        for (size_t k = 0; k < passes->values; k++) {
            sum->mask[k] += part->mask[k];
            sum->pattern[k] += part->pattern[k];
        }
    }
    return sum;
}

const struct trigger_gradients *trigger_passes_run_alone(
    struct trigger_passes *passes, const struct trigger_batch *batch, int worker)
{
    run(passes, batch, 0, batch->n, passes->backwards[worker], &passes->parts[worker]);
    return &passes->parts[worker];
}
