/* Nets of known shapes, beside other engines (peers/nets). Usage: nets_bench FOLDER NET SECONDS
 * THREADS [LAYER]. Opens FOLDER/NET.h5 and images, runs them forward, and prunes channels of LAYER
 * one after the other. Prints one line of JSON; writes the logits to NET_ours.f32. With "layers" in
 * place of THREADS, prints where the time of a pass goes, on one thread. */
#include "engine/base/memory.h"
#include "engine/io/nets/model.h"
#include "engine/prune/ranking/batch_runner.h"

#include "tests/bench/figures.h"
#include "tests/bench/lab.h"
#include "tests/bench/nets_layers.h"
#include "tests/bench/trip.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds on the clock, and of the processor, of all threads. */
struct spent {
    double clock, processor;
};

static struct spent now(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (struct spent){clock_seconds(), (double)used.tv_sec + (double)used.tv_nsec * 1e-9};
}

static void print_rate(const char *name, double clock, double processor)
{
    printf("\"%s\": [%.6g, %.6g], ", name, clock, processor);
}

struct forward_run {
    const struct network *network;
    const struct dataset *set;
    float *logits;    /* [images][classes]; NULL: not asked for */
    int32_t *classes; /* [images] */
};

static void load(void *context, const struct batch *batch)
{
    const struct forward_run *run = context;
    int index[BATCH_TILE];
    for (int i = 0; i < batch->count; i++)
        index[i] = batch->first + i;
    dataset_fill_lanes(run->set, index, batch->count, batch->width, 1 / 255.0F,
        batched_pass_tensor(batch->pass, run->network->input));
}

static void take_classes(const struct forward_run *run, const struct batch *batch)
{
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    batched_pass_best(batch->pass, run->network->output, &best);
    for (int i = 0; i < batch->count; i++)
        run->classes[batch->first + i] = class[i];
}

static void visit(void *context, const struct batch *batch)
{
    const struct forward_run *run = context;
    const float *from = batched_pass_tensor(batch->pass, run->network->output);
    size_t classes = (size_t)run->network->n_classes, width = (size_t)batch->width;
    take_classes(run, batch);
    for (size_t i = 0; i < (size_t)batch->count && run->logits; i++)
        for (size_t k = 0; k < classes; k++)
            run->logits[((size_t)batch->first + i) * classes + k] = from[k * width + i];
}

static bool write_logits(const char *path, const float *logits, size_t n, struct error *err)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(logits, sizeof *logits, n, file) == n;
    good = file && fclose(file) == 0 && good;
    return good || fail(err, "%s: cannot be written", path);
}

static bool measure_forward(const struct network *network, const struct dataset *set,
    const char *path, double seconds, int threads, struct error *err)
{
    static const struct batch_runner_hooks none;
    size_t n = (size_t)dataset_count(set);
    struct thread_pool *pool = thread_pool_create(threads);
    struct batched_plan *plan = batched_plan_create(network, batched_get(), NULL);
    struct batch_runner *runner = batch_runner_create(plan, pool, &none);
    float *logits = memory_floats(n * (size_t)network->n_classes);
    struct forward_run run = {network, set, logits, memory_array(n, sizeof *run.classes)};
    const struct batch_run batches = {.n = (int)n, .load = load, .visit = visit, .context = &run};
    struct spent best = {1e9, 1e9}, start = now();
    bool good = batch_runner_run(runner, &batches, err); /* warms up */
    run.logits = NULL;
    while (good && (best.clock == 1e9 || now().clock - start.clock < seconds)) {
        struct spent before = now();
        good = batch_runner_run(runner, &batches, err);
        struct spent after = now();
        best.clock = fmin(best.clock, after.clock - before.clock);
        best.processor = fmin(best.processor, after.processor - before.processor);
    }
    print_rate("forward", (double)n / best.clock, (double)n / best.processor);
    good = good && write_logits(path, logits, n * (size_t)network->n_classes, err);
    batch_runner_destroy(runner);
    batched_plan_destroy(plan);
    thread_pool_destroy(pool);
    free(run.classes);
    free(logits);
    return good;
}

/* Rounds that prune one more channel of a layer. */
static bool measure_rounds(const struct options *options, double seconds, struct error *err)
{
    struct trip trip;
    struct spent before = now(), after;
    bool good = trip_open(&trip, options);
    const struct snapshot *snapshot = session_snapshot(trip.session);
    int left = good ? snapshot->n_channels : 0, n = 0;
    snapshot_unref(snapshot);
    after = now();
    print_rate("first", after.clock - before.clock, after.processor - before.processor);
    for (before = now(); n < left && good && after.clock - before.clock < seconds; n++) {
        good = trip_command(&trip, COMMAND_STEP, 1) >= 0;
        after = now();
    }
    if (!good)
        *err = trip.err;
    else if (n > 0)
        print_rate(
            "round", (after.clock - before.clock) / n, (after.processor - before.processor) / n);
    trip_close(&trip);
    return good;
}

static bool measure(char **words, const char *layer, struct error *err)
{
    const char *folder = words[0], *net = words[1];
    char *path = memory_format("%s/%s.h5", folder, net);
    char *images = memory_format("%s/%s_images.h5", folder, net);
    char *logits = memory_format("%s/%s_ours.f32", folder, net);
    struct spent before = now();
    struct model *model = model_open(path, NULL, err);
    struct spent after = now();
    struct dataset *set = model ? lab_read(images, model->network, 0, err) : NULL;
    struct options options = OPTIONS_DEFAULT;
    printf("{\"name\": \"secateur\", \"version\": \"%s\", ", batched_get()->name);
    print_rate("open", after.clock - before.clock, after.processor - before.processor);
    options.model = path;
    options.clean = images;
    options.layer = layer;
    options.scale = 1 / 255.0;
    options.threads = atoi(words[3]);
    options.memory = (size_t)4 << 30;
    bool good =
        set && measure_forward(model->network, set, logits, atof(words[2]), options.threads, err);
    good = good && (!layer || measure_rounds(&options, atof(words[2]), err));
    printf("\"load\": 0}\n");
    dataset_unref(set);
    model_destroy(model);
    free(path);
    free(images);
    free(logits);
    return good;
}

static bool profile(char **words, struct error *err)
{
    char *path = memory_format("%s/%s.h5", words[0], words[1]);
    char *images = memory_format("%s/%s_images.h5", words[0], words[1]);
    struct model *model = model_open(path, NULL, err);
    struct dataset *set = model ? lab_read(images, model->network, 0, err) : NULL;
    if (set)
        nets_layers(model->network, set, atof(words[2]));
    bool good = set;
    dataset_unref(set);
    model_destroy(model);
    free(path);
    free(images);
    return good;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: nets_bench FOLDER NET SECONDS THREADS [LAYER]\n");
        return 2;
    }
    bool good = strcmp(argv[4], "layers") == 0
                    ? profile(argv + 1, &err)
                    : measure(argv + 1, argc == 6 ? argv[5] : NULL, &err);
    if (good)
        return 0;
    fprintf(stderr, "nets_bench: %s\n", err.text);
    return 1;
}
