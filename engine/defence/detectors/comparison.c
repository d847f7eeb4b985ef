/* Runs several nets over each tile of images. Leans on the batched pass of B. */
#include "engine/defence/detectors/comparison.h"

#include "engine/base/memory.h"
#include "engine/defence/detectors/detectors.h"
#include "engine/defence/detectors/reading.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_A_NUMBER = UINT16_MAX };
/* Images that detectors learn from, evenly chosen where there are more; detectors, at most. */
enum { LESSON_MOST = 2000, DETECTORS_MOST = 32 };

/* A net, and each worker's memory for it. */
struct runner {
    const struct network *network;
    struct batched_plan *plan;
    struct batched_pass **passes; /* [workers] */
    float **logits;               /* [workers][BATCH_TILE][n_classes] */
};

struct comparison {
    int n_runners;               /* B first */
    struct runner *runners;      /* [n_runners] */
    struct batch_runner *runner; /* of B's plan; its loop alone is used */
    int workers;
    struct pixel_scaling scaling;
    struct reading *reading;
    struct comparison_lesson lesson; /* clean NULL: nothing was learnt */
    bool knows[DETECTORS_MOST];      /* detectors that can score */
    void *learnt[DETECTORS_MOST];
};

static void start_runner(
    struct runner *runner, const struct network *network, int workers, bool features)
{
    bool *keep = memory_array((size_t)network->n_layers, sizeof *keep);
    keep[reading_layer(network)] = features;
    runner->network = network;
    runner->plan = batched_plan_create(network, batched_get(), keep);
    free(keep);
    runner->passes = memory_array((size_t)workers, sizeof *runner->passes);
    runner->logits = memory_array((size_t)workers, sizeof *runner->logits);
    for (int w = 0; w < workers; w++) {
        runner->passes[w] = batched_pass_create(runner->plan);
        runner->logits[w] = memory_floats((size_t)BATCH_TILE * (size_t)network->n_classes);
    }
}

struct comparison *comparison_create(const struct network *b, int n,
    const struct network *const *repaired, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, const struct pixel_scaling *scaling)
{
    struct comparison *comparison = memory_array(1, sizeof *comparison);
    comparison->n_runners = n + 1;
    comparison->runners = memory_array((size_t)n + 1, sizeof *comparison->runners);
    comparison->workers = thread_pool_workers(pool);
    comparison->scaling = *scaling;
    for (int i = 0; i <= n; i++)
        start_runner(
            &comparison->runners[i], i == 0 ? b : repaired[i - 1], comparison->workers, i == 0);
    comparison->reading = reading_create(b, comparison->workers, scaling);
    for (int i = 0; detectors_at(i); i++)
        comparison->knows[i] = (detectors_at(i)->reads & ~(unsigned)READS_REPAIRED) == 0;
    comparison->runner = batch_runner_create(comparison->runners[0].plan, pool, hooks);
    return comparison;
}

void comparison_destroy(struct comparison *comparison)
{
    if (!comparison)
        return;
    batch_runner_destroy(comparison->runner);
    for (int i = 0; detectors_at(i); i++)
        if (comparison->learnt[i])
            detectors_at(i)->forget(comparison->learnt[i]);
    reading_destroy(comparison->reading);
    for (int i = 0; i < comparison->n_runners; i++) {
        struct runner *runner = &comparison->runners[i];
        for (int w = 0; w < comparison->workers; w++) {
            batched_pass_destroy(runner->passes[w]);
            free(runner->logits[w]);
        }
        free(runner->passes);
        free(runner->logits);
        batched_plan_destroy(runner->plan);
    }
    free(comparison->runners);
    free(comparison);
}

/* Which detector of the table makes a score; -1: there are not so many. */
static int index_of(const struct comparison *comparison, int score, int *net)
{
    const struct detector *detector;
    for (*net = -1; *net < comparison->n_runners - 1; ++*net)
        for (int i = 0; (detector = detectors_at(i)); i++) {
            bool compares = detector->reads & READS_REPAIRED;
            if (comparison->knows[i] && compares == (*net >= 0) && score-- == 0)
                return i;
        }
    return -1;
}

