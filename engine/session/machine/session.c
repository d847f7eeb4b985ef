/* Creates a session, takes commands and does one step of work at a time. */
#include "engine/session/machine/session_detect.h"
#include "engine/session/machine/session_inspect.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"

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
    session->site = session->kept = session->suggested = session->target = -1;
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
    int n_sites = session->states ? session->description->sites->n : 0;
    session_forget_branches(session);
    for (int i = 0; i < n_sites; i++) {
        refcount_unref(session->states[i].shown);
        for (int set = 0; set < N_SETS; set++)
            free(session->states[i].sums[set]);
    }
    free(session->states);
    for (int set = 0; set < N_SETS; set++)
        suffix_cache_destroy(session->caches[set]);
    for (int set = 0; set < N_SETS; set++) {
        free(session->runners_up[set]);
        free(session->trivial_says[set]);
    }
    session_forget_what_ifs(session);
    refcount_unref(session->inspection);
    refcount_unref(session->detection);
    session_forget_results(session);
    refcount_unref(session->unpruned);
    evaluator_destroy(session->evaluator);
    refcount_unref(session->description);
    memory_budget_unref(session->budget);
    thread_pool_destroy(session->pool);
    free(session);
}

void session_say(struct session *session, bool error, const char *format, ...)
{
    if (session->n_messages == SESSION_MESSAGES)
        memmove(session->messages, session->messages + 1,
            sizeof *session->messages * (size_t)--session->n_messages);
    struct message *message = &session->messages[session->n_messages++];
    message->serial = ++session->message_serial;
    message->seconds = clock_seconds() - session->started;
    message->error = error;
    va_list args;
    va_start(args, format);
    vsnprintf(message->text, sizeof message->text, format, args);
    va_end(args);
}

void session_activity(struct session *session, enum phase phase, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(session->activity, sizeof session->activity, format, args);
    va_end(args);
    session->phase = phase;
    session->done = session->total = 0;
    if (session->hooks.progress)
        session->hooks.progress(session->hooks.context, session);
}

void session_progress(void *context, int done, int total)
{
    struct session *session = context;
    session->done = done;
    session->total = total;
    if (session->hooks.progress)
        session->hooks.progress(session->hooks.context, session);
}

static session_handler *const handlers[] = {
    [COMMAND_RUN] = session_run,
    [COMMAND_PAUSE] = session_pause,
    [COMMAND_STEP] = session_steps,
    [COMMAND_UNDO] = session_undo,
    [COMMAND_REDO] = session_redo,
    [COMMAND_JUMP] = session_jump,
    [COMMAND_RESET] = session_reset,
    [COMMAND_PRUNE] = session_prune,
    [COMMAND_WHAT_IF] = session_what_if,
    [COMMAND_INSPECT] = session_inspect,
    [COMMAND_LAYER] = session_layer,
    [COMMAND_BRANCH] = session_branch_to,
    [COMMAND_CRITERION] = session_criterion,
    [COMMAND_ORDER] = session_order,
    [COMMAND_THRESHOLD] = session_threshold,
    [COMMAND_SCAN] = session_scan,
    [COMMAND_REPAIR] = session_repair,
    [COMMAND_TEST] = session_test,
    [COMMAND_DETECT] = session_detect,
    [COMMAND_KNOWN] = session_tell_known,
    [COMMAND_SAVE] = session_save,
    [COMMAND_SAVE_KEPT] = session_save_kept,
};

static void rest(struct session *session)
{
    bool done = session->site >= 0 && history_next(session_history(session)) < 0;
    session->work = NULL;
    session->phase = done ? PHASE_DONE : PHASE_PAUSED;
    session->activity[0] = '\0';
    session->done = session->total = 0;
}

bool session_command(struct session *session, const struct command *command, struct error *err)
{
    size_t kind = (size_t)command->kind;
    if (session->site < 0)
        return fail_as(err, ERROR_USAGE, "nothing is open yet");
    if (kind >= sizeof handlers / sizeof *handlers || !handlers[kind])
        return fail_as(err, ERROR_USAGE, "unknown command %zu", kind);
    bool good = handlers[kind](session, command, err);
    if (!session->work)
        rest(session);
    return good;
}

bool session_busy(const struct session *session)
{
    return session->work != NULL;
}

bool session_step(struct session *session, struct error *err)
{
    if (!session->work)
        return true;
    bool good = session->work(session, err);
    if (!good || !session->work)
        rest(session);
    return good;
}
