/* Epochs and batches: each part of a batch runs backward on a worker, gradients add up in order. */
#include "engine/train/train.h"

#include "engine/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 8, STEP_VALUES = 1 << 14 };

struct trainer {
    struct network *network;
    struct thread_pool *pool;
    struct train_options options;
    struct optimiser *optimiser;
    bool *frozen;                /* [n_layers] */
    struct backward **backwards; /* [workers] */
    float **scratch;             /* [workers] one image */
    float *gradients[PARTS];
    size_t size; /* of a gradient */
    int version; /* batches so far */
};

/* One batch, as its parts see it. */
struct batch {
    struct trainer *trainer;
    struct dataset *const *sets;
    const int *order; /* of this batch's images, counted through all sets */
    int n, epoch;
    struct backward_result results[PARTS];
};

struct train_options train_defaults(void)
{
    return (struct train_options){.epochs = 10,
        .batch = 64,
        .seed = 1,
        .rate = 1e-3,
        .rate_end = 0.02,
        .scale = 1.0 / 255,
        .optimiser = optimiser_adam()};
}

struct trainer *train_create(
    struct network *network, struct thread_pool *pool, const struct train_options *options)
{
    struct trainer *trainer = memory_array(1, sizeof *trainer);
    assert(options->batch > 0);
    trainer->network = network;
    trainer->pool = pool;
    trainer->options = *options;
    trainer->optimiser = optimiser_create(network, &options->optimiser);
    trainer->frozen = memory_array((size_t)network->n_layers, sizeof *trainer->frozen);
    trainer->backwards =
        memory_array((size_t)thread_pool_workers(pool), sizeof *trainer->backwards);
    trainer->scratch = memory_array((size_t)thread_pool_workers(pool), sizeof *trainer->scratch);
    trainer->size = gradient_size(network);
    for (int i = 0; i < PARTS; i++)
        trainer->gradients[i] = gradient_create(network);
    return trainer;
}

static void release_passes(struct trainer *trainer)
{
    for (int i = 0; i < thread_pool_workers(trainer->pool); i++) {
        backward_destroy(trainer->backwards[i]);
        free(trainer->scratch[i]);
        trainer->backwards[i] = NULL;
        trainer->scratch[i] = NULL;
    }
}

void train_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    release_passes(trainer);
    for (int i = 0; i < PARTS; i++)
        free(trainer->gradients[i]);
    optimiser_destroy(trainer->optimiser);
    free(trainer->backwards);
    free(trainer->scratch);
    free(trainer->frozen);
    free(trainer);
}

struct optimiser *train_optimiser(struct trainer *trainer)
{
    return trainer->optimiser;
}

/* The passes know which layers are frozen, so they are made when a run begins. */
static void make_passes(struct trainer *trainer)
{
    const struct network *network = trainer->network;
    size_t image = shape_count(&network->layers[network->input].shape);
    struct backward_options options = {
        .frozen = trainer->frozen, .penalty = trainer->options.penalty, .steady = true};
    optimiser_frozen(trainer->optimiser, trainer->frozen);
    for (int i = 0; i < thread_pool_workers(trainer->pool); i++) {
        trainer->backwards[i] =
            backward_create(network, backward_part(trainer->options.batch, PARTS), &options);
        trainer->scratch[i] = memory_floats(image);
    }
}

/* Image `index` of all sets together into out[shape]; returns its label. */
static int32_t load(const struct batch *batch, int index, int worker, float *out)
{
    const struct trainer *trainer = batch->trainer;
    const struct train_options *options = &trainer->options;
    uint64_t stream = (uint64_t)batch->epoch << 32 | (uint64_t)index;
    struct dataset *const *set = batch->sets;
    for (; index >= dataset_count(*set); set++)
        index -= dataset_count(*set);
    const struct shape *shape = dataset_shape(*set);
    dataset_fill(*set, index, 1, 1, out);
    struct random random;
    random_init(&random, options->seed, stream);
    augment_image(&options->augment, &random, shape, out, trainer->scratch[worker]);
    for (size_t i = 0; i < shape_count(shape); i++)
        out[i] *= (float)options->scale;
    return dataset_labels(*set)[index];
}

