/* Which round stands: a new one, or a known one. */
#include "engine/session/machine/session_position.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/what_ifs.h"

/* Says which thresholds the newest round crossed; saves B' at once when a folder was given. */
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

void session_take_round(struct session *session, struct round *round)
{
    history_add(session_history(session), round);
    if (round->channel < 0)
        session->inspected = -1; /* its weights are others now */
    if (round->touched > 0 || round->channel < 0)
        session_forget_what_ifs(session);
    else
        session_drop_what_if(session, round->channel);
    session_find_thresholds(session);
    tell_crossings(session);
}

bool session_stand(struct session *session, int round)
{
    int from = session_history(session)->position;
    history_move(session_history(session), round);
    if (round != from)
        session_forget_what_ifs(session);
    if (round != from && session_branch(session)->plan.repair)
        session->inspected = -1;
    session_apply(session, round);
    return true;
}
