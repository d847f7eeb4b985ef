/* Repairs in branches. Leans on state/repair_run.h for the steps, on state/tuned.h for the weights
 * that a round leads to. */
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_position.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/session_trigger.h"
#include "engine/session/machine/what_ifs.h"
#include "engine/session/state/repair_run.h"

#include "engine/base/arena.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/defence/repairs/held_out.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double SHOWN_EVERY = 0.05; /* seconds */

/* The repair of one branch, and what it learns from. */
struct live_repair {
    struct repair_run *run;
    int branch, done; /* rounds that it has finished */
    struct repair_report report;
    struct arena *arena; /* of the pixels */
    int32_t *labels;
    struct picture_scale scale;
};

bool session_prunes(const struct session *session, struct error *err)
{
    const struct repair *repair = session_branch(session)->plan.repair;
    return !repair || fail_as(err, ERROR_USAGE,
                          "rounds of this branch are those of %s; to prune the net as it stands, "
                          "choose a layer on top of it",
                          repair->name);
}

/* Images of the split, in the order in which a repair gets them: images[n], malloc'd. Those that
 * are learnt from; or all. */
static int *split(const struct session *session, bool whole, int *n)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    int all = dataset_count(clean), some = all < REPAIR_IMAGES_MOST ? all : REPAIR_IMAGES_MOST;
    int *order = memory_array((size_t)some, sizeof *order);
    int32_t *labels = memory_array((size_t)some, sizeof *labels);
    bool *held = memory_array((size_t)some, sizeof *held);
    for (int i = 0; i < some; i++)
        labels[i] = dataset_labels(clean)[(int64_t)i * all / some];
    held_out_split(
        labels, some, session_network(session)->n_classes, session->options.seed, order, held);
    *n = 0;
    for (int i = 0; i < some; i++)
        if (whole || !held[order[i]])
            order[(*n)++] = (int)((int64_t)order[i] * all / some);
    free(labels);
    free(held);
    return order;
}

static void find_few(struct session *session)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    int none, few, n = dataset_count(clean), n_classes = session_network(session)->n_classes;
    size_t size = sizeof session->repair.few;
    char some[64] = "";
    held_out_count_few(dataset_labels(clean), n, n_classes, &none, &few);
    session->repair.few[0] = '\0';
    if (few > 0)
        snprintf(some, sizeof some, "%s%d fewer than %d", none > 0 ? ", " : "", few, HELD_OUT_FEW);
    if (none > 0)
        snprintf(session->repair.few, size,
            "%d clean images for %d classes: %d have none%s; what a repair does to those is not "
            "known",
            n, n_classes, none, some);
    else if (few > 0)
        snprintf(session->repair.few, size,
            "%d clean images for %d classes: %s; what a repair does to those is hardly known", n,
            n_classes, some);
}

void session_split(struct session *session)
{
    struct description *description = session->description;
    size_t n = (size_t)dataset_count(description->sets[SET_CLEAN]);
    int n_learnt;
    int *learnt = split(session, false, &n_learnt);
    description->second = memory_array(n, sizeof *description->second);
    description->held_out = memory_array(n, sizeof *description->held_out);
    memset(description->held_out, true, n);
    for (int i = 0; i < n_learnt; i++)
        description->held_out[learnt[i]] = false;
    session->repair.n_held_out = (int)n - n_learnt;
    free(learnt);
    find_few(session);
}

/* Round 0 of a branch that begins from a round: the same predictions. */
static struct round *first_round(struct session *session, const struct round *from,
    const struct knowledge *known, struct error *err)
{
    const struct expected expected = session_expected(session);
    struct round *round = round_create(expected.n, session->budget, err);
    if (!round)
        return NULL;
    for (int set = 0; set < N_SETS; set++)
        memcpy(round_predicted(round, (enum image_set)set), from->predicted[set],
            (size_t)expected.n[set] * sizeof(uint16_t));
    round_count(round, NULL, &expected);
    round_share(round, from, expected.n);
    round->own = (struct knowledge){.sets = session->seen};
    round->known = *known;
    knowledge_add(&round->known, &round->own);
    return round;
}

/* What was measured under the base of another branch. */
static void copy_sums(struct session *session, struct branch *branch, const struct branch *from)
{
    size_t n = (size_t)session->description->sites->site[from->site].n_channels;
    for (int set = 0; set < N_SETS; set++)
        if (from->sums[set]) {
            branch->sums[set] = memory_array(n, sizeof **branch->sums);
            memcpy(branch->sums[set], from->sums[set], n * sizeof **branch->sums);
        }
    branch->shown = refcount_ref(from->shown);
}

