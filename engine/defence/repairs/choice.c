/* Plans, tries and chooses. Leans on what held-out images tell of a net. */
#include "engine/defence/repairs/choice.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <string.h>

/* Tried in this order: with a suspect, and without one. */
static const char *const with_suspect[] = {"unlearn", "quiet"};
static const char *const without[] = {"quiet", "adversarial"};
/* A repair is good enough to look no further where it costs no more than two held-out images and
 * this share of them (two alone say little), keeps KEPT of the suspected classes' own images, and
 * leaves no more than TURNED of what triggers turn. */
enum { FEW_LOST = 2 };
static const double COST = 0.02, KEPT = 0.75, TURNED = 0.02;

static void add(struct choice_plan *plan, const char *name, const int *suspects, int n)
{
    const struct repair *repair = repairs_find(name);
    if (!repair || plan->n == CHOICE_TRIES || (repair->needs_target && n == 0))
        return;
    struct choice_try *attempt = &plan->tries[plan->n++];
    attempt->repair = repair;
    for (int i = 0; i < n && i < REPAIR_TARGETS && repair->needs_target; i++)
        attempt->suspects[attempt->n_suspects++] = suspects[i];
}

void choice_plan(const int *suspects, int n, struct choice_plan *plan)
{
    *plan = (struct choice_plan){0};
    const char *const *names = n > 0 ? with_suspect : without;
    for (int i = 0; i < 2; i++)
        add(plan, names[i], suspects, n);
    const char *first = plan->n > 0 ? plan->tries[0].repair->name : "nothing";
    if (n == 1)
        snprintf(plan->why, sizeof plan->why,
            "class %d stands out, so triggers that lead to it are unlearned first (%s)",
            suspects[0], first);
    else if (n > 1)
        snprintf(plan->why, sizeof plan->why,
            "%d classes stand out, class %d most: triggers that lead to them are unlearned first "
            "(%s)",
            n, suspects[0], first);
    else
        snprintf(plan->why, sizeof plan->why,
            "no class stands out, so a repair is tried that needs no suspect (%s)", first);
}

/* How much worse `after` is than `before`, as shares. */
static double cost(const struct measure *before, const struct measure *after)
{
    return (double)(before->right - after->right) / before->n;
}

static double kept(const struct measure *before, const struct measure *after)
{
    return before->own > 0 ? (double)after->own / before->own : 1;
}

static double turned(const struct measure *measure)
{
    return measure->n_turned > 0 ? (double)measure->turned / measure->n_turned : 0;
}

static bool good(const struct measure *before, const struct measure *after)
{
    bool still = after->n_turned > 0 ? turned(after) > TURNED : after->moved < before->moved;
    return before->right - after->right <= FEW_LOST + COST * before->n &&
           kept(before, after) >= KEPT && !still;
}

/* What decides between two nets: the shares of held-out images lost, of the suspected classes' own
 * lost (they are few, so a quarter), and of images that triggers, or without a suspect small
 * moves, still turn. The net as it came has this too, and so has the trivial defence. */
static double loss(const struct measure *before, const struct measure *after)
{
    double still = after->n_turned > 0  ? turned(after)
                   : after->n_moved > 0 ? 1 - (double)after->moved / after->n_moved
                                        : 0;
    return cost(before, after) + 0.25 * (1 - kept(before, after)) + still;
}

/* Of all images, held out or not: what a person would count. */
static void describe(const struct measure *measure, char *text, size_t size)
{
    int n = snprintf(text, size, "%d of %d held-out images right", measure->right, measure->n);
    if (measure->n_own > 0 && n >= 0 && (size_t)n < size)
        n += snprintf(text + n, size - (size_t)n, ", %d of %d of the suspected class's own",
            measure->own, measure->n_own);
    if (measure->n_turned > 0 && n >= 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, ", %.1f %% turned by inverted triggers",
            100 * turned(measure));
    else if (n >= 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, ", %d of %d right when moved a little", measure->moved,
            measure->n_moved);
}

static void say(struct choice_result *result)
{
    char before[CHOICE_TEXT / 3], after[CHOICE_TEXT / 3];
    describe(&result->before, before, sizeof before);
    if (result->kept < 0) {
        snprintf(result->why, sizeof result->why,
            "the net is left as it came (%s): no repair that was tried is better than it, or than "
            "never answering the suspected class",
            before);
        return;
    }
    const struct choice_row *row = &result->rows[result->kept];
    describe(&row->measure, after, sizeof after);
    snprintf(result->why, sizeof result->why, "%s is kept: %s (before: %s)",
        row->attempt.repair->name, after, before);
}

