/* Which round a view shows: the one looked at, else the one that stands. */
#include "views/cells/view.h"

int view_shown_round_of(const struct snapshot *snapshot, const struct view_state *view_state)
{
    int round = view_state->viewed >= 0 ? view_state->viewed : snapshot->position;
    int last = snapshot->n_rounds - 1;
    return round > last ? (last > 0 ? last : 0) : round > 0 ? round : 0;
}

int view_shown_round(const struct view_input *input)
{
    return view_shown_round_of(input->snapshot, input->view_state);
}
