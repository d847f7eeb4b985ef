/* Steps along the gradient of a batch with a goal for each image. Leans on the backward pass; the
 * teacher shares the layers that do not change. */
#include "engine/train/tuner.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/backward.h"
#include "engine/train/gradient_parts.h"
#include "engine/train/softmax.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A batch is cut into parts whose gradients are added in order, whoever computes them. */
enum { PARTS = 8, STEP_VALUES = 1 << 14 };

struct tuner {
    struct network *network;
    const struct network *teacher;
    struct thread_pool *pool;
    struct tuner_options options;
    struct optimiser *optimiser;
    size_t image;    /* floats of an image */
    size_t from, to; /* of a gradient: what may change lies between */
    float *images;   /* [batch, image] */
    struct tuner_goal *goals;
    bool *frozen, *all;          /* [n_layers]; all: true for each */
    bool *taught;                /* [n_layers] layers that the teacher computes itself */
    struct backward **backwards; /* [workers] */
    struct backward **teachers;  /* [workers] */
    float **shares;              /* [workers][2][n_classes] of soft-maxes */
    float *gradients[PARTS];
    struct tuner_report reports[PARTS];
    int n, version; /* images of this step, steps */
    int first_part; /* of this rank */
};

struct tuner *tuner_create(struct network *network, const struct network *teacher,
    struct thread_pool *pool, const struct tuner_options *options)
{
    struct tuner *tuner = memory_array(1, sizeof *tuner);
    size_t batch = (size_t)options->batch, workers = (size_t)thread_pool_workers(pool);
    assert(options->batch > 0);
    tuner->network = network;
    tuner->teacher = teacher;
    tuner->pool = pool;
    tuner->options = *options;
    tuner->optimiser = optimiser_create(network, &options->optimiser);
    tuner->image = shape_count(&network->layers[network->input].shape);
    tuner->images = memory_floats(batch * tuner->image);
    tuner->goals = memory_array(batch, sizeof *tuner->goals);
    tuner->frozen = memory_array((size_t)network->n_layers, sizeof *tuner->frozen);
    tuner->all = memory_array((size_t)network->n_layers, sizeof *tuner->all);
    memset(tuner->all, true, (size_t)network->n_layers);
    tuner->taught = memory_array((size_t)network->n_layers, sizeof *tuner->taught);
    tuner->backwards = memory_array(workers, sizeof *tuner->backwards);
    tuner->shares = memory_array(workers, sizeof *tuner->shares);
    for (size_t i = 0; i < workers; i++)
        tuner->shares[i] = memory_floats(2 * (size_t)network->n_classes);
    tuner->teachers = memory_array(workers, sizeof *tuner->teachers);
    for (int i = 0; i < PARTS; i++)
        tuner->gradients[i] = gradient_create(network);
    return tuner;
}

void tuner_destroy(struct tuner *tuner)
{
    if (!tuner)
        return;
    for (int i = 0; i < thread_pool_workers(tuner->pool); i++) {
        backward_destroy(tuner->backwards[i]);
        backward_destroy(tuner->teachers[i]);
        free(tuner->shares[i]);
    }
    for (int i = 0; i < PARTS; i++)
        free(tuner->gradients[i]);
    optimiser_destroy(tuner->optimiser);
    free(tuner->images);
    free(tuner->goals);
    free(tuner->frozen);
    free(tuner->all);
    free(tuner->taught);
    free(tuner->backwards);
    free(tuner->teachers);
    free(tuner->shares);
    free(tuner);
}

struct optimiser *tuner_optimiser(struct tuner *tuner)
{
    return tuner->optimiser;
}

float *tuner_image(struct tuner *tuner, int index)
{
    assert(index < tuner->options.batch);
    return tuner->images + (size_t)index * tuner->image;
}

struct tuner_goal *tuner_goal(struct tuner *tuner, int index)
{
    assert(index < tuner->options.batch);
    return &tuner->goals[index];
}

static void find_range(struct tuner *tuner)
{
    const struct network *network = tuner->network;
    tuner->from = gradient_size(network);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights && !tuner->frozen[i]; w++) {
            size_t from = gradient_offset(network, i, w);
            size_t to = from + network->layers[i].weights[w].count;
            tuner->from = from < tuner->from ? from : tuner->from;
            tuner->to = to > tuner->to ? to : tuner->to;
        }
    tuner->from = tuner->from < tuner->to ? tuner->from : tuner->to; /* nothing may change */
}

