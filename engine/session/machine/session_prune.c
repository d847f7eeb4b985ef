/* Rounds forward and back: run, step, undo, redo, jump, reset, prune. */
#include "engine/prune/evaluate/evaluator_channel.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/clock.h"
#include "engine/base/refcount.h"
#include "engine/measures/number.h"

#include <string.h>

void session_apply(struct session *session, int round)
{
    const struct branch *branch = session_branch(session);
    const struct prune_sites *sites = session->description->sites;
    struct pruned_set *pruned = branch_pruned(branch, sites, round);
    evaluator_set_pruned(session->evaluator, &sites->site[branch->site], pruned);
    pruned_sets_destroy(pruned, sites->n);
}

/* Says which thresholds the newest round crossed; keeps B' at once when a folder was given. */
static void tell_crossings(struct session *session)
{
    const struct history *history = session_history(session);
    for (int i = 0; i < session->n_thresholds; i++) {
        struct threshold *threshold = &session->thresholds[i];
        struct error err;
        if (threshold->round != history->position)
            continue;
        if (!session->options.out)
            session_say(session, false, "threshold %g points crossed at round %d",
                threshold->points, threshold->round);
        else if (!session_save_threshold(session, threshold, &err))
            session_say(session, true, "%s", err.text);
    }
}

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
    struct round *round = round_create(expected.n);
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
        round->judged += cache ? suffix_cache_products(cache) : touched;
    }
    round->seconds = clock_seconds() - started;
    round_count(round, before, &expected);
    return round;
}

struct round *session_try_channel(struct session *session, int channel, struct error *err)
{
    return make_round(session, channel, evaluator_try_channel, err);
}

/* Prunes a channel that the order or a person chose and adds the round; on failure everything is
 * as it was. */
static bool commit_channel(struct session *session, int channel, bool person, struct error *err)
{
    struct round *round = make_round(session, channel, evaluator_commit_channel, err);
    if (!round) {
        session_apply(session, session_history(session)->position);
        return false;
    }
    round->by_hand = channel != history_next(session_history(session));
    session_know_round(session, round, person);
    session_part(session);
    history_add(session_history(session), round);
    if (round->touched > 0)
        session_forget_what_ifs(session);
    else
        session_drop_what_if(session, channel);
    session_find_thresholds(session);
    tell_crossings(session);
    return true;
}

static bool drop_reached(const struct session *session)
{
    const struct history *history = session_history(session);
    const struct round *round = history->rounds[history->position];
    int n = dataset_count(session->description->sets[SET_CLEAN]);
    return number_percent(session->unpruned->clean_correct - round->clean_correct, n) >=
           session->work_value - 1e-9;
}

static bool asr_reached(const struct session *session)
{
    const struct history *history = session_history(session);
    const struct round *round = history->rounds[history->position];
    int n = session->description->attack->of.attack;
    return number_percent(round->attack_hits, n) <= session->work_value + 1e-9;
}

/* Ends a run that reached what it was for; says so, or that it cannot be reached. */
static void pursue(struct session *session)
{
    int round = session_history(session)->position;
    if (!session->work_reached && !session->work)
        session_stop_here(session, session->work_stop);
    if (!session->work_reached)
        return;
    if (session->work_reached(session)) {
        session_stop_here(session, session->work_stop);
        session_say(session, false, "reached in round %d", round);
    } else if (!session->work) {
        session_say(
            session, true, "all channels of the order are pruned, and the goal was not reached");
    } else {
        return;
    }
    session->work = NULL;
}

/* One round: a known one again where the order still says the same, else a new one. */
static bool work_round(struct session *session, struct error *err)
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
    } else if (channel >= 0 && !commit_channel(session, channel, false, err)) {
        return false;
    }
    history = session_history(session); /* a new branch may go on */
    if (channel < 0 || history->position >= session->work_goal || history_next(history) < 0)
        session->work = NULL;
    pursue(session);
    return true;
}

