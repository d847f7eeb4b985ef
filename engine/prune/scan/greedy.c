/* Rounds of trying all channels and pruning one. Leans on the evaluator's trials. */
#include "engine/prune/scan/greedy.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"

#include <stdlib.h>
#include <string.h>

/* One set while channels go. */
struct front {
    const struct greedy_set *set;
    int n, of;                 /* images; those of which something is wanted */
    int hits, base;            /* images that are read so now, before anything was pruned */
    uint16_t *now, *predicted; /* [n] as it stands, with a channel more */
};

struct greedy {
    const struct greedy_job *job;
    struct front clean, poisoned;
    double *values; /* [n_channels] of the last round */
    bool *gone;     /* [n_channels] */
};

static int count(const struct greedy *greedy, const struct front *front, const uint16_t *predicted)
{
    const struct greedy_job *job = greedy->job;
    return evaluator_right(job->evaluator, front->set->set, front->set->wanted, predicted);
}

static bool open_front(
    struct greedy *greedy, struct front *front, const struct greedy_set *set, struct error *err)
{
    struct evaluator *evaluator = greedy->job->evaluator;
    front->set = set;
    if (!set->set)
        return true;
    front->n = evaluator_count(evaluator, set->set);
    front->now = memory_array((size_t)front->n, sizeof *front->now);
    front->predicted = memory_array((size_t)front->n, sizeof *front->predicted);
    for (int i = 0; i < front->n; i++)
        front->of += set->wanted[evaluator_image(evaluator, set->set, i)] >= 0;
    const struct evaluator_pass pass = {
        .set = set->set, .predicted = front->now, .cache = set->cache};
    if (!evaluator_run(evaluator, &pass, err))
        return false;
    front->base = front->hits = count(greedy, front, front->now);
    return true;
}

/* What would be right, or hit, with a channel more; -1 with err. */
static int try_channel(struct greedy *greedy, struct front *front, int channel, struct error *err)
{
    if (!front->set->set)
        return 0;
    int run = evaluator_try_channel(greedy->job->evaluator, front->set->set, front->set->cache,
        channel, front->now, front->predicted, err);
    return run < 0 ? -1 : count(greedy, front, front->predicted);
}

static bool rate(struct greedy *greedy, int channel, struct error *err)
{
    const struct front *clean = &greedy->clean, *poisoned = &greedy->poisoned;
    int right = try_channel(greedy, &greedy->clean, channel, err);
    int hits = right < 0 ? -1 : try_channel(greedy, &greedy->poisoned, channel, err);
    if (hits < 0)
        return false;
    double lost = number_percent(clean->hits - right, clean->of);
    double fallen = number_percent(poisoned->hits - hits, poisoned->of);
    greedy->values[channel] = fallen > 0 ? fallen / (1 + (lost > 0 ? lost : 0)) : fallen - lost;
    return true;
}

static bool better(const struct greedy *greedy, int a, int b)
{
    const double *hint = greedy->job->hint, *values = greedy->values;
    if (values[a] < values[b] || values[a] > values[b])
        return values[a] > values[b];
    return hint && hint[a] > hint[b];
}

/* The best of those that are left, -1: none is. */
static int best_left(const struct greedy *greedy)
{
    int best = -1;
    for (int c = 0; c < greedy->job->site->n_channels; c++)
        if (!greedy->gone[c] && (best < 0 || better(greedy, c, best)))
            best = c;
    return best;
}

static bool commit(struct greedy *greedy, struct front *front, int channel, struct error *err)
{
    if (!front->set->set)
        return true;
    if (evaluator_commit_channel(greedy->job->evaluator, front->set->set, front->set->cache,
            channel, front->now, front->predicted, err) < 0)
        return false;
    memcpy(front->now, front->predicted, (size_t)front->n * sizeof *front->now);
    front->hits = count(greedy, front, front->now);
    return true;
}

static bool rate_all(struct greedy *greedy, struct error *err)
{
    struct evaluator *evaluator = greedy->job->evaluator;
    bool good = evaluator_try_all(evaluator, greedy->clean.set->cache, err) &&
                evaluator_try_all(evaluator, greedy->poisoned.set->cache, err);
    for (int c = 0; good && c < greedy->job->site->n_channels; c++)
        good = greedy->gone[c] || rate(greedy, c, err);
    return good;
}

static void finish(struct greedy *greedy)
{
    struct front *fronts[] = {&greedy->clean, &greedy->poisoned};
    for (int i = 0; i < 2; i++) {
        free(fronts[i]->now);
        free(fronts[i]->predicted);
    }
    free(greedy->values);
    free(greedy->gone);
    evaluator_set_site(greedy->job->evaluator, greedy->job->site);
}

bool greedy_order(const struct greedy_job *job, double *places, struct error *err)
{
    size_t n = (size_t)job->site->n_channels;
    struct greedy greedy = {.job = job,
        .values = memory_array(n, sizeof(double)),
        .gone = memory_array(n, sizeof(bool))};
    bool good = open_front(&greedy, &greedy.clean, &job->clean, err) &&
                open_front(&greedy, &greedy.poisoned, &job->poisoned, err);
    double lost = 0;
    for (int place = 0; good && place < (int)n; place++) {
        bool tries = lost <= GREEDY_POINTS;
        good = !tries || rate_all(&greedy, err);
        int channel = best_left(&greedy);
        greedy.gone[channel] = true;
        places[channel] = place;
        good = good && (!tries || (commit(&greedy, &greedy.clean, channel, err) &&
                                      commit(&greedy, &greedy.poisoned, channel, err)));
        lost = number_percent(greedy.clean.base - greedy.clean.hits, greedy.clean.of);
        if (job->progress)
            job->progress(job->context, place + 1, (int)n);
    }
    finish(&greedy);
    return good;
}
