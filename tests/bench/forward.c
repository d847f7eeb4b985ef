/* Passes of the whole net over images in memory, by reference and batched kernels. */
#include "tests/bench/forward.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/ranking/batch_runner.h"

#include "tests/bench/figures.h"
#include "tests/bench/parts.h"
#include "tests/bench/peak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double forward_work(const struct layer *layer)
{
    double places = (double)shape_count(&layer->shape) / shape_channels(&layer->shape);
    return layer->n_weights ? 2 * places * (double)layer->weights[0].count : 0;
}

double forward_all_work(const struct network *network)
{
    double work = 0;
    for (int i = 0; i < network->n_layers; i++)
        work += forward_work(&network->layers[i]);
    return work;
}

struct plain_run {
    const struct network *network;
    const struct dataset *set;
    float scale;
    struct reference_pass **passes; /* [workers] */
    uint16_t *predicted;
};

static void run_batch(void *context, int index, int worker)
{
    const struct plain_run *run = context;
    struct reference_pass *pass = run->passes[worker];
    int first = index * FORWARD_BATCH, n = dataset_count(run->set) - first;
    n = n < FORWARD_BATCH ? n : FORWARD_BATCH;
    dataset_fill(run->set, first, n, run->scale, reference_pass_tensor(pass, run->network->input));
    reference_pass_forward(pass, n, NULL);
    const float *logits = reference_pass_tensor(pass, run->network->output);
    for (int i = 0; i < n; i++) {
        int class = reference_pass_argmax(
            logits + (size_t)i * (size_t)run->network->n_classes, run->network->n_classes);
        if (run->predicted)
            run->predicted[first + i] = (uint16_t) class;
    }
}

double forward_plain(const struct network *network, const struct dataset *set, double scale,
    struct thread_pool *pool, uint16_t *predicted)
{
    int workers = thread_pool_workers(pool), n = dataset_count(set);
    struct plain_run run = {network, set, (float)scale, NULL, predicted};
    run.passes = memory_array((size_t)workers, sizeof *run.passes);
    for (int w = 0; w < workers; w++)
        run.passes[w] = reference_pass_create(network, FORWARD_BATCH);
    double start = clock_seconds();
    thread_pool_run(pool, (n + FORWARD_BATCH - 1) / FORWARD_BATCH, run_batch, &run);
    double seconds = clock_seconds() - start;
    for (int w = 0; w < workers; w++)
        reference_pass_destroy(run.passes[w]);
    free(run.passes);
    return n / seconds;
}

struct lanes_run {
    const struct network *network;
    const struct dataset *set;
    float scale;
    uint16_t *predicted;
};

static void load(void *context, const struct batch *batch)
{
    const struct lanes_run *run = context;
    int index[BATCH_TILE];
    for (int i = 0; i < batch->count; i++)
        index[i] = batch->first + i;
    dataset_fill_lanes(run->set, index, batch->count, batch->width, run->scale,
        batched_pass_tensor(batch->pass, run->network->input));
}

static void visit(void *context, const struct batch *batch)
{
    const struct lanes_run *run = context;
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    batched_pass_best(batch->pass, run->network->output, &best);
    for (int i = 0; i < batch->count && run->predicted; i++)
        run->predicted[batch->first + i] = (uint16_t) class[i];
}

double forward_lanes(const struct network *network, const struct batched_kernels *batched,
    const struct dataset *set, double scale, struct thread_pool *pool, uint16_t *predicted)
{
    static const struct batch_runner_hooks none;
    struct batched_plan *plan = batched_plan_create(network, batched, NULL);
    struct batch_runner *runner = batch_runner_create(plan, pool, &none);
    struct lanes_run run = {network, set, (float)scale, predicted};
    const struct batch_run batches = {
        .n = dataset_count(set), .load = load, .visit = visit, .context = &run};
    struct error err;
    double start = clock_seconds();
    batch_runner_run(runner, &batches, &err);
    double seconds = clock_seconds() - start;
    batch_runner_destroy(runner);
    batched_plan_destroy(plan);
    return dataset_count(set) / seconds;
}