bool session_begin_repair(
    struct session *session, const struct branch_plan *plan, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    const int before = session->branch;
    const struct branch *from = session_branch(session);
    int position = from->history.position;
    struct round *first = NULL;
    const struct knowledge known = session_known(session);
    if (branch_is_on_top(from) || position > 0) {
        first = first_round(session, from->history.rounds[position], &known, err);
        if (!first)
            return false;
    }
    struct pruned_set *base = branch_pruned(from, sites, position);
    session_add_branch(session, from->site, pruned_sets_count(base, sites->n) > 0 ? base : NULL);
    pruned_sets_destroy(base, sites->n);
    struct branch *branch = session_branch(session);
    from = &session->branches[before]; /* adding may have moved it */
    branch->plan = *plan;
    branch->tuned = refcount_ref(branch_tuned(from, position));
    copy_sums(session, branch, from);
    history_init(
        &branch->history, refcount_ref(from->history.order), first ? first : session->unpruned);
    branch->history.first = first;
    history_reserve(&branch->history, plan->rounds);
    history_stop(&branch->history, 0, session->seen);
    session->shown = session->branch;
    session_forget_what_ifs(session);
    session_apply(session, 0);
    session_find_thresholds(session);
    return true;
}

void session_drop_repair(struct session *session)
{
    struct live_repair *live = session->repair.live;
    if (!live)
        return;
    repair_run_destroy(live->run);
    arena_destroy(live->arena);
    free(live->labels);
    free(live);
    session->repair.live = NULL;
}

static bool learn_images(struct session *session, struct live_repair *live,
    struct repair_images *images, struct error *err)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    size_t size = shape_count(dataset_shape(clean));
    int *learnt = split(session, session_branch(session)->plan.all, &images->n);
    size_t n = (size_t)images->n;
    live->arena = arena_create(session->budget);
    live->labels = memory_array(n, sizeof *live->labels);
    float *pixels = arena_take(live->arena, n * size * sizeof *pixels, err);
    for (size_t i = 0; pixels && i < n; i++) {
        dataset_feed(clean, learnt[i], 1, &session->scaling, pixels + i * size);
        live->labels[i] = dataset_labels(clean)[learnt[i]];
    }
    images->pixels = pixels;
    images->labels = live->labels;
    free(learnt);
    return pixels && dataset_check(clean, err);
}

/* The repair of the branch that stands, from its beginning. */
static bool start(struct session *session, struct error *err)
{
    const struct branch *branch = session_branch(session);
    struct live_repair *live = session->repair.live = memory_array(1, sizeof *live);
    struct repair_start how = {.repair = branch->plan.repair,
        .pool = session->pool,
        .n_targets = branch->plan.n_targets,
        .rounds = branch->plan.rounds,
        .seed = session->options.seed};
    memcpy(how.targets, branch->plan.targets, sizeof how.targets);
    live->branch = session->branch;
    live->scale = session_picture_scale(session, &session->scaling);
    session_input_range(&live->scale, &how.low, &how.high);
    bool good = learn_images(session, live, &how.images, err);
    if (good) {
        struct network *network = session_network_at(session, 0);
        how.network = network;
        live->run = repair_run_create(&how, err);
        network_destroy(network);
    }
    if (!live->run)
        session_drop_repair(session);
    return session->repair.live != NULL;
}

/* Pruned channels stay pruned whatever the repair does to their weights; and of two columns that
 * stand for one of a file the first is 0 (the other takes it: classes differ by as much). */
static void settle_weights(const struct session *session, struct network *network)
{
    const struct branch *branch = session_branch(session);
    if (branch->n_base > 0)
        pruned_sets_apply(branch->base, session->description->sites, network);
    for (int l = 0; l < network->n_layers; l++)
        for (int w = 0; w < network->layers[l].n_weights; w++) {
            struct weight *weight = &network->layers[l].weights[w];
            for (size_t i = 0; weight->doubled && i < weight->count; i += 2) {
                weight->data[i + 1] -= weight->data[i];
                weight->data[i] = 0;
            }
        }
}

