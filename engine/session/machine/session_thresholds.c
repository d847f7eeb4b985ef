/* Thresholds: the first round at each loss, its test counts and its saved file. */
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/session_known.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>

/* What was done with the net of a round. */
struct result {
    const struct round *round; /* counted: it alone says which net it was */
    struct threshold threshold;
};

static int by_points(const void *a, const void *b)
{
    double x = ((const struct threshold *)a)->points, y = ((const struct threshold *)b)->points;
    return (x > y) - (x < y);
}

static void sort(struct session *session)
{
    qsort(
        session->thresholds, (size_t)session->n_thresholds, sizeof *session->thresholds, by_points);
}

static struct threshold uncrossed(double points)
{
    return (struct threshold){.points = points,
        .round = -1,
        .test_clean_correct = -1,
        .test_attack_hits = -1,
        .test_own_correct = -1,
        .test_robust_correct = -1};
}

static int find_points(const struct session *session, double points)
{
    for (int i = 0; i < session->n_thresholds; i++)
        if (session->thresholds[i].points == points)
            return i;
    return -1;
}

void session_open_thresholds(struct session *session)
{
    const struct options *options = &session->options;
    for (int i = 0; i < options->n_thresholds; i++)
        if (find_points(session, options->thresholds[i]) < 0)
            session->thresholds[session->n_thresholds++] = uncrossed(options->thresholds[i]);
    sort(session);
}

bool session_check_points(double points, struct error *err)
{
    return (points > 0 && points <= 100) ||
           fail_as(
               err, ERROR_USAGE, "threshold %g: must be above 0 and at most 100 points", points);
}

/* The first known round that lost at least `points` of the unpruned net's clean accuracy. */
static int find_crossing(
    const struct session *session, const struct history *history, double points)
{
    double n = dataset_count(session->description->sets[SET_CLEAN]);
    int base = session->unpruned->clean_correct;
    for (int r = branch_is_on_top(session_branch(session)) ? 0 : 1; r < history->n_rounds; r++)
        if (100.0 * (base - history->rounds[r]->clean_correct) / n >= points - 1e-9)
            return r;
    return -1;
}

static struct result *find_result(
    const struct session *session, const struct round *round, double points)
{
    for (int i = 0; i < session->n_results; i++)
        if (session->results[i].round == round && session->results[i].threshold.points == points)
            return &session->results[i];
    return NULL;
}

void session_find_thresholds(struct session *session)
{
    const struct history *history = session_history(session);
    for (int i = 0; i < session->n_thresholds; i++) {
        struct threshold *threshold = &session->thresholds[i];
        int round = find_crossing(session, history, threshold->points);
        const struct result *known =
            round < 0 ? NULL : find_result(session, history->rounds[round], threshold->points);
        *threshold = known ? known->threshold : uncrossed(threshold->points);
        threshold->round = round;
        threshold->known = session_threshold_known(session, round);
    }
}

void session_note_result(struct session *session, const struct threshold *threshold)
{
    const struct round *round = session_history(session)->rounds[threshold->round];
    struct result *result = find_result(session, round, threshold->points);
    if (!result) {
        size_t n = (size_t)session->n_results++;
        session->results = memory_grow(session->results, n + 1, sizeof *session->results);
        result = &session->results[n];
        result->round = refcount_ref(round);
    }
    result->threshold = *threshold;
}

void session_forget_tests(struct session *session)
{
    for (int i = 0; i < session->n_results; i++) {
        struct threshold *threshold = &session->results[i].threshold;
        threshold->test_clean_correct = threshold->test_attack_hits = -1;
        threshold->test_own_correct = threshold->test_robust_correct = -1;
    }
    session_find_thresholds(session);
}

void session_forget_results(struct session *session)
{
    for (int i = 0; i < session->n_results; i++)
        refcount_unref(session->results[i].round);
    free(session->results);
}

bool session_toggle_threshold(struct session *session, double points, struct error *err)
{
    struct threshold *thresholds = session->thresholds;
    if (!session_check_points(points, err))
        return false;
    int there = find_points(session, points);
    if (there < 0 && session->n_thresholds == SESSION_THRESHOLDS)
        return fail_as(err, ERROR_USAGE, "at most %d thresholds are possible", SESSION_THRESHOLDS);
    if (there < 0)
        thresholds[session->n_thresholds++] = uncrossed(points);
    else
        thresholds[there] = thresholds[--session->n_thresholds];
    sort(session);
    session_find_thresholds(session);
    return true;
}
