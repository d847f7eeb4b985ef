/* Which round's faces a slow line has. */
#include "app/shell/link.h"

#include <stdlib.h>
#include <string.h>

/* Did more than one round lie between this rest and the last? Notes this one. */
static bool has_jumped(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    struct calm *calm = &ui->calm;
    bool jumped =
        !calm->known || calm->branch != s->branch || abs(calm->position - s->position) > 1;
    *calm = (struct calm){true, s->branch, s->position};
    return jumped;
}

void link_settle(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    struct view_state *view_state = &ui->view_state;
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    bool looked_at = strcmp(views_at(ui->focus)->name, "faces") == 0;
    view_state->lean = ui->link == LINK_SLOW || (ui->link == LINK_AUTO && ui->remote);
    if (!view_state->lean || s->n_rounds == 0) {
        view_state->still = -1;
        return;
    }
    bool jumped = rests && has_jumped(ui);
    if (looked_at)
        view_state->still = -1;
    else if (jumped || view_state->still < 0 || view_state->still >= s->n_rounds)
        view_state->still = ui_round(ui);
}
