/* Creates a session, takes commands and does one step of work at a time. */
#include "engine/session/driver/session.h"
#include "engine/session/commands/commands.h"
#include "engine/session/commands/repair_choice.h"
#include "engine/session/machine/fields.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_anew.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/session_trigger.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/base/shortcuts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What rounds read of the lab's sets; their pixels, which few passes read, lie in the file. */
static const size_t DEFAULT_MEMORY = (size_t)48 << 20;

struct session *session_create(const struct options *options, const struct session_hooks *hooks)
{
    struct session *session = memory_array(1, sizeof *session);
    session->options = *options;
    if (hooks)
        session->hooks = *hooks;
    session->started = clock_seconds();
    if (options->exact)
        shortcut_switch_all(false);
    session->pool = thread_pool_create(options->threads);
    session->budget =
        memory_budget_create(options->memory ? options->memory : DEFAULT_MEMORY, NULL);
    if (!options->memory)
        memory_budget_soften(session->budget);
    session->site = session->cached = session->suggested = session->target = -1;
    session->test = session->trivial = session->test_trivial = (struct outcome)OUTCOME_UNKNOWN;
    session_open_thresholds(session);
    if (thread_pool_shortage(session->pool))
        session_say(session, false, "%s", thread_pool_shortage(session->pool));
    return session;
}

const char *session_shortage(const struct session *session)
{
    return thread_pool_shortage(session->pool);
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    session_forget_measured(session);
    free(session->listed);
    for (int i = 0; i < session->files.n; i++)
        free(session->files.path[i]);
    free(session->files.path);
    refcount_unref(session->suspects);
    session_forget_trigger(session);
    session_drop_repair(session);
    repair_choice_drop(session);
    refcount_unref(session->repair.tuned);
    network_destroy(session->repair.unpruned);
    evaluator_destroy(session->evaluator);
    refcount_unref(session->description);
    memory_budget_unref(session->budget);
    thread_pool_destroy(session->pool);
    free(session);
}

static void rest(struct session *session)
{
    bool done = session->site >= 0 && branch_next_rounds(session_branch(session)) <= 0;
    session->work.unit = NULL;
    repair_choice_drop(session);
    session_rest_repair(session);
    session->phase = done ? PHASE_DONE : session->site >= 0 ? PHASE_PAUSED : PHASE_LOADING;
    session->activity[0] = '\0';
    session->done = session->total = 0;
}

/* Long work does not end other work by its way: a person pauses that first. Rounds are told to go
 * on, further or otherwise, at any time; steps that wait are dropped. */
static bool may_begin(
    const struct session *session, const struct engine_command *entry, struct error *err)
{
    const struct work *work = &session->work;
    if (!entry || !entry->begins || !work->unit)
        return true;
    bool rounds = session_runs_rounds(session);
    bool moves =
        entry == engine_commands_at(COMMAND_RUN) || entry == engine_commands_at(COMMAND_STEP);
    if (rounds && (moves || work->steps))
        return true;
    return fail_as(err, ERROR_USAGE, "%s is under way: p pauses it first",
        work->name ? work->name : "other work");
}

bool session_command(struct session *session, const struct command *command, struct error *err)
{
    const struct engine_command *entry = engine_commands_at(command->kind);
    bool open = session->site >= 0 ||
                (entry && entry->net_alone && session->description && session->options.net_alone);
    bool good = open ? may_begin(session, entry, err) && engine_commands_run(session, command, err)
                     : fail_as(err, ERROR_USAGE, "nothing is open yet");
    bool repairs = session->work.unit && session->site >= 0 && session_branch(session)->plan.repair;
    if (good && entry->begins && session->work.unit)
        session->work.name = session_runs_rounds(session) && repairs ? "a repair" : entry->begins;
    session->failures += !good;
    if (open && !session->work.unit)
        rest(session);
    else if (!session_runs_rounds(session))
        session_rest_repair(session);
    return good;
}

bool session_busy(const struct session *session)
{
    return session->work.unit != NULL;
}

bool session_step(struct session *session, struct error *err)
{
    if (!session->work.unit)
        return true;
    bool good = session->work.unit(session, err);
    session->failures += !good;
    if (!good || !session->work.unit)
        rest(session);
    return good;
}