/* One way of running. */
struct way {
    char name[32];
    double multiply; /* the peak of its instructions */
    struct figures rates;
    int differ; /* predictions, from those of the plain way */
};
enum { WAYS_MAX = 4 };

static void print_way(
    const struct network *network, const struct way *way, const struct peak *peak, double plain)
{
    double rate = figures_at(&way->rates, 0.5), speed = rate * forward_all_work(network) / 1e9;
    printf("  %-16s %8.0f (%.0f … %.0f) %8.1f %9.0f %% %8.0f %% %8.2f x %7d\n", way->name, rate,
        figures_at(&way->rates, 0), figures_at(&way->rates, 1), speed, 100 * speed / way->multiply,
        100 * speed / peak->sgemm, rate / plain, way->differ);
}

/* What all ways run on. */
struct ground {
    const struct network *network;
    const struct dataset *set;
    double scale;
    struct thread_pool *pool;
    double seconds;  /* for each way */
    uint16_t *plain; /* what the plain way predicts */
};

static void measure_plain(const struct ground *ground, struct way *way)
{
    double end = clock_seconds() + ground->seconds;
    snprintf(way->name, sizeof way->name, "plain (BLAS)");
    while (way->rates.n < 3 || clock_seconds() < end)
        figures_add(&way->rates, forward_plain(ground->network, ground->set, ground->scale,
                                     ground->pool, ground->plain));
}

static void measure_lanes(
    const struct ground *ground, const struct batched_kernels *batched, struct way *way)
{
    int n = dataset_count(ground->set);
    uint16_t *predicted = memory_array((size_t)n, sizeof *predicted);
    double end = clock_seconds() + ground->seconds;
    snprintf(way->name, sizeof way->name, "lanes %s", batched->name);
    way->multiply = peak_multiply(ground->pool, batched);
    while (way->rates.n < 3 || clock_seconds() < end)
        figures_add(&way->rates, forward_lanes(ground->network, batched, ground->set, ground->scale,
                                     ground->pool, predicted));
    way->multiply = fmax(way->multiply, peak_multiply(ground->pool, batched));
    for (int i = 0; i < n; i++)
        way->differ += predicted[i] != ground->plain[i];
    free(predicted);
}

static void measure_ways(const struct ground *ground)
{
    const struct batched_kernels *batched;
    struct peak peak = {0};
    struct way *ways = memory_array(WAYS_MAX, sizeof *ways);
    int n = 1;
    peak_measure(&peak, ground->pool, batched_at(0));
    measure_plain(ground, &ways[0]);
    for (; n < WAYS_MAX && (batched = batched_at(n - 1)); n++)
        measure_lanes(ground, batched, &ways[n]);
    peak_measure(&peak, ground->pool, batched_at(0));
    ways[0].multiply = peak.multiply;
    peak_print(&peak, thread_pool_workers(ground->pool));
    printf("  %-16s %-24s %10s %10s %10s %10s %7s\n", "way", "images/s (min … max)", "GFLOP/s",
        "of FMA", "of sgemm", "plain way", "differ");
    for (int i = 0; i < n; i++)
        print_way(ground->network, &ways[i], &peak, figures_at(&ways[0].rates, 0.5));
    free(ways);
}

bool forward_whole(const struct lab *lab, double seconds, struct error *err)
{
    enum { IMAGES = 2048 };
    struct model *model = lab_model(lab, err);
    struct dataset *set = model ? lab_images_in_memory(lab, model->network, IMAGES, err) : NULL;
    if (set) {
        struct ground ground = {model->network, set, lab->scale, NULL, seconds / 2 / WAYS_MAX,
            memory_array(IMAGES, sizeof *ground.plain)};
        figures_heading("forward, %s: %d images from bytes to arg-max, %.1f MFLOP each", lab->what,
            IMAGES, forward_all_work(model->network) / 1e6);
        for (int workers = 1; workers >= 0; workers--) {
            ground.pool = thread_pool_create(workers);
            measure_ways(&ground);
            thread_pool_destroy(ground.pool);
        }
        free(ground.plain);
    }
    dataset_unref(set);
    model_destroy(model);
    return set != NULL;
}