struct counted {
    const struct choice_job *job;
    struct choice_row *row;
};

static bool count_progress(void *context, const struct repair_progress *progress)
{
    const struct repair_job *repair = &((struct counted *)context)->job->repair;
    return !repair->progress || repair->progress(repair->context, progress);
}

static bool count_round(void *context, const struct repair_report *report)
{
    struct counted *counted = context;
    const struct repair_job *repair = &counted->job->repair;
    counted->row->rounds = report->round;
    return !repair->round || repair->round(repair->context, report);
}

static void copy_weights(struct network *to, const struct network *from)
{
    for (int i = 0; i < to->n_layers; i++)
        for (int w = 0; w < to->layers[i].n_weights; w++)
            memcpy(to->layers[i].weights[w].data, from->layers[i].weights[w].data,
                to->layers[i].weights[w].count * sizeof(float));
}

static bool try_one(const struct choice_job *job, struct measuring *measuring, int index,
    struct choice_row *row, struct error *err)
{
    struct error why = {0};
    row->attempt = job->plan->tries[index];
    struct counted counted = {job, row};
    struct repair_job repair = job->repair;
    copy_weights(repair.network, repair.original);
    if (job->begin)
        job->begin(job->repair.context, index, &row->attempt);
    repair.images = measuring_learnt(measuring);
    repair.target = row->attempt.n_suspects > 0 ? row->attempt.suspects[0] : -1;
    repair.n_more = row->attempt.n_suspects > 1 ? row->attempt.n_suspects - 1 : 0;
    for (int i = 0; i < repair.n_more; i++)
        repair.more[i] = row->attempt.suspects[i + 1];
    repair.progress = count_progress;
    repair.round = count_round;
    repair.context = &counted;
    row->diverged = !row->attempt.repair->run(&repair, &why);
    if (row->diverged && why.class == ERROR_CANCELLED)
        return fail_as(err, why.class, "%s", why.text);
    return row->diverged || measuring_net(measuring, repair.network, &row->measure, err);
}

/* Tries until one is good; `best` becomes the weights of the one that is kept. */
static bool try_all(const struct choice_job *job, struct measuring *measuring, struct network *best,
    struct choice_result *result, struct error *err)
{
    double least = loss(&result->before, &result->before);
    bool enough = false;
    if (result->trivial.n_own > 0 && loss(&result->before, &result->trivial) < least)
        least = loss(&result->before, &result->trivial);
    for (int i = 0; !enough && i < job->plan->n; i++) {
        struct choice_row *row = &result->rows[result->n];
        *row = (struct choice_row){0};
        if (!try_one(job, measuring, i, row, err))
            return false;
        result->n++;
        if (row->diverged || loss(&result->before, &row->measure) >= least)
            continue;
        result->kept = result->n - 1;
        least = loss(&result->before, &row->measure);
        copy_weights(best, job->repair.network);
        enough = good(&result->before, &row->measure);
    }
    return true;
}

static int all_suspects(const struct choice_plan *plan, const int **suspects)
{
    int most = 0;
    for (int i = 0; i < plan->n; i++)
        if (plan->tries[i].n_suspects > most) {
            most = plan->tries[i].n_suspects;
            *suspects = plan->tries[i].suspects;
        }
    return most;
}

bool choice_run(const struct choice_job *job, struct choice_result *result, struct error *err)
{
    const int *suspects = NULL;
    int n = all_suspects(job->plan, &suspects);
    *result = (struct choice_result){.kept = -1};
    struct measuring *measuring = measuring_create(&job->repair, suspects, n, err);
    if (!measuring)
        return false;
    result->n_learnt = measuring_learnt(measuring).n;
    result->n_held = measuring_held(measuring).n;
    measuring_trivial(measuring, &result->trivial);
    struct network *best = network_clone(job->repair.original);
    bool done = measuring_net(measuring, job->repair.original, &result->before, err) &&
                try_all(job, measuring, best, result, err);
    copy_weights(job->repair.network, done ? best : job->repair.original);
    if (done)
        say(result);
    network_destroy(best);
    measuring_destroy(measuring);
    return done;
}
