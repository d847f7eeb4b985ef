/* The maximum-margin scan. Leans on the backward pass for the gradient of the input. */
#include "engine/defence/suspects/target_scan.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/cluster/cluster.h"
#include "engine/defence/suspects/outlier.h"
#include "engine/train/adam.h"
#include "engine/train/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, BLOCKS_AT_ONCE = 8 }; /* inputs of one pass; passes between two reports */

/* One stage: n ascents, each of one class from one start. */
struct ascent {
    int class, start;
    double margin;
};
struct stage {
    const struct network *network;
    const struct target_scan_options *options;
    const struct target_scan_hooks *hooks;
    struct backward **backwards; /* [workers] */
    float **moments;             /* [workers] of Adam: the first ones of the values, the second */
    struct ascent *ascents;
    int n, steps, first_block;
};

struct target_scan_options target_scan_defaults(float low, float high)
{
    return (struct target_scan_options){.low = low,
        .high = high,
        .first_steps = 10,
        .steps = 30,
        .starts = 2,
        .stay = 96,
        .rate = 0.1,
        .seed = 1};
}

static size_t input_size(const struct network *network)
{
    return shape_count(&network->layers[network->input].shape);
}

static bool stopped(const struct target_scan_hooks *hooks)
{
    return hooks && hooks->stop && atomic_load(hooks->stop);
}

/* The margin of `class`, and its gradient: 1 at the class, -1 at the best of the others. */
static double margin(const float *logits, int n_classes, int class, float *gradient)
{
    int other = class == 0 ? 1 : 0;
    for (int k = 0; k < n_classes; k++)
        if (k != class && logits[k] > logits[other])
            other = k;
    gradient[class] = 1;
    gradient[other] = -1;
    return (double)logits[class] - (double)logits[other];
}

static void random_inputs(const struct stage *stage, const struct ascent *ascents, int n, float *x)
{
    const struct target_scan_options *options = stage->options;
    size_t size = input_size(stage->network);
    for (int i = 0; i < n; i++) {
        struct random random;
        uint64_t stream = (uint64_t)ascents[i].start << 32 | (uint64_t)ascents[i].class;
        random_init(&random, options->seed, stream);
        for (size_t k = 0; k < size; k++)
            *x++ = (float)random_range(&random, (double)options->low, (double)options->high);
    }
}

/* A step of Adam upwards, then back into the range. moments[2][count]. */
static void climb(const struct target_scan_options *options, int step, const float *gradient,
    size_t count, float *restrict moments, float *restrict x)
{
    float low = options->low, high = options->high, *restrict second = moments + count;
    double rate = options->rate * (double)(high - low);
    const struct adam adam = adam_at(rate, 0.9, 0.999, 1e-8, step);
    for (size_t i = 0; i < count; i++) {
        float to = x[i] + adam_move(&adam, gradient[i], &moments[i], &second[i]);
        to = to < low ? low : to;
        x[i] = to > high ? high : to;
    }
}

static void climb_block(void *context, int index, int worker)
{
    struct stage *stage = context;
    const struct network *network = stage->network;
    int first = (stage->first_block + index) * BLOCK;
    int n = stage->n - first < BLOCK ? stage->n - first : BLOCK;
    struct ascent *ascents = stage->ascents + first;
    struct backward *backward = stage->backwards[worker];
    size_t count = (size_t)n * input_size(network);
    float *x = backward_input(backward), *moments = stage->moments[worker];
    memset(moments, 0, 2 * count * sizeof *moments);
    random_inputs(stage, ascents, n, x);
    for (int step = 1; step <= stage->steps && !stopped(stage->hooks); step++) {
        const float *logits = backward_forward(backward, n);
        float *gradient = backward_logits_gradient(backward);
        for (int i = 0; i < n; i++) {
            size_t at = (size_t)i * (size_t)network->n_classes;
            double now = margin(logits + at, network->n_classes, ascents[i].class, gradient + at);
            if (step == 1 || !(now <= ascents[i].margin))
                ascents[i].margin = now;
        }
        backward_propagate(backward, n, 0, NULL);
        climb(stage->options, step, backward_gradient(backward, network->input), count, moments, x);
    }
}