const struct detector *comparison_detector(const struct comparison *comparison, int score, int *net)
{
    return detectors_at(index_of(comparison, score, net));
}

int comparison_n_scores(const struct comparison *comparison)
{
    int n = 0, net;
    while (comparison_detector(comparison, n, &net))
        n++;
    return n;
}

/* What the workers share during a run. */
struct job {
    const struct comparison *comparison;
    const struct dataset *set;
    struct findings *findings;
};

/* Image `at` of those that are learnt from, of n in the set; -1: behind the last. */
static int lesson_image(int at, int n)
{
    return n <= LESSON_MOST ? at : (int)((int64_t)at * n / LESSON_MOST);
}

/* Which image of the lesson an image of this set is; -1: none. */
static int lesson_place(const struct job *job, int image)
{
    if (job->set != job->comparison->lesson.clean)
        return -1;
    int n = dataset_count(job->set), at = image;
    if (n <= LESSON_MOST)
        return at;
    at = (int)(((int64_t)image * LESSON_MOST + n - 1) / n);
    return at < LESSON_MOST && lesson_image(at, n) == image ? at : -1;
}

/* Logits of the lanes, image by image, and the classes they say. */
static void take_logits(
    const struct runner *runner, int worker, int count, uint16_t *predicted, float *logits)
{
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    struct batched_pass *pass = runner->passes[worker];
    const float *values = batched_pass_tensor(pass, runner->network->output);
    int n_classes = runner->network->n_classes, width = batched_plan_width(runner->plan);
    batched_pass_best(pass, runner->network->output, &best);
    for (int i = 0; i < count; i++) {
        predicted[i] = class[i] < 0 ? NOT_A_NUMBER : (uint16_t) class[i];
        for (int k = 0; k < n_classes; k++)
            logits[(size_t)i * (size_t)n_classes + (size_t)k] =
                values[(size_t)k * (size_t)width + (size_t)i];
    }
}

static void run_net(const struct job *job, int index, int first, int count, int worker)
{
    const struct runner *runner = &job->comparison->runners[index];
    int width = batched_plan_width(runner->plan), n_classes = runner->network->n_classes;
    uint16_t *predicted = index == 0 ? job->findings->b : job->findings->repaired[index - 1];
    for (int done = 0; done < count; done += width) {
        int some = count - done < width ? count - done : width, image[BATCH_TILE];
        for (int i = 0; i < some; i++)
            image[i] = first + done + i;
        dataset_feed_lanes(job->set, image, some, width, &job->comparison->scaling,
            batched_pass_tensor(runner->passes[worker], runner->network->input));
        batched_pass_run(runner->passes[worker], NULL);
        if (index == 0)
            reading_take(
                job->comparison->reading, runner->passes[worker], width, worker, some, done);
        take_logits(runner, worker, some, predicted + first + done,
            runner->logits[worker] + (size_t)done * (size_t)n_classes);
    }
}

/* The first class of the largest logit but the one that B predicts. */
static uint16_t runner_up(const float *logits, int n_classes, int predicted)
{
    int best = predicted;
    for (int k = 0; k < n_classes; k++)
        if (k != predicted && (best == predicted || logits[k] > logits[best]))
            best = k;
    return (uint16_t)best;
}

static bool reads_blends(const struct comparison *comparison)
{
    bool reads = false;
    for (int i = 0; detectors_at(i); i++)
        reads = reads || (comparison->knows[i] && detectors_at(i)->reads & READS_BLENDS);
    return reads;
}

