/* Answers of trials at the position. */
#include "engine/session/machine/what_ifs.h"

#include "engine/base/memory.h"

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

void session_open_what_ifs(struct session *session)
{
    if (session->what_if)
        return;
    int n = session_history(session)->order->n_channels;
    session->what_if = memory_array((size_t)n, sizeof *session->what_if);
    for (int c = 0; c < n; c++)
        session->what_if[c].clean_correct = -1;
}