static bool run_stage(
    struct stage *stage, struct thread_pool *pool, int done, int total, struct error *err)
{
    const struct cluster_share share = cluster_share(stage->n, BLOCK);
    int first = share.first / BLOCK, blocks = first + (share.n + BLOCK - 1) / BLOCK;
    for (int at = first; at < blocks; at += BLOCKS_AT_ONCE) {
        stage->first_block = at;
        int some = blocks - at < BLOCKS_AT_ONCE ? blocks - at : BLOCKS_AT_ONCE;
        thread_pool_run(pool, some, climb_block, stage);
        if (stopped(stage->hooks))
            return fail_as(err, ERROR_CANCELLED, "the scan was cancelled");
        if (stage->hooks && stage->hooks->progress)
            stage->hooks->progress(stage->hooks->context,
                done + (at + some == blocks ? stage->n : (at + some) * BLOCK) * stage->steps,
                total);
    }
    if (!cluster_collect(stage->ascents, sizeof *stage->ascents, stage->n, BLOCK, err))
        return false;
    for (int i = 0; i < stage->n; i++)
        if (!isfinite(stage->ascents[i].margin))
            return fail(err, "class %d: its margin is not finite for inputs between %g and %g",
                stage->ascents[i].class, (double)stage->options->low, (double)stage->options->high);
    return true;
}

static int larger_margin_first(const void *a, const void *b)
{
    const struct ascent *one = a, *two = b;
    if (one->margin != two->margin)
        return one->margin < two->margin ? 1 : -1;
    return one->class - two->class;
}

/* Classes of the last stage: the best of the first, and a random sample of all. A class may be in
 * both. Marks the first ones in stays[n_classes], those of the sample in sample. */
static void choose_classes(const struct target_scan_options *options, struct ascent *ascents,
    int n_classes, bool *stays, bool *sample)
{
    qsort(ascents, (size_t)n_classes, sizeof *ascents, larger_margin_first);
    for (int i = 0; i < n_classes && i < options->stay; i++)
        stays[ascents[i].class] = true;
    bool all = options->stay + options->stay / 2 >= n_classes;
    struct random random;
    random_init(&random, options->seed, UINT64_MAX);
    for (int left = options->stay / 2; !all && left > 0;) {
        bool *at = &sample[random_below(&random, (uint32_t)n_classes)];
        left -= !*at;
        *at = true;
    }
    for (int class = 0; all && class < n_classes; class ++)
        stays[class] = sample[class] = true;
}

/* The best start of each class: found[class], in the order of classes. */
static void take_margins(const struct stage *stage, struct target_scan_class *found)
{
    for (int i = 0; i < stage->n; i++) {
        const struct ascent *ascent = &stage->ascents[i];
        struct target_scan_class *class = &found[ascent->class];
        if (ascent->start == 0 || ascent->margin > class->margin)
            class->margin = ascent->margin;
    }
}

static void score(struct target_scan_class *found, int n_classes, const bool *chosen)
{
    double *margins = memory_array((size_t)n_classes, sizeof *margins);
    int n = 0;
    for (int class = 0; class < n_classes; class ++)
        if (chosen[class])
            margins[n++] = found[class].margin;
    struct outlier_scale scale = outlier_scale_of(margins, n);
    for (int class = 0; class < n_classes; class ++)
        found[class].outlier = outlier_score(&scale, found[class].margin);
    free(margins);
}

static int stayed_first(const void *a, const void *b)
{
    const struct target_scan_class *one = a, *two = b;
    if (one->stayed != two->stayed)
        return one->stayed ? -1 : 1;
    if (one->outlier != two->outlier)
        return one->outlier < two->outlier ? 1 : -1;
    return one->class - two->class;
}

