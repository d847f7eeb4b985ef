/* Runs several nets over each tile of images. Leans on the batched pass of B. */
#include "engine/defence/detectors/comparison.h"

#include "engine/base/memory.h"
#include "engine/defence/detectors/detectors.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_A_NUMBER = UINT16_MAX };

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
};

static void start_runner(struct runner *runner, const struct network *network, int workers)
{
    runner->network = network;
    runner->plan = batched_plan_create(network, batched_get(), NULL);
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
        start_runner(&comparison->runners[i], i == 0 ? b : repaired[i - 1], comparison->workers);
    comparison->runner = batch_runner_create(comparison->runners[0].plan, pool, hooks);
    return comparison;
}

void comparison_destroy(struct comparison *comparison)
{
    if (!comparison)
        return;
    batch_runner_destroy(comparison->runner);
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

const struct detector *comparison_detector(const struct comparison *comparison, int score, int *net)
{
    const struct detector *detector;
    for (*net = -1; *net < comparison->n_runners - 1; ++*net)
        for (int i = 0; (detector = detectors_at(i)); i++)
            if (detector->compares == (*net >= 0) && score-- == 0)
                return detector;
    return NULL;
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

static void run_tile(void *context, int first, int count, int worker)
{
    const struct job *job = context;
    const struct comparison *comparison = job->comparison;
    const struct detector *detector;
    size_t n_classes = (size_t)comparison->runners[0].network->n_classes;
    for (int i = 0; i < comparison->n_runners; i++)
        run_net(job, i, first, count, worker);
    for (int i = 0; i < count; i++)
        job->findings->runners_up[first + i] =
            runner_up(comparison->runners[0].logits[worker] + (size_t)i * n_classes, (int)n_classes,
                job->findings->b[first + i]);
    for (int s = 0, net; (detector = comparison_detector(comparison, s, &net)); s++)
        for (int i = 0; i < count; i++) {
            size_t at = (size_t)i * n_classes;
            const struct detector_input input = {.n_classes = (int)n_classes,
                .b = comparison->runners[0].logits[worker] + at,
                .repaired = comparison->runners[net + 1].logits[worker] + at};
            job->findings->scores[s][first + i] = detector->score(&input);
        }
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
