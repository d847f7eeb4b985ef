/* Command what-if: tries a channel, or all that are left, and prunes none. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/what_ifs.h"

#include "engine/prune/evaluate/evaluator.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>

static bool ask(struct session *session, int channel, struct error *err)
{
    struct round *round = session_try_channel(session, channel, err);
    if (!round)
        return false;
    session_open_what_ifs(session);
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
    while (session->work.at < n &&
           (history_pruned(history, session->work.at) || is_answered(session, session->work.at)))
        session->work.at++;
    if (session->work.at < n) {
        session_activity(
            session, PHASE_SCANNING, "what if channel %d of %d were pruned", session->work.at, n);
        session->done = session->work.at;
        session->total = n;
        if (!ask(session, session->work.at++, err))
            return false;
    }
    if (session->work.at >= n)
        session->work.unit = NULL;
    return true;
}

/* All of them together first, which makes each one quick. */
static bool work_try_all(struct session *session, struct error *err)
{
    session->work.unit = work_leave_one_out;
    if (!session_fill_caches(session, err))
        return false;
    session_activity(session, PHASE_SCANNING, "what if any one of %d channels were pruned",
        session_history(session)->order->n_channels);
    for (int set = 0; set < N_SETS; set++)
        if (!evaluator_try_all(session->evaluator, session->caches[set], err))
            return false;
    return true;
}

static bool what_if(struct session *session, const struct command *command, struct error *err)
{
    const struct history *history = session_history(session);
    int channel = command->number;
    if (!session_prunes(session, err))
        return false;
    if (channel < -1 || channel >= history->order->n_channels)
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d", channel,
            history->order->n_channels - 1);
    if (channel >= 0 && history_pruned(history, channel))
        return fail_as(err, ERROR_USAGE, "channel %d is already pruned", channel);
    if (channel >= 0 && !ask(session, channel, err))
        return false;
    session->work.unit = channel < 0 ? work_try_all : NULL;
    session->work.at = 0;
    return true;
}

/* What pruning channel `number` would give; -1: each that is left. */
const struct engine_command engine_command_what_if = {
    .name = "what-if",
    .begins = "a what-if",
    .run = what_if,
};