/* Every class for the first steps; margins and scores in found[class]. */
static bool scan_all(struct stage *stage, struct thread_pool *pool, struct target_scan_class *found,
    int total, struct error *err)
{
    int n_classes = stage->network->n_classes;
    bool *all = memory_array((size_t)n_classes, sizeof *all);
    stage->n = n_classes;
    stage->steps = stage->options->first_steps;
    for (int class = 0; class < n_classes; class ++) {
        stage->ascents[class] = (struct ascent){.class = class};
        found[class] = (struct target_scan_class){.class = class};
        all[class] = true;
    }
    bool good = run_stage(stage, pool, 0, total, err);
    if (good) {
        take_margins(stage, found);
        score(found, n_classes, all);
    }
    free(all);
    return good;
}

/* The chosen classes to the end, from every start. */
static bool scan_chosen(struct stage *stage, struct thread_pool *pool,
    struct target_scan_class *found, int total, struct error *err)
{
    int n_classes = stage->network->n_classes, done = n_classes * stage->steps;
    bool *stays = memory_array((size_t)n_classes, sizeof *stays);
    bool *sample = memory_array((size_t)n_classes, sizeof *sample);
    choose_classes(stage->options, stage->ascents, n_classes, stays, sample);
    stage->n = 0;
    stage->steps = stage->options->steps;
    for (int class = 0; class < n_classes; class ++)
        for (int start = 0; (stays[class] || sample[class]) && start < stage->options->starts;
             start++)
            stage->ascents[stage->n++] = (struct ascent){.class = class, .start = start};
    bool good = run_stage(stage, pool, done, total, err);
    if (good) {
        double *early = memory_array((size_t)n_classes, sizeof *early);
        for (int class = 0; class < n_classes; class ++) {
            early[class] = found[class].outlier;
            found[class].stayed = stays[class] || sample[class];
        }
        take_margins(stage, found);
        score(found, n_classes, sample);
        for (int class = 0; class < n_classes; class ++)
            if (!found[class].stayed)
                found[class].outlier = early[class];
        free(early);
    }
    free(stays);
    free(sample);
    return good;
}

static void make_passes(struct stage *stage, int workers, bool *frozen)
{
    const struct network *network = stage->network;
    struct backward_options options = {.input = true, .frozen = frozen, .steady = true};
    for (int i = 0; i < network->n_layers; i++)
        frozen[i] = true;
    stage->backwards = memory_array((size_t)workers, sizeof *stage->backwards);
    stage->moments = memory_array((size_t)workers, sizeof *stage->moments);
    for (int i = 0; i < workers; i++) {
        stage->backwards[i] = backward_create(network, BLOCK, &options);
        stage->moments[i] = memory_floats(2 * BLOCK * input_size(network));
    }
}

static void free_passes(struct stage *stage, int workers)
{
    for (int i = 0; i < workers; i++) {
        backward_destroy(stage->backwards[i]);
        free(stage->moments[i]);
    }
    free(stage->backwards);
    free(stage->moments);
}

bool target_scan(const struct network *network, struct thread_pool *pool,
    const struct target_scan_options *options, const struct target_scan_hooks *hooks,
    struct target_scan_class *found, struct error *err)
{
    int n_classes = network->n_classes, workers = thread_pool_workers(pool);
    int chosen = options->stay + options->stay / 2;
    chosen = chosen < n_classes ? chosen : n_classes;
    int total = n_classes * options->first_steps + chosen * options->starts * options->steps;
    bool *frozen = memory_array((size_t)network->n_layers, sizeof *frozen);
    struct stage stage = {.network = network, .options = options, .hooks = hooks};
    size_t most = (size_t)(chosen * options->starts);
    most = most > (size_t)n_classes ? most : (size_t)n_classes;
    stage.ascents = memory_array(most, sizeof *stage.ascents);
    make_passes(&stage, workers, frozen);
    bool good =
        scan_all(&stage, pool, found, total, err) && scan_chosen(&stage, pool, found, total, err);
    if (good)
        qsort(found, (size_t)n_classes, sizeof *found, stayed_first);
    free_passes(&stage, workers);
    free(stage.ascents);
    free(frozen);
    return good;
}
