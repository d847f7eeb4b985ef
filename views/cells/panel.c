/* What several panels do: wait, scroll a list, show a round, write a time. */
#include "views/cells/panel.h"

#include <math.h>
#include <stdio.h>

void panel_waiting(const struct pane *pane, const struct view_input *input, const char *why)
{
    const struct snapshot *s = input->snapshot;
    int row = pane->rows / 2 - 1;
    row = row > 0 ? row : 0;
    bool failed = s->phase == PHASE_FAILED;
    const char *doing = s->activity[0] ? s->activity : failed ? "nothing could be opened" : why;
    if (failed && s->n_messages > 0)
        doing = s->messages[s->n_messages - 1].text;
    row = pane_paragraph(pane, row, pane->rows, failed ? ROLE_BAD : ROLE_TEXT, doing);
    if (!failed && s->total > 0 && pane->columns > 12) {
        pane_bar(pane, 0, row, pane->columns - 8, ROLE_CLEAN, (double)s->done / s->total);
        pane_right(pane, pane->columns, row, ROLE_FAINT, "%3.0f %%", 100.0 * s->done / s->total);
        row++;
    }
    if (!failed && s->activity[0])
        pane_paragraph(pane, row, pane->rows - row, ROLE_FAINT, why);
}

int panel_first(int cursor, int n, int rows)
{
    int first = cursor - rows / 2;
    first = first > n - rows ? n - rows : first;
    return first > 0 ? first : 0;
}

void panel_more(const struct pane *pane, struct area free, int first, int shown, int n)
{
    int below = n - first - shown;
    char above_text[24] = "", below_text[24] = "", text[64];
    if (first > 0)
        snprintf(above_text, sizeof above_text, "▲%d", first);
    if (below > 0)
        snprintf(below_text, sizeof below_text, "▼%d", below);
    snprintf(
        text, sizeof text, "%s%s%s", above_text, first > 0 && below > 0 ? " " : "", below_text);
    if (pane_width(pane, text) > free.columns)
        snprintf(text, sizeof text, "%s%s", first > 0 ? "▲" : "", below > 0 ? "▼" : "");
    pane_text(pane, free.column, free.row, ROLE_KEY, text);
}

int panel_moved(int cursor, int n, int rows, enum view_move move)
{
    int page = rows > 1 ? rows - 1 : 1;
    switch (move) {
    case MOVE_LEFT:
    case MOVE_UP:
        cursor--;
        break;
    case MOVE_RIGHT:
    case MOVE_DOWN:
        cursor++;
        break;
    case MOVE_PAGE_UP:
        cursor -= page;
        break;
    case MOVE_PAGE_DOWN:
        cursor += page;
        break;
    case MOVE_FIRST:
        return 0;
    case MOVE_LAST:
        cursor = n - 1;
        break;
    }
    cursor = cursor >= n ? n - 1 : cursor;
    return cursor > 0 ? cursor : 0;
}

void panel_show_round(const struct snapshot *s, struct view_state *view_state, int round)
{
    int last = s->n_rounds - 1;
    round = round > last ? last : round;
    round = round > 0 ? round : 0;
    view_state->viewed = round == s->position ? -1 : round;
}

enum role panel_rescued_role(const struct round *round)
{
    bool right = round->rescued_right == round->rescued;
    return round->rescued == 0 ? ROLE_FAINT : right ? ROLE_GOOD : ROLE_WARNING;
}

const char *panel_rescued_mark(const struct round *round)
{
    return panel_rescued_role(round) == ROLE_WARNING ? "~" : "✓";
}

enum role panel_count_role(int count, enum role role)
{
    return count > 0 ? role : ROLE_FAINT;
}

void panel_time(char *text, int size, double seconds)
{
    long all = seconds < 0 ? 0 : lrint(seconds);
    *text = '\0';
    if (seconds >= 3600)
        snprintf(text, (size_t)size, "%ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
    else if (seconds >= 0)
        snprintf(text, (size_t)size, "%ld:%02ld", all / 60, all % 60);
}
