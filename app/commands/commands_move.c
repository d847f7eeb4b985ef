/* Cursors, and which panel has the keys. */
#include "app/commands/command.h"
#include "app/commands/ui.h"
#include "engine/base/memory.h"
#include "views/panels/view_keys.h"
#include "views/panels/views.h"

#include <stdlib.h>
#include <string.h>

static void move(struct ui *ui, enum view_move way)
{
    const struct view *view = views_at(ui->focus);
    const struct slot *slot = layout_find(&ui->layout, ui->focus);
    if (!slot || !view->move || ui->snapshot->n_rounds == 0)
        return;
    int viewed = ui->view_state.viewed;
    view->move(ui->snapshot, &ui->view_state, way, layout_inside(slot));
    if (ui->view_state.viewed != viewed)
        ui->view_state.playing = false;
    ui_inspect(ui);
}

static void command_left(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_LEFT);
}

static void command_right(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_RIGHT);
}

static void command_up(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_UP);
}

static void command_down(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_DOWN);
}

static void command_page_up(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_PAGE_UP);
}

static void command_page_down(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_PAGE_DOWN);
}

static void command_first(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_FIRST);
}

static void command_last(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_LAST);
}

static int n_views(void)
{
    int n = 0;
    while (views_at(n))
        n++;
    return n;
}

/* Among the panels on the screen; zoomed, among all. */
static void focus_step(struct ui *ui, int step)
{
    int n = n_views(), view = ui->focus;
    do
        view = (view + step + n) % n;
    while (!ui->zoomed && view != ui->focus && !layout_find(&ui->layout, view));
    ui_focus(ui, view, ui->zoomed);
}

static void command_focus_next(struct ui *ui, const char *argument)
{
    (void)argument;
    focus_step(ui, 1);
}

static void command_focus_previous(struct ui *ui, const char *argument)
{
    (void)argument;
    focus_step(ui, -1);
}

static int view_number(const struct ui *ui, const char *argument)
{
    if (!argument)
        return ui->key == '0' ? 9 : ui->key - '1';
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, argument) == 0)
            return i;
    return atoi(argument) - 1;
}

static void command_view(struct ui *ui, const char *argument)
{
    int view = view_number(ui, argument);
    if (!views_at(view)) {
        ui_complain(ui, "there is no panel %s", argument ? argument : "");
        return;
    }
    /* A panel that has no place at this size is zoomed; so is one that has the focus already. */
    bool again = view == ui->focus && !ui->zoomed;
    ui_focus(ui, view, ui->zoomed || again || !layout_find(&ui->layout, view));
}

static void offer_views(struct ui *ui, const struct action *action)
{
    for (int i = 0; views_at(i); i++) {
        char *insert = memory_format("%s %s", action->name, views_at(i)->name);
        overlay_add(&ui->overlay, i, views_at(i)->name, views_at(i)->help, insert);
        free(insert);
    }
}

static void command_zoom(struct ui *ui, const char *argument)
{
    (void)argument;
    bool deeper = ui->zoomed && ui->key != 'z' && views_at(ui->focus)->detail;
    if (deeper && !ui->view_state.detail) {
        ui->view_state.detail = true;
        ui_inspect(ui);
    } else
        ui_focus(ui, ui->focus, !ui->zoomed);
}

static void command_back(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->view_state.detail && ui->zoomed)
        ui->view_state.detail = false;
    else if (ui->zoomed)
        ui_focus(ui, ui->focus, false);
    else
        ui->view_state.viewed = -1;
    ui->view_state.playing = false;
}

const struct action action_left = {
    .name = "left",
    .keys = "Left h",
    .group = COMMANDS_MOVE,
    .help = "left; curves: show one round back",
    .run = command_left,
    .hint = "look back",
    .where = "curves",
    .key = "←→",
    .rank = 3,
    .screen = true,
};

const struct action action_right = {
    .name = "right",
    .keys = "Right l",
    .group = COMMANDS_MOVE,
    .help = "right; curves: show one round forward",
    .run = command_right,
    .screen = true,
};

const struct action action_up = {
    .name = "up",
    .keys = "Up k",
    .group = COMMANDS_MOVE,
    .help = "up",
    .run = command_up,
    .screen = true,
};

const struct action action_down = {
    .name = "down",
    .keys = "Down j",
    .group = COMMANDS_MOVE,
    .help = "down",
    .run = command_down,
    .screen = true,
};

const struct action action_page_up = {
    .name = "page-up",
    .keys = "PgUp Ctrl-U",
    .group = COMMANDS_MOVE,
    .help = "a page up",
    .run = command_page_up,
    .screen = true,
};

const struct action action_page_down = {
    .name = "page-down",
    .keys = "PgDn Ctrl-D",
    .group = COMMANDS_MOVE,
    .help = "a page down",
    .run = command_page_down,
    .screen = true,
};

const struct action action_first = {
    .name = "first",
    .keys = "Home",
    .group = COMMANDS_MOVE,
    .help = "to the first",
    .run = command_first,
    .screen = true,
};

const struct action action_last = {
    .name = "last",
    .keys = "End G",
    .group = COMMANDS_MOVE,
    .help = "to the last",
    .run = command_last,
    .screen = true,
};

const struct action action_next = {
    .name = "next",
    .keys = "Tab",
    .group = COMMANDS_MOVE,
    .help = "next panel",
    .run = command_focus_next,
    .screen = true,
};

const struct action action_previous = {
    .name = "previous",
    .keys = "Shift-Tab",
    .group = COMMANDS_MOVE,
    .help = "previous panel",
    .run = command_focus_previous,
    .screen = true,
};

/* Where they are not named in a row of their own. */
static bool has_no_tabs(const struct ui *ui)
{
    return ui->layout.tabs.rows == 0;
}

const struct action action_view = {
    .name = "view",
    .argument = "NAME",
    .keys = VIEW_KEYS,
    .group = COMMANDS_MOVE,
    .help = "go to a panel; before s u g r: a count",
    .run = command_view,
    .hint = "panel",
    .when = has_no_tabs,
    .key = VIEW_KEYS_RANGE,
    .rank = 2,
    .offer = offer_views,
    .screen = true,
};

const struct action action_zoom = {
    .name = "zoom",
    .keys = "z Enter",
    .group = COMMANDS_MOVE,
    .help = "show the panel on the whole screen",
    .run = command_zoom,
    .hint = "zoom",
    .where = "dashboard",
    .key = "z",
    .rank = 4,
    .screen = true,
};

const struct action action_back = {
    .name = "back",
    .keys = "Esc",
    .group = COMMANDS_MOVE,
    .help = "back: unzoom, then the newest round",
    .run = command_back,
    .hint = "back",
    .where = "zoomed",
    .rank = 1,
    .screen = true,
};