static void run_part(void *context, int part, int worker)
{
    struct batch *batch = context;
    struct trainer *trainer = batch->trainer;
    struct backward *backward = trainer->backwards[worker];
    int first = backward_cut(batch->n, PARTS, part), last = backward_cut(batch->n, PARTS, part + 1);
    batch->results[part] = (struct backward_result){0};
    if (first >= last)
        return;
    const struct network *network = trainer->network;
    backward_version(backward, trainer->version);
    size_t image = shape_count(&network->layers[network->input].shape);
    float *input = backward_input(backward);
    int32_t *labels = memory_array((size_t)(last - first), sizeof *labels);
    for (int i = first; i < last; i++)
        labels[i - first] =
            load(batch, batch->order[i], worker, input + (size_t)(i - first) * image);
    batch->results[part] =
        backward_run(backward, last - first, labels, 1 / (float)batch->n, trainer->gradients[part]);
    free(labels);
}

/* Adds the parts up in order, steps, and clears them for the next batch. */
static void step_range(void *context, int index, int worker)
{
    (void)worker;
    struct trainer *trainer = context;
    size_t first = (size_t)index * STEP_VALUES, count = trainer->size - first;
    count = count < STEP_VALUES ? count : STEP_VALUES;
    float *sum = trainer->gradients[0];
    for (int part = 1; part < PARTS; part++)
        for (size_t i = first; i < first + count; i++)
            sum[i] += trainer->gradients[part][i];
    optimiser_step(trainer->optimiser, sum, first, count);
    for (int part = 0; part < PARTS; part++)
        memset(trainer->gradients[part] + first, 0, count * sizeof *sum);
}

static void learn(struct batch *batch, double rate, struct train_report *report)
{
    struct trainer *trainer = batch->trainer;
    trainer->version++;
    thread_pool_run(trainer->pool, PARTS, run_part, batch);
    for (int part = 0; part < PARTS; part++) {
        report->loss += batch->results[part].loss;
        report->accuracy += batch->results[part].correct;
    }
    optimiser_begin(trainer->optimiser, rate);
    int ranges = (int)((trainer->size + STEP_VALUES - 1) / STEP_VALUES);
    thread_pool_run(trainer->pool, ranges, step_range, trainer);
}

static void shuffle(int *order, int n, uint64_t seed, int epoch)
{
    struct random random;
    random_init(&random, seed, UINT64_C(1) << 62 | (uint64_t)epoch);
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)random_below(&random, (uint32_t)i + 1), held = order[i];
        order[i] = order[k];
        order[k] = held;
    }
}

static bool tell(
    const struct train_report *sums, const struct train_hooks *hooks, struct error *err)
{
    struct train_report report = *sums;
    report.loss /= report.done;
    report.accuracy /= report.done;
    if (!isfinite(report.loss))
        return fail_as(err, ERROR_FAILED, "training diverged in epoch %d", report.epoch);
    if (hooks && hooks->progress && !hooks->progress(hooks->context, &report))
        return fail_as(err, ERROR_CANCELLED, "training cancelled in epoch %d", report.epoch);
    return true;
}

static bool run_epoch(
    struct batch *batch, int *order, int total, const struct train_hooks *hooks, struct error *err)
{
    const struct train_options *options = &batch->trainer->options;
    int per_epoch = (total + options->batch - 1) / options->batch;
    struct train_report report = {
        .epoch = batch->epoch + 1, .epochs = options->epochs, .total = total};
    shuffle(order, total, options->seed, batch->epoch);
    for (int at = 0; at < per_epoch; at++) {
        batch->order = order + report.done;
        batch->n = total - report.done < options->batch ? total - report.done : options->batch;
        double rate = optimiser_rate(options->rate, options->rate_end,
            batch->epoch * per_epoch + at, options->warm, options->epochs * per_epoch);
        learn(batch, rate, &report);
        report.done += batch->n;
        if (!tell(&report, hooks, err))
            return false;
    }
    return true;
}

bool train_run(struct trainer *trainer, struct dataset *const *sets, int n_sets,
    const struct train_hooks *hooks, struct error *err)
{
    int total = 0;
    for (int i = 0; i < n_sets; i++)
        total += dataset_count(sets[i]);
    int *order = memory_array((size_t)total, sizeof *order);
    struct batch batch = {.trainer = trainer, .sets = sets};
    bool ok = true;
    make_passes(trainer);
    for (; ok && batch.epoch < trainer->options.epochs; batch.epoch++)
        ok = run_epoch(&batch, order, total, hooks, err);
    release_passes(trainer);
    free(order);
    return ok;
}
