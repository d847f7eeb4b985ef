/* What happened: the engine's messages, newest last. */
#include "views/cells/panel.h"
#include "views/panels/views.h"

#include <stdio.h>

enum { TIME = 9, NARROW = 60 }; /* columns of the time in front; fewer have none */

static struct pane text_part(const struct pane *pane, int row, int rows)
{
    int at = pane->columns < NARROW ? 2 : TIME;
    return pane_part(pane, (struct area){at, row, pane->columns - at, rows});
}

/* Lines a message takes; it is wrapped where there is room for that. */
static int lines_of(const struct pane *pane, const struct message *message)
{
    struct pane dry = text_part(pane, 0, 0);
    int lines = pane->rows >= 8 && dry.columns > 8
                    ? pane_paragraph(&dry, 0, 100, ROLE_TEXT, message->text)
                    : 1;
    return lines > 0 ? lines : 1;
}

static void draw_message(
    const struct pane *pane, const struct message *message, int row, int lines, bool newest)
{
    enum role role = message->error ? ROLE_BAD : newest ? ROLE_TEXT : ROLE_FAINT;
    char time[32];
    panel_time(time, sizeof time, message->seconds);
    if (row >= 0 && pane->columns >= NARROW)
        pane_right(pane, TIME - 1, row, ROLE_FAINT, "%s", time);
    if (row >= 0 && message->error)
        pane_text(pane, 0, row, ROLE_BAD, "✗");
    struct pane part = text_part(pane, 0, pane->rows);
    if (lines > 1)
        pane_paragraph(&part, row, lines, role, message->text);
    else if (pane_text(&part, 0, row, role, message->text) >= part.columns &&
             pane_width(&part, message->text) > part.columns)
        pane_text(&part, part.columns - 1, row, ROLE_FAINT, "…"); /* no number looks whole */
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    int last = s->n_messages - 1 - (input->focused ? input->view_state->scroll : 0);
    int row = pane.rows, total = 0;
    last = last > 0 ? last : 0;
    for (int i = 0; i <= last && i < s->n_messages && total < row; i++)
        total += lines_of(&pane, &s->messages[last - i]);
    row = total < row ? total : row;
    for (int i = last; i >= 0 && i < s->n_messages && row > 0; i--) {
        int lines = lines_of(&pane, &s->messages[i]);
        row -= lines;
        draw_message(&pane, &s->messages[i], row, lines, i == s->n_messages - 1);
    }
}

bool views_log_cuts(const struct view_input *input, struct area inside)
{
    struct cells none = {.columns = inside.column + inside.columns,
        .rows = inside.row + inside.rows}; /* only measured */
    struct pane pane = pane_of(input, &none, inside);
    const struct snapshot *s = input->snapshot;
    struct pane part = text_part(&pane, 0, pane.rows);
    bool wraps = pane.rows >= 8 && part.columns > 8;
    for (int i = 0; !wraps && i < pane.rows && i < s->n_messages; i++)
        if (pane_width(&part, s->messages[s->n_messages - 1 - i].text) > part.columns)
            return true;
    return false;
}

static void note(const struct view_input *input, char *text, int size)
{
    snprintf(text, (size_t)size, "%d lines", input->snapshot->n_messages);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    int most = s->n_messages > 0 ? s->n_messages - 1 : 0;
    view_state->scroll = most - panel_moved(most - view_state->scroll, most + 1, inside.rows, way);
}

const struct view view_log = {
    .name = "log",
    .title = "Log",
    .help = "messages of the engine, newest last",
    .min_columns = 20,
    .min_rows = 1,
    .place = {[SCREEN_COMPACT] = {REGION_BELOW, .least = 1, .most = 1, .room = 6},
        [SCREEN_STANDARD] = {REGION_BELOW, .least = 1, .most = 1},
        [SCREEN_LARGE] = {REGION_BELOW, .least = 3, .most = 3},
        [SCREEN_HUGE] = {REGION_BELOW, .least = 3, .most = 3}},
    .rank = 1,
    .bare = true,
    .draw = draw,
    .note = note,
    .move = move,
};
