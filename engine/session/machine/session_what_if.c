/* Command what-if: tries a channel, or all that are left, and keeps nothing pruned. */
#include "engine/prune/evaluate/evaluator_channel.h"
#include "engine/session/machine/session_private.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>

void session_forget_what_ifs(struct session *session)
{
    free(session->what_if);
    session->what_if = NULL;
}

void session_drop_what_if(struct session *session, int channel)
{
    if (session->what_if)
        session->what_if[channel] = (struct what_if){.clean_correct = -1};
}

/* Empty answers for every channel. */
static void open_what_ifs(struct session *session, int n)
{
    if (session->what_if)
        return;
    session->what_if = memory_array((size_t)n, sizeof *session->what_if);
    for (int c = 0; c < n; c++)
        session->what_if[c].clean_correct = -1;
}

static bool ask(struct session *session, int channel, struct error *err)
{
    struct round *round = session_try_channel(session, channel, err);
    if (!round)
        return false;
    open_what_ifs(session, session_history(session)->order->n_channels);
    session->what_if[channel] = (struct what_if){
        .clean_correct = round->clean_correct,
        .attack_hits = round->attack_hits,
        .broken = round->broken,
        .recovered = round->recovered,
        .rescued = round->rescued,
        .reinfected = round->reinfected,
    };
    refcount_unref(round);
    return true;
}

static bool is_answered(const struct session *session, int channel)
{
    return session->what_if && session->what_if[channel].clean_correct >= 0;
}

/* Leave-one-out: the next channel that is left and not answered yet. */
static bool work_leave_one_out(struct session *session, struct error *err)
{
    const struct history *history = session_history(session);
    int n = history->order->n_channels;
    while (session->work_at < n &&
           (history_pruned(history, session->work_at) || is_answered(session, session->work_at)))
        session->work_at++;
    if (session->work_at < n) {
        session_activity(
            session, PHASE_SCANNING, "what if channel %d of %d were pruned", session->work_at, n);
        session->done = session->work_at;
        session->total = n;
        if (!ask(session, session->work_at++, err))
            return false;
    }
    if (session->work_at >= n)
        session->work = NULL;
    return true;
}

/* All of them together first, which makes each one quick. */
static bool work_try_all(struct session *session, struct error *err)
{
    session->work = work_leave_one_out;
    if (!session_fill_caches(session, err))
        return false;
    session_activity(session, PHASE_SCANNING, "what if any one of %d channels were pruned",
        session_history(session)->order->n_channels);
    for (int set = 0; set < N_SETS; set++)
        if (!evaluator_try_all(session->evaluator, session->caches[set], err))
            return false;
    return true;
}

bool session_what_if(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int channel = command->number;
    if (channel < -1 || channel >= history->order->n_channels)
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d", channel,
            history->order->n_channels - 1);
    if (channel >= 0 && history_pruned(history, channel))
        return fail_as(err, ERROR_USAGE, "channel %d is already pruned", channel);
    if (channel >= 0 && !ask(session, channel, err))
        return false;
    session->work = channel < 0 ? work_try_all : NULL;
    session->work_at = 0;
    return true;
}