/* Image number `i` of the tile that begins at `first`, by every detector. */
static void score_image(const struct job *job, int first, int i, int worker)
{
    const struct comparison *comparison = job->comparison;
    size_t at = (size_t)i * (size_t)comparison->runners[0].network->n_classes;
    struct detector_input input = {.n_classes = comparison->runners[0].network->n_classes,
        .b = comparison->runners[0].logits[worker] + at,
        .predicted = job->findings->b[first + i],
        .features = reading_of(comparison->reading, worker, i),
        .own = lesson_place(job, first + i)};
    bool clean = job->set == comparison->lesson.clean;
    if (reads_blends(comparison))
        input.n_blends = reading_blend(comparison->reading, comparison->runners[0].passes[worker],
            job->set, first + i, clean ? first + i : -1, worker, &input.blends);
    for (int s = 0, net, index; (index = index_of(comparison, s, &net)) >= 0; s++) {
        input.repaired = comparison->runners[net + 1].logits[worker] + at;
        input.learnt = comparison->learnt[index];
        job->findings->scores[s][first + i] = detectors_at(index)->score(&input);
    }
}

static void run_tile(void *context, int first, int count, int worker)
{
    const struct job *job = context;
    const struct comparison *comparison = job->comparison;
    size_t n_classes = (size_t)comparison->runners[0].network->n_classes;
    for (int i = 0; i < comparison->n_runners; i++)
        run_net(job, i, first, count, worker);
    for (int i = 0; i < count; i++)
        job->findings->runners_up[first + i] =
            runner_up(comparison->runners[0].logits[worker] + (size_t)i * n_classes, (int)n_classes,
                job->findings->b[first + i]);
    for (int i = 0; i < count; i++)
        score_image(job, first, i, worker);
}

static bool check_numbers(const struct comparison *comparison, const struct dataset *set,
    const struct findings *findings, struct error *err)
{
    for (int net = 0; net < comparison->n_runners; net++) {
        const uint16_t *predicted = net == 0 ? findings->b : findings->repaired[net - 1];
        for (int i = 0; i < findings->n; i++)
            if (predicted[i] == NOT_A_NUMBER)
                return fail(err, "%s: image %d: %s gives a value that is not finite",
                    dataset_name(set), i, net == 0 ? "the net" : "a repaired net");
    }
    return true;
}

static void start_findings(struct findings *findings, const struct comparison *comparison, int n)
{
    int nets = comparison->n_runners - 1, n_scores = comparison_n_scores(comparison);
    *findings = (struct findings){.n = n};
    findings->b = memory_array((size_t)n, sizeof *findings->b);
    findings->runners_up = memory_array((size_t)n, sizeof *findings->runners_up);
    findings->repaired = memory_array((size_t)nets, sizeof *findings->repaired);
    findings->scores = memory_array((size_t)n_scores, sizeof *findings->scores);
    for (int i = 0; i < nets; i++)
        findings->repaired[i] = memory_array((size_t)n, sizeof **findings->repaired);
    for (int i = 0; i < n_scores; i++)
        findings->scores[i] = memory_array((size_t)n, sizeof **findings->scores);
}

void findings_finish(struct findings *findings, const struct comparison *comparison)
{
    for (int i = 0; findings->repaired && i < comparison->n_runners - 1; i++)
        free(findings->repaired[i]);
    for (int i = 0; findings->scores && i < comparison_n_scores(comparison); i++)
        free(findings->scores[i]);
    free(findings->b);
    free(findings->runners_up);
    free(findings->repaired);
    free(findings->scores);
    *findings = (struct findings){0};
}

bool comparison_run(struct comparison *comparison, const struct dataset *set,
    struct findings *findings, struct error *err)
{
    start_findings(findings, comparison, dataset_count(set));
    struct job job = {comparison, set, findings};
    bool good =
        batch_runner_loop(comparison->runner, findings->n, BATCH_TILE, run_tile, &job, err) &&
        dataset_check(set, err) && check_numbers(comparison, set, findings, err);
    if (!good)
        findings_finish(findings, comparison);
    return good;
}

/* Lessons -------------------------------------------------------------------------------- */

