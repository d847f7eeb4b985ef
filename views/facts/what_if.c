/* What-if answers as percentages and points against the present round. */
#include "views/facts/what_if.h"

#include "engine/measures/number.h"

#include <stddef.h>

const struct what_if *what_if_of(const struct snapshot *s, int channel)
{
    bool known = s->what_if && s->n_rounds > 0 && channel >= 0 && channel < s->n_channels;
    if (!known || s->what_if[channel].clean_correct < 0)
        return NULL;
    return snapshot_pruned_in(s, s->position, channel) ? NULL : &s->what_if[channel];
}

bool what_if_any(const struct snapshot *s)
{
    for (int i = 0; s->what_if && i < s->n_channels; i++)
        if (s->what_if[i].clean_correct >= 0)
            return true;
    return false;
}

static int right_after(const struct what_if *answer, enum image_set set)
{
    return set == SET_CLEAN ? answer->clean_correct : answer->attack_hits;
}

double what_if_after(const struct snapshot *s, const struct what_if *answer, enum image_set set)
{
    return number_percent(right_after(answer, set), snapshot_counted(s, set));
}

double what_if_change(const struct snapshot *s, const struct what_if *answer, enum image_set set)
{
    const struct round *now = s->rounds[s->position];
    int before = set == SET_CLEAN ? now->clean_correct : now->attack_hits;
    return number_percent(right_after(answer, set) - before, snapshot_counted(s, set));
}

double what_if_rating(const struct snapshot *s, const struct what_if *answer)
{
    return what_if_change(s, answer, SET_CLEAN) - what_if_change(s, answer, SET_POISONED);
}

int what_if_brief(const struct pane *pane, int column, int row, const struct snapshot *s,
    const struct what_if *answer)
{
    const char *const names[] = {"clean", attack_rate_short(&s->attacked)};
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    for (int set = 0; set < N_SETS; set++) {
        char points[32];
        number_signed(points, what_if_change(s, answer, (enum image_set)set), 2);
        if (s->n_images[set] == 0)
            continue;
        if (set > 0)
            column = pane_text(pane, column, row, ROLE_FAINT, ", ");
        column = pane_printf(pane, column, row, roles[set], "%s %s", names[set], points);
    }
    return pane_text(pane, column, row, ROLE_FAINT, " pp");
}
