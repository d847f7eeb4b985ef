#include "app/ui.h"

#include "app/arguments.h"
#include "app/commands.h"
#include "app/hints.h"
#include "app/charset.h"
#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ui_init(struct ui *ui, const struct arguments *arguments, const struct snapshot *snapshot)
{
    *ui = (struct ui){.arguments = arguments, .snapshot = snapshot};
    ui->theme = arguments->theme ? theme_find(arguments->theme) : themes_at(0);
    ui->look.viewed = -1;
    ui->look.site = -1;
    ui->look.ascii = arguments->ascii || charset_is_ascii();
    ui->look.marker = ui->look.ascii ? MARKER_ASCII : MARKER_BRAILLE;
    ui->mouse = !arguments->no_mouse;
    ui->saved_site = ui->saved_position = -1;
    ui_resize(ui, 80, 24);
}

void ui_finish(struct ui *ui)
{
    overlay_close(&ui->overlay);
    for (int i = 0; i < ui->n_history; i++)
        free(ui->history[i]);
    free(ui->clipboard);
    snapshot_unref(ui->snapshot);
}

static void lay_out(struct ui *ui)
{
    layout_make(&ui->layout, ui->columns, ui->rows, ui->zoomed ? ui->focus : -1);
    if (!ui->zoomed && ui->layout.n_slots > 0 && !layout_find(&ui->layout, ui->focus))
        ui->focus = ui->layout.slot[ui->layout.n_slots - 1].view;
}

void ui_resize(struct ui *ui, int columns, int rows)
{
    ui->columns = columns;
    ui->rows = rows;
    lay_out(ui);
}

void ui_focus(struct ui *ui, int view, bool zoomed)
{
    ui->look.detail = false;
    ui->focus = view;
    ui->zoomed = zoomed;
    lay_out(ui);
}

static void notice(struct ui *ui, bool bad, const char *format, va_list args)
{
    vsnprintf(ui->notice, sizeof ui->notice, format, args);
    ui->notice_bad = bad;
}

void ui_say(struct ui *ui, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    notice(ui, false, format, args);
    va_end(args);
}

void ui_complain(struct ui *ui, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    notice(ui, true, format, args);
    va_end(args);
}

void ui_post(struct ui *ui, enum command_kind kind, int number, double value, const char *text)
{
    struct command command = {.kind = kind, .number = number, .value = value};
    if (snprintf(command.text, sizeof command.text, "%s", text) >= COMMAND_TEXT)
        ui_complain(ui, "that is too long");
    else if (!ui->post(ui->context, &command))
        ui_complain(ui, "too many commands are waiting; try again");
}

bool ui_ready(struct ui *ui)
{
    if (ui->snapshot->n_rounds > 0)
        return true;
    ui_complain(ui, "not yet: %s", ui->snapshot->activity);
    return false;
}

int ui_round(const struct ui *ui)
{
    return view_round_of(ui->snapshot, &ui->look);
}

/* The newest message in place of the hints: errors always, others when no log is seen. */
static void show_message(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    if (s->n_messages == 0)
        return;
    const struct message *message = &s->messages[s->n_messages - 1];
    if (message->serial <= ui->told)
        return;
    ui->told = message->serial;
    if (message->error) {
        ui->saved_site = -1;
        ui_complain(ui, "%s", message->text);
    } else if (s->phase != PHASE_RUNNING && ui->zoomed) {
        ui_say(ui, "%s", message->text);
    }
}

/* "run until": a round that reached the goal ends the run; rounds behind it stay known. */
static void pursue_goal(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    if (!ui->goal.reached)
        return;
    for (int round = ui->goal.from + 1; round < s->n_rounds; round++) {
        if (!ui->goal.reached(s, round, ui->goal.value))
            continue;
        ui->goal.reached = NULL;
        ui_post(ui, COMMAND_PAUSE, 0, 0, "");
        ui_post(ui, COMMAND_JUMP, round, 0, "");
        ui_say(ui, "reached in round %d", round);
        return;
    }
    if (s->phase == PHASE_DONE) {
        ui->goal.reached = NULL;
        ui_complain(ui, "all channels are pruned and the goal was not reached");
    }
}

/* Cursors stay where they mean something, and follow as long as nobody moved them. */
static void keep_cursors(struct ui *ui, const struct snapshot *old)
{
    const struct snapshot *s = ui->snapshot;
    struct look *look = &ui->look;
    if (s->n_rounds == 0)
        return;
    bool moved = s->site != old->site || old->n_rounds == 0;
    int next = snapshot_next_channel(s);
    if (next >= 0 && (moved || look->channel == ui->followed))
        look->channel = ui->followed = next;
    if (moved) {
        look->site = s->site;
        look->viewed = -1;
        look->face = 0;
    }
    if (s->position != old->position)
        look->face = 0;
    if (look->channel >= s->n_channels)
        look->channel = s->n_channels - 1;
    if (look->viewed >= s->n_rounds)
        look->viewed = -1;
    if (look->threshold >= s->n_thresholds)
        look->threshold = s->n_thresholds > 0 ? s->n_thresholds - 1 : 0;
}

void ui_snapshot(struct ui *ui, const struct snapshot *snapshot)
{
    const struct snapshot *old = ui->snapshot;
    ui->snapshot = snapshot;
    keep_cursors(ui, old);
    snapshot_unref(old);
    show_message(ui);
    pursue_goal(ui);
}

