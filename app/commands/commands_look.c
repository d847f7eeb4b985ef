/* What is looked at: a channel, a round that crossed a threshold, an order, a theme. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void command_inspect(struct ui *ui, const char *argument)
{
    char *end = NULL;
    long channel = argument ? strtol(argument, &end, 10) : ui->view_state.channel;
    if (!ui_ready(ui))
        return;
    if ((end && (end == argument || *end)) || channel < 0 || channel >= ui->snapshot->n_channels) {
        ui_complain(ui, "use: inspect CHANNEL, 0 to %d", ui->snapshot->n_channels - 1);
        return;
    }
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, "channels") == 0)
            ui_focus(ui, i, true);
    ui->view_state.channel = (int)channel;
    ui->view_state.detail = true;
    ui->inspecting = (int)channel;
    ui_post(ui, COMMAND_INSPECT, (int)channel, 0, "");
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
        ui_say(ui, direction > 0 ? "no threshold is crossed after this round"
                                 : "no threshold is crossed before this round");
        return;
    }
    ui->view_state.viewed = best;
    ui->view_state.threshold = which;
    ui_say(ui, "round %d is the first that lost %g points; b brings the net there", best,
        s->thresholds[which].points);
}

static void command_crossing_next(struct ui *ui, const char *argument)
{
    (void)argument;
    crossing(ui, 1);
}

static void command_crossing_previous(struct ui *ui, const char *argument)
{
    (void)argument;
    crossing(ui, -1);
}

static void command_crossing_here(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    int i = ui->view_state.threshold;
    (void)argument;
    if (i < 0 || i >= s->n_thresholds)
        return;
    if (s->thresholds[i].round < 0)
        ui_say(ui, "no round has lost %g points yet", s->thresholds[i].points);
    else
        ui->view_state.viewed = s->thresholds[i].round;
}

static void command_channel_order(struct ui *ui, const char *argument)
{
    static const char *const words[N_CHANNEL_ORDERS] = {"by number", "in the order of pruning",
        "by the difference between poisoned and clean",
        "by what-if: most attack removed for the accuracy lost"};
    (void)argument;
    ui->view_state.channel_order =
        (enum channel_order)((ui->view_state.channel_order + 1) % N_CHANNEL_ORDERS);
    ui_say(ui, "channels %s", words[ui->view_state.channel_order]);
}

static const struct theme *theme_after(const struct theme *theme)
{
    for (int i = 0; themes_at(i); i++)
        if (themes_at(i) == theme && themes_at(i + 1))
            return themes_at(i + 1);
    return themes_at(0);
}

static void command_theme(struct ui *ui, const char *argument)
{
    const struct theme *theme = argument ? theme_find(argument) : theme_after(ui->theme);
    if (argument && strcmp(argument, "auto") == 0) {
        ui_follow_ground(ui);
        ui_say(ui, "theme auto: %s, to match the terminal's background", ui->theme->name);
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

static void offer_themes(struct ui *ui, const struct action *action)
{
    char *follow = memory_format("%s auto", action->name);
    overlay_add(
        &ui->overlay, -1, "auto", "dark or light, to match the terminal's background", follow);
    free(follow);
    for (int i = 0; themes_at(i); i++) {
        char *insert = memory_format("%s %s", action->name, themes_at(i)->name);
        overlay_add(&ui->overlay, i, themes_at(i)->name, themes_at(i)->help, insert);
        free(insert);
    }
}

static void command_mouse(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->mouse = !ui->mouse;
    ui_say(ui, ui->mouse ? "mouse on: click and wheel" : "mouse off: the terminal selects text");
}

static void command_marker(struct ui *ui, const char *argument)
{
    static const char *const words[] = {"braille dots", "blocks", "ASCII"};
    (void)argument;
    if (ui->view_state.ascii) {
        ui_say(ui, "secateur was started with ASCII characters only");
        return;
    }
    ui->view_state.marker = (enum marker)((ui->view_state.marker + 1) % 3);
    ui_say(ui, "curves in %s", words[ui->view_state.marker]);
}

static void command_redraw(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->repaint = true;
}

const struct action action_crossing_here = {
    .name = "crossing-here",
    .keys = "Enter",
    .group = COMMANDS_LOOK,
    .help = "show the round that crossed it",
    .run = command_crossing_here,
    .view = "thresholds",
    .hint = "show round",
    .where = "thresholds",
    .rank = 2,
    .screen = true,
};

const struct action action_crossing = {
    .name = "crossing",
    .keys = "]",
    .group = COMMANDS_LOOK,
    .help = "next round that crosses a threshold",
    .run = command_crossing_next,
    .hint = "crossings",
    .where = "curves",
    .key = "[ ]",
    .rank = 6,
    .screen = true,
};

const struct action action_crossing_back = {
    .name = "crossing-back",
    .keys = "[",
    .group = COMMANDS_LOOK,
    .help = "the previous such round",
    .run = command_crossing_previous,
    .screen = true,
};

const struct action action_sort = {
    .name = "sort",
    .keys = "o",
    .group = COMMANDS_LOOK,
    .help = "channels: number, rank, diff, what-if",
    .run = command_channel_order,
    .hint = "sort",
    .where = "channels",
    .rank = 2,
    .screen = true,
};

const struct action action_inspect = {
    .name = "inspect",
    .argument = "[CHANNEL]",
    .keys = "i",
    .group = COMMANDS_LOOK,
    .help = "a channel in detail",
    .run = command_inspect,
    .hint = "inspect",
    .where = "channels",
    .rank = 2,
};

const struct action action_theme = {
    .name = "theme",
    .argument = "[NAME]",
    .keys = "T",
    .group = COMMANDS_LOOK,
    .help = "next theme",
    .run = command_theme,
    .offer = offer_themes,
    .screen = true,
};

const struct action action_marker = {
    .name = "marker",
    .keys = "m",
    .group = COMMANDS_LOOK,
    .help = "other panels: dots, blocks, ASCII",
    .run = command_marker,
    .screen = true,
};

const struct action action_redraw = {
    .name = "redraw",
    .keys = "Ctrl-L",
    .group = COMMANDS_LOOK,
    .help = "redraw the screen",
    .run = command_redraw,
    .screen = true,
};

const struct action action_mouse = {
    .name = "mouse",
    .keys = "%",
    .group = COMMANDS_PROGRAM,
    .help = "mouse on and off",
    .run = command_mouse,
    .screen = true,
};