static bool start_rounds(struct session *session, int goal, struct error *err)
{
    const struct history *history = session_history(session);
    if (history_next(history) < 0)
        return fail_as(err, ERROR_USAGE, "all channels of the order are already pruned");
    if (goal <= history->position)
        return fail_as(err, ERROR_USAGE, "round %d is not after the current round; use goto", goal);
    session->work = work_round;
    session->work_reached = NULL;
    session->work_stop = 0;
    session->work_steps = false;
    session->work_goal = goal;
    session->work_first = history->position;
    session->work_started = clock_seconds();
    session->phase = PHASE_RUNNING;
    session->activity[0] = '\0';
    return true;
}

bool session_run(struct session *session, const struct command *command, struct error *err)
{
    int end = session_history(session)->order->n_channels;
    bool drop = strcmp(command->text, "drop") == 0, asr = strcmp(command->text, "asr") == 0;
    if (asr && !session->description->sets[SET_POISONED])
        return fail_as(err, ERROR_USAGE, "run asr needs poisoned images");
    if (asr && session->description->attack->of.attack == 0)
        return fail_as(err, ERROR_USAGE, "run asr: ASR is not known; give --target N");
    if (!drop && !asr)
        return start_rounds(session, command->number > 0 ? command->number : end, err);
    session->work_value = command->value;
    bool (*reached)(const struct session *) = drop ? drop_reached : asr_reached;
    unsigned reads = drop ? KNOWLEDGE_CLEAN : KNOWLEDGE_POISONED;
    if (reached(session)) {
        session->work = NULL;
        session_stop_here(session, reads);
        session_say(
            session, false, "already reached, in round %d", session_history(session)->position);
        return true;
    }
    bool good = start_rounds(session, end, err);
    session->work_reached = reached;
    session->work_stop = reads;
    return good;
}

bool session_steps(struct session *session, const struct command *command, struct error *err)
{
    bool more = session->work == work_round && session->work_steps;
    int from = more ? session->work_goal : session_history(session)->position;
    if (!start_rounds(session, from + (command->number > 0 ? command->number : 1), err))
        return false;
    session->work_steps = true;
    return true;
}

bool session_pause(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work = NULL;
    return true;
}

static bool move_to(struct session *session, int round, struct error *err)
{
    struct history *history = session_history(session);
    if (round < 0 || round >= session_known_rounds(session))
        return fail_as(err, ERROR_USAGE, "round %d was not run yet; rounds 0 to %d were", round,
            session_known_rounds(session) - 1);
    session_share_rounds(session, round);
    int from = history->position;
    session->work = NULL;
    history_move(history, round);
    if (round != from)
        session_forget_what_ifs(session);
    session_apply(session, round);
    return true;
}

bool session_undo(struct session *session, const struct command *command, struct error *err)
{
    int position = session_history(session)->position;
    int count = command->number > 0 ? command->number : 1;
    if (position == 0)
        return fail_as(err, ERROR_USAGE, "nothing to undo");
    return move_to(session, position > count ? position - count : 0, err);
}

bool session_redo(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int goal = history->position + (command->number > 0 ? command->number : 1);
    int last = session_known_rounds(session) - 1;
    if (history->position == last)
        return fail_as(err, ERROR_USAGE, "nothing to redo");
    return move_to(session, goal < last ? goal : last, err);
}

bool session_jump(struct session *session, const struct command *command, struct error *err)
{
    return move_to(session, command->number, err);
}

bool session_reset(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    bool good = move_to(session, 0, err);
    history_forget(session_history(session));
    if (session_branch(session)->parent >= 0)
        session_branch(session)->fork_round = 0;
    session_find_thresholds(session);
    return good;
}

bool session_prune(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int channel = command->number, next = history->position + 1;
    if (channel < 0 || channel >= history->order->n_channels)
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d", channel,
            history->order->n_channels - 1);
    if (history_pruned(history, channel))
        return fail_as(err, ERROR_USAGE, "channel %d is already pruned", channel);
    if (next < history->n_rounds && history->rounds[next]->channel == channel)
        return move_to(session, next, err); /* known already */
    if (!commit_channel(session, channel, true, err))
        return false;
    session->work = NULL;
    return true;
}
