/* Rounds forward and back: each prunes a channel and predicts all images. */
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_position.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/what_ifs.h"

#include "engine/prune/evaluate/evaluator.h"

#include "engine/base/clock.h"
#include "engine/base/refcount.h"
#include "engine/measures/number.h"

#include <string.h>

/* evaluator_try_channel or evaluator_commit_channel. */
typedef int evaluate_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err);

/* The round that a channel adds at the position, by its predictions of all sets. */
static struct round *make_round(
    struct session *session, int channel, evaluate_channel *evaluate, struct error *err)
{
    const struct history *history = session_history(session);
    if (!session_fill_caches(session, err))
        return NULL;
    const struct round *before = history->rounds[history->position];
    const struct expected expected = session_expected(session);
    struct round *round = round_create(expected.n, session->budget, err);
    if (!round)
        return NULL;
    round->channel = channel;
    double started = clock_seconds();
    for (int set = 0; set < N_SETS; set++) {
        struct suffix_cache *cache = session->caches[set];
        if (!session->description->sets[set])
            continue;
        int touched = evaluate(session->evaluator, session->description->sets[set], cache, channel,
            before->predicted[set], round_predicted(round, (enum image_set)set), err);
        if (touched < 0) {
            refcount_unref(round);
            return NULL;
        }
        round->touched += touched;
        round->finished += cache ? evaluator_cache_products(cache) : touched;
    }
    round->seconds = clock_seconds() - started;
    round_count(round, before, &expected);
    round_share(round, before, expected.n);
    round_rest(before);
    round_rest(round);
    return round;
}

struct round *session_try_channel(struct session *session, int channel, struct error *err)
{
    return make_round(session, channel, evaluator_try_channel, err);
}

struct round *session_measure_channel(struct session *session, int channel, struct error *err)
{
    return make_round(session, channel, evaluator_commit_channel, err);
}

bool session_commit_channel(struct session *session, int channel, bool person, struct error *err)
{
    struct round *round = session_measure_channel(session, channel, err);
    if (!round) {
        session_apply(session, session_history(session)->position);
        return false;
    }
    round->by_hand = channel != history_next(session_history(session));
    session_know_round(session, round, person);
    session_part(session);
    session_take_round(session, round);
    return true;
}

/* Ends a run that reached what it was for; says so, or that it cannot be reached. */
static void pursue(struct session *session)
{
    int round = session_history(session)->position;
    if (!session->work.reached && !session->work.unit)
        session_stop_here(session, session->work.stop);
    if (!session->work.reached)
        return;
    if (session->work.reached(session)) {
        session_stop_here(session, session->work.stop);
        session_say(session, false, "reached in round %d", round);
    } else if (!session->work.unit) {
        session_say(session, true, "%s, and the goal was not reached",
            session_branch(session)->plan.repair ? "the repair is done"
                                                 : "all channels of the order are pruned");
    } else {
        return;
    }
    session->work.unit = NULL;
}

/* A known round again where the order still says the same, else a new one. */
static bool prune_round(struct session *session, struct error *err)
{
    struct history *history = session_history(session);
    int channel = history_next(history), next = history->position + 1;
    bool known =
        channel >= 0 && next < history->n_rounds && history->rounds[next]->channel == channel;
    if (known) {
        session_know_again(session, next);
        history_move(history, next);
        session_forget_what_ifs(session);
        evaluator_prune(session->evaluator, channel);
    } else if (channel >= 0) {
        return session_commit_channel(session, channel, false, err);
    }
    return true;
}

bool session_work_round(struct session *session, struct error *err)
{
    bool repairs = session_branch(session)->plan.repair;
    if (repairs ? !session_repair_round(session, err) : !prune_round(session, err))
        return false;
    const struct branch *branch = session_branch(session); /* a new one may go on */
    if (branch->history.position >= session->work.goal || branch_next_rounds(branch) <= 0)
        session->work.unit = NULL;
    pursue(session);
    return true;
}

bool session_start_rounds(struct session *session, int goal, struct error *err)
{
    const struct history *history = session_history(session);
    const struct branch_plan *plan = &session_branch(session)->plan;
    if (branch_next_rounds(session_branch(session)) <= 0 && plan->repair)
        return fail_as(err, ERROR_USAGE,
            "%s is done, after round %d; another repair goes on from the net as it stands",
            plan->repair->name, plan->rounds);
    if (branch_next_rounds(session_branch(session)) <= 0)
        return fail_as(err, ERROR_USAGE, "all channels of the order are already pruned");
    if (goal <= history->position)
        return fail_as(err, ERROR_USAGE, "round %d is not after the current round; use goto", goal);
    session->work.unit = session_work_round;
    session->work.reached = NULL;
    session->work.stop = 0;
    session->work.steps = false;
    session->work.goal = goal;
    session->work.first = history->position;
    session->work.started = clock_seconds();
    session->phase = PHASE_RUNNING;
    session->activity[0] = '\0';
    return true;
}

bool session_runs_rounds(const struct session *session)
{
    return session->work.unit == session_work_round;
}

bool session_move_to(struct session *session, int round, struct error *err)
{
    if (round < 0 || round >= session_known_rounds(session))
        return fail_as(err, ERROR_USAGE, "round %d was not run yet; rounds 0 to %d were", round,
            session_known_rounds(session) - 1);
    session_share_rounds(session, round);
    session->work.unit = NULL;
    return session_stand(session, round);
}
