#include "app/commands/commands.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void move(struct ui *ui, enum view_move way)
{
    const struct view *view = views_at(ui->focus);
    const struct slot *slot = layout_find(&ui->layout, ui->focus);
    if (!slot || !view->move || ui->snapshot->n_rounds == 0)
        return;
    view->move(ui->snapshot, &ui->look, way, layout_inside(slot));
    ui_inspect(ui);
}

void command_left(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_LEFT);
}

void command_right(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_RIGHT);
}

void command_up(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_UP);
}

void command_down(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_DOWN);
}

void command_page_up(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_PAGE_UP);
}

void command_page_down(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_PAGE_DOWN);
}

void command_first(struct ui *ui, const char *argument)
{
    (void)argument;
    move(ui, MOVE_FIRST);
}

void command_last(struct ui *ui, const char *argument)
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

void command_focus_next(struct ui *ui, const char *argument)
{
    (void)argument;
    focus_step(ui, 1);
}

void command_focus_previous(struct ui *ui, const char *argument)
{
    (void)argument;
    focus_step(ui, -1);
}

static int view_number(const struct ui *ui, const char *argument)
{
    if (!argument)
        return ui->key - '1';
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, argument) == 0)
            return i;
    return atoi(argument) - 1;
}

void command_view(struct ui *ui, const char *argument)
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

void offer_views(struct ui *ui, const struct action *action)
{
    for (int i = 0; views_at(i); i++) {
        char *insert = memory_format("%s %s", action->name, views_at(i)->name);
        overlay_add(&ui->overlay, i, views_at(i)->name, views_at(i)->help, insert);
        free(insert);
    }
}

void command_zoom(struct ui *ui, const char *argument)
{
    (void)argument;
    bool deeper = ui->zoomed && ui->key != 'z' && views_at(ui->focus)->detail;
    if (deeper && !ui->look.detail) {
        ui->look.detail = true;
        ui_inspect(ui);
    } else
        ui_focus(ui, ui->focus, !ui->zoomed);
}

void command_inspect(struct ui *ui, const char *argument)
{
    char *end = NULL;
    long channel = argument ? strtol(argument, &end, 10) : ui->look.channel;
    if (!ui_ready(ui))
        return;
    if ((end && (end == argument || *end)) || channel < 0 || channel >= ui->snapshot->n_channels) {
        ui_complain(ui, "say a channel, 0 to %d", ui->snapshot->n_channels - 1);
        return;
    }
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, "channels") == 0)
            ui_focus(ui, i, true);
    ui->look.channel = (int)channel;
    ui->look.detail = true;
    ui->inspecting = (int)channel;
    ui_post(ui, COMMAND_INSPECT, (int)channel, 0, "");
}

void command_back(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->look.detail && ui->zoomed)
        ui->look.detail = false;
    else if (ui->zoomed)
        ui_focus(ui, ui->focus, false);
    else
        ui->look.viewed = -1;
}

/* Looks at a round that crossed a threshold: the nearest one in a direction. */
static void crossing(struct ui *ui, int direction)
{
    const struct snapshot *s = ui->snapshot;
    int now = ui_round(ui), best = -1, which = -1;
    for (int i = 0; i < s->n_thresholds; i++) {
        int round = s->thresholds[i].round;
        if (round < 0 || (round - now) * direction <= 0)
            continue;
        if (best < 0 || (best - round) * direction > 0) {
            best = round;
            which = i;
        }
    }
    if (best < 0) {
        ui_say(ui, direction > 0 ? "no crossing behind this round" : "no crossing before it");
        return;
    }
    ui->look.viewed = best;
    ui->look.threshold = which;
    ui_say(ui, "round %d loses %g points or more; b brings the net there", best,
        s->thresholds[which].points);
}

void command_crossing_next(struct ui *ui, const char *argument)
{
    (void)argument;
    crossing(ui, 1);
}

void command_crossing_previous(struct ui *ui, const char *argument)
{
    (void)argument;
    crossing(ui, -1);
}

void command_crossing_here(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    int i = ui->look.threshold;
    (void)argument;
    if (i < 0 || i >= s->n_thresholds)
        return;
    if (s->thresholds[i].round < 0)
        ui_say(ui, "no round has lost %g points yet", s->thresholds[i].points);
    else
        ui->look.viewed = s->thresholds[i].round;
}

void command_channel_order(struct ui *ui, const char *argument)
{
    static const char *const words[N_CHANNEL_ORDERS] = {"by number", "in the order of pruning",
        "by the difference between poisoned and clean",
        "by what-if: most attack won for the accuracy lost"};
    (void)argument;
    ui->look.channel_order = (enum channel_order)((ui->look.channel_order + 1) % N_CHANNEL_ORDERS);
    ui_say(ui, "channels %s", words[ui->look.channel_order]);
}

static const struct theme *theme_after(const struct theme *theme)
{
    for (int i = 0; themes_at(i); i++)
        if (themes_at(i) == theme && themes_at(i + 1))
            return themes_at(i + 1);
    return themes_at(0);
}

void command_theme(struct ui *ui, const char *argument)
{
    const struct theme *theme = argument ? theme_find(argument) : theme_after(ui->theme);
    if (argument && strcmp(argument, "auto") == 0) {
        ui_follow_ground(ui);
        ui_say(ui, "theme auto: %s, as the terminal's background is", ui->theme->name);
        return;
    }
    if (!theme) {
        ui_complain(ui, "there is no theme %s", argument);
        return;
    }
    ui->theme = theme;
    ui->theme_follows = false;
    ui_say(ui, "theme %s: %s", theme->name, theme->help);
}

void offer_themes(struct ui *ui, const struct action *action)
{
    char *follow = memory_format("%s auto", action->name);
    overlay_add(&ui->overlay, -1, "auto", "dark or light, as the terminal's background is", follow);
    free(follow);
    for (int i = 0; themes_at(i); i++) {
        char *insert = memory_format("%s %s", action->name, themes_at(i)->name);
        overlay_add(&ui->overlay, i, themes_at(i)->name, themes_at(i)->help, insert);
        free(insert);
    }
}

void command_mouse(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->mouse = !ui->mouse;
    ui_say(ui, ui->mouse ? "mouse on: click and wheel" : "mouse off: the terminal selects text");
}

void command_marker(struct ui *ui, const char *argument)
{
    static const char *const words[] = {"braille dots", "blocks", "ASCII"};
    (void)argument;
    if (ui->look.ascii) {
        ui_say(ui, "ASCII characters alone were asked for");
        return;
    }
    ui->look.marker = (enum marker)((ui->look.marker + 1) % 3);
    ui_say(ui, "curves in %s", words[ui->look.marker]);
}

void command_redraw(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->repaint = true;
}