/* Classes and features of the images that are learnt from. */
struct study {
    struct job job;
    uint16_t *predicted; /* [n] */
    float *features;     /* [n][n_features] */
};

static void study_tile(void *context, int first, int count, int worker)
{
    struct study *study = context;
    const struct comparison *comparison = study->job.comparison;
    const struct runner *runner = &comparison->runners[0];
    int width = batched_plan_width(runner->plan), n = dataset_count(study->job.set);
    size_t d = (size_t)reading_features(comparison->reading);
    for (int done = 0; done < count; done += width) {
        int some = count - done < width ? count - done : width, image[BATCH_TILE];
        for (int i = 0; i < some; i++)
            image[i] = lesson_image(first + done + i, n);
        dataset_feed_lanes(study->job.set, image, some, width, &comparison->scaling,
            batched_pass_tensor(runner->passes[worker], runner->network->input));
        batched_pass_run(runner->passes[worker], NULL);
        reading_take(comparison->reading, runner->passes[worker], width, worker, some, done);
        take_logits(runner, worker, some, study->predicted + first + done,
            runner->logits[worker] + (size_t)done * (size_t)runner->network->n_classes);
    }
    memcpy(study->features + (size_t)first * d, reading_of(comparison->reading, worker, 0),
        (size_t)count * d * sizeof *study->features);
}

/* False with err; else *features is the caller's. */
static bool read_features(struct comparison *comparison, const struct dataset *set, int n,
    uint16_t *predicted, float **features, struct error *err)
{
    size_t d = (size_t)reading_features(comparison->reading);
    struct study study = {{comparison, set, NULL}, predicted, memory_floats((size_t)n * d)};
    bool good = batch_runner_loop(comparison->runner, n, BATCH_TILE, study_tile, &study, err) &&
                dataset_check(set, err);
    for (int i = 0; i < n && good; i++)
        if (predicted[i] == NOT_A_NUMBER)
            good = fail(err, "%s: image %d: the net gives a value that is not finite",
                dataset_name(set), lesson_image(i, dataset_count(set)));
    *features = study.features;
    return good;
}

static void teach(struct comparison *comparison, const struct detector_lesson *lesson)
{
    const struct comparison_lesson *wanted = &comparison->lesson;
    const struct detector *detector;
    for (int i = 0; (detector = detectors_at(i)); i++) {
        bool knows = !wanted->only || strcmp(wanted->only, detector->name) == 0;
        knows = knows && (wanted->blends || !(detector->reads & READS_BLENDS));
        knows = knows && (lesson->triggered || !(detector->reads & READS_TRIGGER));
        if (knows && detector->learn)
            comparison->learnt[i] = detector->learn(lesson);
        comparison->knows[i] = knows && (comparison->learnt[i] || !detector->learn);
    }
}

bool comparison_learn(
    struct comparison *comparison, const struct comparison_lesson *wanted, struct error *err)
{
    int all = dataset_count(wanted->clean), n = all < LESSON_MOST ? all : LESSON_MOST;
    uint16_t *predicted = memory_array((size_t)n, sizeof *predicted);
    uint16_t *again = memory_array((size_t)n, sizeof *again);
    float *features = NULL, *triggered = NULL;
    comparison->lesson = *wanted;
    reading_fill_bank(
        comparison->reading, wanted->clean, batched_plan_width(comparison->runners[0].plan));
    bool good = read_features(comparison, wanted->clean, n, predicted, &features, err) &&
                (!wanted->triggered ||
                    read_features(comparison, wanted->triggered, n, again, &triggered, err));
    if (good)
        teach(comparison, &(struct detector_lesson){.n = n,
                              .n_classes = comparison->runners[0].network->n_classes,
                              .n_features = reading_features(comparison->reading),
                              .predicted = predicted,
                              .features = features,
                              .triggered = triggered});
    free(predicted);
    free(again);
    free(features);
    free(triggered);
    return good;
}