static void remember(struct ui *ui, const char *line)
{
    if (!*line || (ui->n_history > 0 && strcmp(ui->history[ui->n_history - 1], line) == 0))
        return;
    if (ui->n_history == UI_HISTORY) {
        free(ui->history[0]);
        memmove(ui->history, ui->history + 1, sizeof *ui->history * (size_t)--ui->n_history);
    }
    ui->history[ui->n_history++] = memory_string(line);
}

static void accept_line(struct ui *ui, const char *text, int value)
{
    (void)value;
    remember(ui, text);
    commands_line(ui, text);
}

void command_prompt(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_prompt(&ui->overlay, ":", "");
    ui->overlay.history = (const char *const *)ui->history;
    ui->overlay.n_history = ui->overlay.history_at = ui->n_history;
    ui->accept = accept_line;
    commands_offer(ui, "");
}

/* The first line of the help that the filter leaves. */
static void accept_help(struct ui *ui, const char *text, int value)
{
    (void)value;
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        char *all =
            memory_format("%s %s %s %s", action->group, action->keys, action->name, action->help);
        bool wanted = overlay_matches(text, all);
        free(all);
        if (!wanted)
            continue;
        action->run(ui, NULL);
        return;
    }
}

void command_help(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_help(&ui->overlay);
    ui->accept = accept_help;
}

void command_suspend(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->suspend = true;
}

/* Would leaving lose a pruned net that cannot be had by another key press? */
static bool unsaved(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    if (s->n_rounds == 0 || s->position == 0)
        return false;
    if (ui->saved_site == s->site && ui->saved_position == s->position)
        return false;
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].saved[0])
            return false;
    return true;
}

static void accept_quit(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'q')
        ui->quit = true;
    else if (value == 's')
        command_save(ui, NULL);
}

static void ask_quit(struct ui *ui, const char *question)
{
    overlay_question(&ui->overlay, question);
    overlay_add(&ui->overlay, 'c', "continue", NULL, NULL);
    overlay_add(&ui->overlay, 's', "save the net as it stands", NULL, NULL);
    overlay_add(&ui->overlay, 'q', "quit", NULL, NULL);
    ui->accept = accept_quit;
}

void command_quit(struct ui *ui, const char *argument)
{
    (void)argument;
    if (unsaved(ui))
        ask_quit(ui, "The pruned net is not saved. Quit?");
    else
        ui->quit = true;
}

void ui_interrupt(struct ui *ui)
{
    if (overlay_is_open(&ui->overlay) && ui->accept == accept_quit) {
        ui->quit = true;
        return;
    }
    command_pause(ui, NULL);
    ask_quit(ui, "Paused. Quit?");
}

static void overlay_event(struct ui *ui, const struct event *event)
{
    struct overlay *overlay = &ui->overlay;
    enum overlay_answer answer = overlay->kind->key(overlay, event);
    if (answer == OVERLAY_CHANGED && ui->accept == accept_line)
        commands_offer(ui, overlay->edit.text);
    if (answer != OVERLAY_CANCELLED && answer != OVERLAY_ACCEPTED)
        return;
    struct edit edit = overlay->edit;
    int value = overlay_value(overlay);
    void (*accept)(struct ui *, const char *, int) = ui->accept;
    overlay_close(overlay);
    ui->accept = NULL;
    if (answer == OVERLAY_ACCEPTED && accept)
        accept(ui, edit.text, value);
}

static void click_hint(struct ui *ui, int column)
{
    struct hint hints[HINTS_MAX];
    int n = hints_make(ui, hints);
    for (int i = 0; i < n; i++)
        if (column >= hints[i].column && column < hints[i].column + hints[i].columns)
            hints[i].action->run(ui, NULL);
}

static void click(struct ui *ui, const struct event *event)
{
    if (ui->layout.hints.rows > 0 && event->row == ui->layout.hints.row) {
        click_hint(ui, event->column);
        return;
    }
    const struct slot *slot = layout_hit(&ui->layout, event->column, event->row);
    if (!slot)
        return;
    const struct view *view = views_at(slot->view);
    struct area inside = layout_inside(slot);
    if (ui->focus != slot->view)
        ui_focus(ui, slot->view, ui->zoomed);
    if (view->click && ui->snapshot->n_rounds > 0)
        view->click(ui->snapshot, &ui->look, event->column, event->row, inside);
    if (event->key == PRESS_DOUBLE_CLICK) {
        const struct action *action = commands_key(PRESS_ENTER, view->name);
        ui->key = PRESS_ENTER;
        action->run(ui, NULL);
    }
}

static void wheel(struct ui *ui, const struct event *event)
{
    const struct slot *slot = layout_hit(&ui->layout, event->column, event->row);
    if (!slot || ui->snapshot->n_rounds == 0)
        return;
    const struct view *view = views_at(slot->view);
    if (view->move)
        view->move(ui->snapshot, &ui->look, event->key == PRESS_WHEEL_UP ? MOVE_UP : MOVE_DOWN,
            layout_inside(slot));
}

void ui_event(struct ui *ui, const struct event *event)
{
    if (event->key == PRESS_NONE)
        return;
    ui->notice[0] = '\0';
    if (overlay_is_open(&ui->overlay)) {
        overlay_event(ui, event);
        return;
    }
    if (event->key == PRESS_CLICK || event->key == PRESS_DOUBLE_CLICK) {
        click(ui, event);
        return;
    }
    if (keys_is_mouse(event->key)) {
        wheel(ui, event);
        return;
    }
    const struct action *action = commands_key(event->key, views_at(ui->focus)->name);
    if (!action)
        return;
    ui->key = event->key;
    action->run(ui, NULL);
    ui->key = PRESS_NONE;
}