/* The passes know which layers are frozen, so they are made at the first step. */
static void make_passes(struct tuner *tuner)
{
    const struct network *network = tuner->network;
    struct backward_options options = {
        .frozen = tuner->frozen, .still = tuner->frozen, .steady = true};
    optimiser_frozen(tuner->optimiser, tuner->frozen);
    find_range(tuner);
    for (int i = 0; i < network->n_layers; i++)
        tuner->taught[i] = network->layers[i].n_weights > 0 && !tuner->frozen[i];
    for (int i = 0; i < network->n_layers; i++)
        if (tuner->taught[i])
            network_downstream(network, i, tuner->taught);
    struct backward_options frozen = {.frozen = tuner->all, .steady = true};
    int part = backward_part(tuner->options.batch, PARTS);
    for (int i = 0; i < thread_pool_workers(tuner->pool); i++) {
        tuner->backwards[i] = backward_create(network, part, &options);
        if (tuner->teacher)
            tuner->teachers[i] = backward_create(tuner->teacher, part, &frozen);
    }
}

/* The teacher's logits: from the outputs of the layers before those that change. */
static const float *teach(struct tuner *tuner, struct backward *backward, int worker, int n)
{
    int output = tuner->network->output;
    if (!tuner->taught[output])
        return backward_output(backward, output);
    return backward_forward_from(tuner->teachers[worker], backward, tuner->taught, n);
}

/* KL(softmax(t) || softmax(z)), t without class `without`, or whole at -1; adds weight (softmax(z)
 * - softmax(t)) to the gradient. shares[2][n_classes]: scratch. */
static double divergence(const float *z, const float *t, int n_classes, int without, float weight,
    float *gradient, float *shares)
{
    float top_z = z[0], top_t = -INFINITY, *of_t = shares + n_classes;
    double sum_z = 0, sum_t = 0, loss = 0;
    for (int k = 0; k < n_classes; k++) {
        top_z = z[k] > top_z ? z[k] : top_z;
        top_t = t[k] > top_t && k != without ? t[k] : top_t;
    }
    softmax_exponentials(shares, z, n_classes, top_z);
    softmax_exponentials(of_t, t, n_classes, top_t);
    if (without >= 0)
        of_t[without] = 0;
    for (int k = 0; k < n_classes; k++) {
        sum_z += (double)shares[k];
        sum_t += (double)of_t[k];
    }
    double log_z = (double)top_z + log(sum_z), log_t = (double)top_t + log(sum_t);
    for (int k = 0; k < n_classes; k++) {
        double p_z = (double)shares[k] / sum_z, p_t = (double)of_t[k] / sum_t;
        gradient[k] += weight * (float)(p_z - p_t);
        loss += p_t * (((double)t[k] - log_t) - ((double)z[k] - log_z));
    }
    return (double)weight * loss;
}

static double squares(
    const float *z, const float *t, int n_classes, int without, float weight, float *gradient)
{
    double loss = 0;
    weight /= (float)n_classes;
    for (int k = 0; k < n_classes; k++) {
        float difference = k != without ? z[k] - t[k] : 0;
        gradient[k] += 2 * weight * difference;
        loss += (double)(difference * difference);
    }
    return (double)weight * loss;
}

/* -log(1 - p) of the label's share p of the soft-max; its gradient is p at the label, and takes
 * from the others as they have. */
static double avoidance(const float *z, int label, int n_classes, float weight, float *gradient)
{
    float top = z[0];
    double others = 0;
    for (int k = 1; k < n_classes; k++)
        top = z[k] > top ? z[k] : top;
    for (int k = 0; k < n_classes; k++)
        others += k != label ? exp((double)(z[k] - top)) : 0;
    double all = others + exp((double)(z[label] - top)), share = 1 - others / all;
    /* a share of nearly 1 leaves nothing to divide by: the logits of the others are what counts */
    double log_others = log(others > 1e-300 ? others : 1e-300);
    for (int k = 0; k < n_classes; k++)
        gradient[k] +=
            weight * (float)(k == label ? share : -share * exp((double)(z[k] - top) - log_others));
    return (double)weight * (log(all) - log_others);
}

