/* The whole screen with the made-up snapshot. */
#include "tests/screens/whole.h"

#include "app/options/options.h"
#include "app/verbs/verbs.h"
#include "app/shell/screen.h"
#include "app/shell/ui_events.h"

#include <stdlib.h>
#include <string.h>

static bool ignore(void *context, const struct command *command)
{
    (void)context, (void)command;
    return true;
}

void whole_init(struct ui *ui, const struct snapshot *snapshot)
{
    static struct arguments arguments;
    struct error err = {0};
    char *line[] = {"secateur"};
    if (!options_parse(&arguments, verbs, 1, line, &err))
        abort();
    ui_init(ui, &arguments);
    ui->snapshot = snapshot;
    ui->post = ignore;
    ui->view_state.ascii = false;
    ui->view_state.marker = MARKER_BRAILLE;
    ui->view_state.depth = DEPTH_TRUE;
}

void whole_finish(struct ui *ui)
{
    ui_finish(ui);
}

static void zoom(struct ui *ui, const char *name, int length)
{
    for (int i = 0; views_at(i); i++)
        if ((int)strlen(views_at(i)->name) == length &&
            strncmp(views_at(i)->name, name, (size_t)length) == 0)
            ui_focus(ui, i, true);
}

void whole_press(struct ui *ui, const char *keys)
{
    while (*keys) {
        int length = (int)strcspn(keys, " ");
        struct event event = {.key = keys_number(keys, length)};
        if (*keys == '@')
            zoom(ui, keys + 1, length - 1);
        else
            ui_event(ui, &event);
        keys += length + (keys[length] == ' ');
    }
}

struct cells whole_draw(struct ui *ui, int columns, int rows)
{
    struct cells cells;
    cells_init(&cells, columns, rows);
    ui_resize(ui, columns, rows);
    screen_draw(ui, &cells);
    return cells;
}
