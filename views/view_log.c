/* What happened: the engine's messages, newest last. */
#include "views/views.h"

#include <stdio.h>

static int first_of(const struct snapshot *s, const struct look *look, int rows)
{
    int first = s->n_messages - rows - (look->scroll > 0 ? look->scroll : 0);
    return first > 0 ? first : 0;
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    struct look still = *input->look;
    if (!input->focused)
        still.scroll = 0;
    int first = first_of(s, &still, pane.rows);
    for (int row = 0; row < pane.rows && first + row < s->n_messages; row++) {
        const struct message *message = &s->messages[first + row];
        char time[32];
        views_time(time, sizeof time, message->seconds);
        int at = pane_right(&pane, 8, row, ROLE_FAINT, "%s", time);
        at = message->error ? pane_text(&pane, 9, row, ROLE_BAD, "✗ ") : 9;
        pane_text(&pane, at, row,
            message->error                     ? ROLE_BAD
            : first + row == s->n_messages - 1 ? ROLE_TEXT
                                               : ROLE_FAINT,
            message->text);
    }
}

static void note(const struct view_input *input, char *text, int size)
{
    snprintf(text, (size_t)size, "%d lines", input->snapshot->n_messages);
}

static void move(
    const struct snapshot *s, struct look *look, enum view_move way, struct area inside)
{
    int most = s->n_messages - inside.rows;
    most = most > 0 ? most : 0;
    look->scroll = most - views_moved(most - look->scroll, most + 1, inside.rows, way);
}

const struct view views_log = {
    .name = "log",
    .title = "Log",
    .help = "messages of the engine, newest last",
    .min_columns = 20,
    .min_rows = 1,
    .draw = draw,
    .note = note,
    .move = move,
};