static void show_step(
    struct session *session, struct live_repair *live, const struct repair_progress *step)
{
    const struct branch_plan *plan = &session_branch(session)->plan;
    int target = plan->n_targets > 0 ? plan->targets[0] : -1;
    double now = clock_seconds();
    session->repair.now = (struct repairing){.name = plan->repair->name,
        .target = target,
        .round = step->round,
        .rounds = step->rounds,
        .step = step->step,
        .steps = step->steps,
        .doing = step->doing,
        .loss = step->loss};
    if (step->trigger)
        session_show_trigger(session, &live->scale, step->trigger, target, step->step, step->steps);
    if (step->step < step->steps && now < session->repair.shown + SHOWN_EVERY)
        return;
    session->repair.shown = now;
    bool again = live->done + 1 < session_history(session)->n_rounds;
    snprintf(session->activity, sizeof session->activity, "%s%s, round %d of %d%s: %s",
        plan->repair->name, plan->all ? " again, with all images" : "", step->round, step->rounds,
        again ? " (done again)" : "", step->doing);
    session_progress(session, step->step, step->steps);
}

static bool stopped(const struct session *session)
{
    return session->hooks.stop && atomic_load(session->hooks.stop);
}

/* Up to the end of a round; *ended: there is none. */
static bool run_round(struct session *session, bool *ended, struct error *err)
{
    struct live_repair *live = session->repair.live;
    for (;;) {
        if (stopped(session))
            return fail_as(err, ERROR_CANCELLED, "the repair was cancelled");
        enum repair_turn turn = repair_run_next(live->run, err);
        if (turn == REPAIR_FAILED)
            break;
        *ended = turn == REPAIR_ENDED;
        if (*ended)
            return true;
        settle_weights(session, repair_run_network(live->run));
        if (turn == REPAIR_ROUNDED) {
            live->report = *repair_run_report(live->run);
            live->done++;
            return true;
        }
        show_step(session, live, repair_run_progress(live->run));
    }
    session_drop_repair(session);
    return false;
}

struct round *session_judge(struct session *session, const struct tuned *tuned, struct error *err)
{
    const struct expected expected = session_expected(session);
    struct round *round = round_create(expected.n, session->budget, err);
    if (!round)
        return NULL;
    double started = clock_seconds();
    bool good = true;
    round_tune(round, refcount_ref(tuned));
    session_apply_tuned(session, tuned);
    for (int set = 0; set < N_SETS && good; set++) {
        const struct evaluator_pass pass = {.set = session->description->sets[set],
            .predicted = round_predicted(round, (enum image_set)set)};
        good = !pass.set || evaluator_run(session->evaluator, &pass, err);
    }
    if (!good) {
        refcount_unref(round);
        return NULL;
    }
    round->seconds = clock_seconds() - started;
    round->touched = round->finished = expected.n[SET_CLEAN] + expected.n[SET_POISONED];
    return round;
}

/* Adds the round that the repair has finished. */
static bool record(struct session *session, struct error *err)
{
    const struct branch *branch = session_branch(session);
    struct live_repair *live = session->repair.live;
    int position = branch->history.position;
    const struct round *before = branch->history.rounds[position];
    const struct tuned *tuned =
        tuned_create(session_network(session), repair_run_network(live->run),
            branch_tuned(branch, position), branch->plan.all, session->budget, err);
    struct round *round = tuned ? session_judge(session, tuned, err) : NULL;
    refcount_unref(tuned);
    if (!round) {
        session_apply(session, position);
        return false;
    }
    const struct expected expected = session_expected(session);
    round_count(round, before, &expected);
    round_share(round, before, expected.n);
    round_rest(round);
    round->repair = (struct repair_result){.name = branch->plan.repair->name,
        .target = branch->plan.n_targets > 0 ? branch->plan.targets[0] : -1,
        .loss = live->report.loss,
        .mask = live->report.mask,
        .hits = live->report.hits};
    session_know_repair(session, round);
    session_take_round(session, round);
    return true;
}

/* The repair ended of itself, before the round that was planned. */
static void end_early(struct session *session)
{
    struct branch *branch = session_branch(session);
    branch->plan.rounds = branch->history.position;
    session_say(session, false, "%s ended after round %d: it finds nothing more to do",
        branch->plan.repair->name, branch->plan.rounds);
}

bool session_repair_round(struct session *session, struct error *err)
{
    int next = session_history(session)->position + 1;
    bool ended = false;
    if (next < session_history(session)->n_rounds)
        return session_stand(session, next);
    if (session->repair.live &&
        (session->repair.live->branch != session->branch || session->repair.live->done > next))
        session_drop_repair(session);
    if (!session->repair.live && !start(session, err))
        return false;
    while (session->repair.live->done < next && !ended)
        if (!run_round(session, &ended, err))
            return false;
    if (ended)
        end_early(session);
    return ended || record(session, err);
}

void session_rest_repair(struct session *session)
{
    session->repair.now.name = NULL;
    session_forget_trigger(session);
}