/* The loss of one image; gradient[n_classes], zeros, becomes d loss / d z. */
static double image_loss(const struct tuner_goal *goal, const float *z, const float *t,
    int n_classes, float *gradient, float *shares)
{
    double loss = 0;
    int without = goal->without_label ? goal->label : -1;
    if (goal->cross_entropy != 0) {
        loss += (double)goal->cross_entropy *
                backward_cross_entropy(z, n_classes, goal->label, gradient);
        for (int k = 0; k < n_classes; k++)
            gradient[k] *= goal->cross_entropy;
    }
    if (goal->divergence != 0)
        loss += divergence(z, t, n_classes, without, goal->divergence, gradient, shares);
    if (goal->squares != 0)
        loss += squares(z, t, n_classes, without, goal->squares, gradient);
    if (goal->avoidance != 0)
        loss += avoidance(z, goal->label, n_classes, goal->avoidance, gradient);
    return loss;
}

static void run_part(void *context, int number, int worker)
{
    struct tuner *tuner = context;
    int index = tuner->first_part + number;
    struct backward *backward = tuner->backwards[worker];
    struct tuner_report *report = &tuner->reports[index];
    int first = backward_cut(tuner->n, PARTS, index);
    int n = backward_cut(tuner->n, PARTS, index + 1) - first;
    int classes = tuner->network->n_classes;
    *report = (struct tuner_report){0};
    if (n == 0)
        return;
    memset(tuner->gradients[index] + tuner->from, 0, (tuner->to - tuner->from) * sizeof(float));
    backward_version(backward, tuner->version);
    memcpy(backward_input(backward), tuner_image(tuner, first),
        (size_t)n * tuner->image * sizeof(float));
    const float *z = backward_forward(backward, n);
    const float *t = tuner->teacher ? teach(tuner, backward, worker, n) : NULL;
    float *gradient = backward_logits_gradient(backward);
    for (int i = 0; i < n; i++, z += classes, gradient += classes) {
        const struct tuner_goal *goal = &tuner->goals[first + i];
        const float *teacher =
            goal->teacher || !t ? goal->teacher : t + (size_t)i * (size_t)classes;
        report->loss += image_loss(goal, z, teacher, classes, gradient, tuner->shares[worker]);
        report->labels += goal->cross_entropy != 0;
        report->correct +=
            goal->cross_entropy != 0 && reference_pass_argmax(z, classes) == goal->label;
        for (int k = 0; k < classes; k++)
            gradient[k] /= (float)tuner->n;
    }
    backward_propagate(backward, n, 0, tuner->gradients[index]);
}

/* Adds the parts up in order and steps; of several ranks the sum is there. */
static void step_range(void *context, int index, int worker)
{
    (void)worker;
    struct tuner *tuner = context;
    size_t first = tuner->from + (size_t)index * STEP_VALUES, count = tuner->to - first;
    count = count < STEP_VALUES ? count : STEP_VALUES;
    float *sum = NULL;
    for (int part = 0; part < PARTS; part++) {
        bool empty = backward_cut(tuner->n, PARTS, part) == backward_cut(tuner->n, PARTS, part + 1);
        bool adds = !empty && sum && cluster_ranks() == 1;
        for (size_t i = first; adds && i < first + count; i++)
            sum[i] += tuner->gradients[part][i];
        if (!empty && !sum)
            sum = tuner->gradients[part];
    }
    optimiser_step(tuner->optimiser, sum, first, count);
}

bool tuner_step(
    struct tuner *tuner, int n, double rate, struct tuner_report *report, struct error *err)
{
    struct tuner_report sum = {0};
    assert(n > 0 && n <= tuner->options.batch);
    if (!tuner->backwards[0])
        make_passes(tuner);
    tuner->n = n;
    tuner->version++;
    const struct cluster_share share = cluster_share(PARTS, 1);
    tuner->first_part = share.first;
    thread_pool_run(tuner->pool, share.n, run_part, tuner);
    const struct gradient_parts parts = {.n = PARTS,
        .images = n,
        .gradients = tuner->gradients,
        .from = tuner->from,
        .to = tuner->to,
        .reports = tuner->reports,
        .report_size = sizeof *tuner->reports};
    if (!gradient_parts_join(&parts, err))
        return false;
    for (int i = 0; i < PARTS; i++) {
        sum.loss += tuner->reports[i].loss / n;
        sum.correct += tuner->reports[i].correct;
        sum.labels += tuner->reports[i].labels;
    }
    if (report)
        *report = sum;
    if (!isfinite(sum.loss))
        return fail_as(
            err, ERROR_FAILED, "tuning diverged: the loss is not finite at rate %g", rate);
    optimiser_begin(tuner->optimiser, rate);
    int ranges = (int)((tuner->to - tuner->from + STEP_VALUES - 1) / STEP_VALUES);
    thread_pool_run(tuner->pool, ranges, step_range, tuner);
    return true;
}
