/* Commands run, pause, step, undo, redo, jump, reset and prune: rounds forward and back. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"

#include <string.h>

static bool drop_reached(const struct session *session)
{
    const struct history *history = session_history(session);
    const struct round *round = history->rounds[history->position];
    int n = dataset_count(session->description->sets[SET_CLEAN]);
    return number_percent(session->unpruned->clean_correct - round->clean_correct, n) >=
           session->work.value - 1e-9;
}

static bool asr_reached(const struct session *session)
{
    const struct history *history = session_history(session);
    const struct round *round = history->rounds[history->position];
    int n = session->description->attack->of.attack;
    return number_percent(round->attack_hits, n) <= session->work.value + 1e-9;
}

static bool run(struct session *session, const struct command *command, struct error *err)
{
    const struct branch *branch = session_branch(session);
    int end = branch->plan.repair ? branch->plan.rounds : branch->history.order->n_channels;
    bool drop = strcmp(command->text, "drop") == 0, asr = strcmp(command->text, "asr") == 0;
    if (asr && !session->description->sets[SET_POISONED])
        return fail_as(err, ERROR_USAGE, "run asr needs poisoned images");
    if (asr && session->description->attack->of.attack == 0)
        return fail_as(err, ERROR_USAGE, "run asr: ASR is not known; give --target N");
    if (!drop && !asr)
        return session_start_rounds(session, command->number > 0 ? command->number : end, err);
    session->work.value = command->value;
    bool (*reached)(const struct session *) = drop ? drop_reached : asr_reached;
    unsigned reads = drop ? KNOWLEDGE_CLEAN : session_poisoned_known(session);
    if (reached(session)) {
        session->work.unit = NULL;
        session_stop_here(session, reads);
        session_say(
            session, false, "already reached, in round %d", session_history(session)->position);
        return true;
    }
    bool good = session_start_rounds(session, end, err);
    session->work.reached = reached;
    session->work.stop = reads;
    return good;
}

static bool step(struct session *session, const struct command *command, struct error *err)
{
    bool more = session_runs_rounds(session) && session->work.steps;
    int from = more ? session->work.goal : session_history(session)->position;
    if (!session_start_rounds(session, from + (command->number > 0 ? command->number : 1), err))
        return false;
    session->work.steps = true;
    return true;
}

static bool pause(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work.unit = NULL;
    return true;
}

/* Steps that still wait are the last that were asked for: they are taken back first. */
static int drop_waiting(struct session *session, int most)
{
    int position = session_history(session)->position;
    bool wait = session_runs_rounds(session) && session->work.steps;
    int waiting = wait ? session->work.goal - position : 0;
    int dropped = most < waiting ? most : waiting;
    session->work.goal -= dropped;
    if (dropped > 0 && dropped == waiting)
        session->work.unit = NULL;
    return dropped;
}

static bool undo(struct session *session, const struct command *command, struct error *err)
{
    int position = session_history(session)->position;
    int count = command->number > 0 ? command->number : 1;
    int dropped = drop_waiting(session, count);
    count -= dropped;
    if (count == 0 || (dropped > 0 && position == 0))
        return true;
    if (position == 0)
        return fail_as(err, ERROR_USAGE, "nothing to undo");
    return session_move_to(session, position > count ? position - count : 0, err);
}

/* Where it led: what waited is not in a journal, so a count of rounds would lead elsewhere. */
static char *write_undo(const struct command *command, const struct snapshot *after)
{
    (void)command;
    return memory_format("goto %d", after->position);
}

static bool redo(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int goal = history->position + (command->number > 0 ? command->number : 1);
    int last = session_known_rounds(session) - 1;
    if (history->position == last)
        return fail_as(err, ERROR_USAGE, "nothing to redo");
    return session_move_to(session, goal < last ? goal : last, err);
}

static bool jump(struct session *session, const struct command *command, struct error *err)
{
    return session_move_to(session, command->number, err);
}

static bool reset(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    bool good = session_move_to(session, 0, err);
    history_forget(session_history(session));
    if (session_branch(session)->parent >= 0)
        session_branch(session)->fork_round = 0;
    session_find_thresholds(session);
    return good;
}

static bool prune(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int channel = command->number, next = history->position + 1;
    if (!session_prunes(session, err))
        return false;
    if (channel < 0 || channel >= history->order->n_channels)
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d", channel,
            history->order->n_channels - 1);
    if (history_pruned(history, channel))
        return fail_as(err, ERROR_USAGE, "channel %d is already pruned", channel);
    if (next < history->n_rounds && history->rounds[next]->channel == channel)
        return session_move_to(session, next, err); /* known already */
    if (!session_commit_channel(session, channel, true, err))
        return false;
    session->work.unit = NULL;
    return true;
}

/* Rounds until the end, of the order or of the repair; number > 0: until that round is reached;
 * text "drop", "asr": until so many points of clean accuracy are lost, until the ASR is at most so
 * many percent: `value`. In a journal its rounds are steps. */
const struct engine_command engine_command_run = {
    .name = "run",
    .alters = ALTERS_KNOWLEDGE,
    .begins = "a run",
    .run = run,
};

/* Ends the work, in the middle of a unit. */
const struct engine_command engine_command_pause = {
    .name = "pause",
    .run = pause,
};

/* Number rounds (0 means 1); in a journal one. */
const struct engine_command engine_command_step = {
    .name = "step",
    .begins = "a run",
    .run = step,
    .write = forms_write_name,
    .read = forms_read_name,
};

/* Number rounds back (0 means 1), steps that wait among them; in a journal "goto". */
const struct engine_command engine_command_undo = {
    .name = "undo",
    .alters = ALTERS_POSITION,
    .run = undo,
    .write = write_undo,
    .read = forms_read_number,
};

/* Number rounds forward among those already known (0 means 1). */
const struct engine_command engine_command_redo = {
    .name = "redo",
    .alters = ALTERS_POSITION,
    .run = redo,
    .write = forms_write_count,
    .read = forms_read_number,
};

/* To round `number` of those already known. */
const struct engine_command engine_command_jump = {
    .name = "goto",
    .alters = ALTERS_POSITION,
    .run = jump,
    .write = forms_write_number,
    .read = forms_read_number,
};

/* To round 0, later rounds forgotten. */
const struct engine_command engine_command_reset = {
    .name = "reset",
    .alters = ALTERS_POSITION,
    .run = reset,
    .write = forms_write_name,
    .read = forms_read_name,
};

/* Channel `number` now, whatever the order says; known rounds that say otherwise stay in their
 * branch, and a new one goes on from here. */
const struct engine_command engine_command_prune = {
    .name = "prune",
    .alters = ALTERS_POSITION | ALTERS_BRANCH,
    .run = prune,
    .write = forms_write_number,
    .read = forms_read_number,
};
