#include "app/commands/ui.h"

#include "app/commands/commands.h"
#include "app/shell/paste.h"
#include "app/options/arguments.h"
#include "app/report/provenance.h"
#include "app/shell/hints.h"
#include "app/shell/snapshot_events.h"
#include "app/terminal/charset.h"
#include "app/terminal/colour.h"
#include "engine/api/inspection.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ui_init(struct ui *ui, const struct arguments *arguments)
{
    *ui = (struct ui){.arguments = arguments};
    ui->theme = theme_find(arguments->theme);
    if (!ui->theme)
        ui_follow_ground(ui);
    ui->look.viewed = -1;
    ui->look.site = -1;
    ui->look.ascii = arguments->ascii || charset_is_ascii();
    ui->look.marker = ui->look.ascii ? MARKER_ASCII : MARKER_BRAILLE;
    ui->mouse = !arguments->no_mouse;
    ui->asked = ui->inspecting = -1;
    ui_resize(ui, 80, 24);
}

void ui_finish(struct ui *ui)
{
    overlay_close(&ui->overlay);
    script_drop(&ui->scripts);
    keymap_finish(&ui->keymap);
    command_history_finish(&ui->history);
    free(ui->clipboard);
    provenance_destroy(ui->provenance);
    snapshot_unref(ui->snapshot);
}

void ui_follow_ground(struct ui *ui)
{
    ui->theme_follows = true;
    ui->theme = theme_find(colour_is_light(ui->ground) ? "light" : "dark");
}

bool ui_ground(struct ui *ui, uint32_t rgb)
{
    const struct theme *before = ui->theme;
    ui->ground = rgb;
    if (ui->theme_follows)
        ui_follow_ground(ui);
    return ui->theme != before;
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
    memcpy(ui->said, ui->notice, sizeof ui->said);
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
    ui->complaints++;
    memcpy(ui->complaint, ui->notice, sizeof ui->complaint);
}

bool ui_attended(const struct ui *ui)
{
    return !ui->plain && !script_runs(&ui->scripts);
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

void ui_inspect(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    bool large = ui->zoomed && ui->look.detail && ui->look.channel < s->n_channels &&
                 strcmp(views_at(ui->focus)->name, "channels") == 0;
    bool known = s->inspection && s->inspection->channel == ui->look.channel;
    if (!rests || !large || known || ui->inspecting >= 0)
        return;
    ui->inspecting = ui->look.channel;
    ui_post(ui, COMMAND_INSPECT, ui->look.channel, 0, "");
}

/* Goes on with the channel that the cursor moved to meanwhile. */
static void inspected(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool done = s->inspection && s->inspection->channel == ui->inspecting;
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    if (ui->inspecting < 0 || (!done && !rests))
        return;
    ui->inspecting = -1;
    if (done)
        ui_inspect(ui);
}

int ui_round(const struct ui *ui)
{
    return view_shown_round_of(ui->snapshot, &ui->look);
}

void ui_snapshot(struct ui *ui, const struct snapshot *snapshot)
{
    const struct snapshot *old = ui->snapshot;
    ui->snapshot = snapshot;
    snapshot_events_follow(ui, old);
    snapshot_unref(old);
    snapshot_events_tell(ui);
    inspected(ui);
}

static void overlay_event(struct ui *ui, const struct event *event)
{
    struct overlay *overlay = &ui->overlay;
    enum overlay_answer answer = overlay->kind->key(overlay, event);
    if (answer == OVERLAY_CHANGED && ui->completes)
        commands_offer(ui, overlay->edit.text);
    if (answer != OVERLAY_CANCELLED && answer != OVERLAY_ACCEPTED)
        return;
    struct edit edit = overlay->edit;
    int value = overlay_value(overlay);
    void (*accept)(struct ui *, const char *, int) = ui->accept;
    overlay_close(overlay);
    ui->accept = NULL;
    ui->completes = false;
    if (answer == OVERLAY_ACCEPTED && accept)
        accept(ui, edit.text, value);
}

static const double count_holds = 2; /* seconds */

/* A digit: goes into the count, and chooses its panel as ever. */
static void count_digit(struct ui *ui, int digit)
{
    struct counting *count = &ui->count;
    if (count->number == 0)
        *count =
            (struct counting){.focus = ui->focus, .zoomed = ui->zoomed, .detail = ui->look.detail};
    count->typed = clock_seconds();
    if (count->number < 100000)
        count->number = 10 * count->number + digit;
}

/* The count in front of a key, 0: none; the focus is again where it was. */
static int take_count(struct ui *ui, const struct action *action)
{
    struct counting *count = &ui->count;
    int number = clock_seconds() - count->typed < count_holds ? count->number : 0;
    count->number = 0;
    if (number == 0 || !action->counts)
        return 0;
    ui_focus(ui, count->focus, count->zoomed);
    ui->look.detail = count->detail;
    return number;
}

static void run_counted(struct ui *ui, const struct action *action, int count)
{
    char argument[16];
    snprintf(argument, sizeof argument, "%d", count);
    commands_run(ui, action, count > 0 ? argument : NULL);
}

/* What the key does in the panel that has the focus. */
static void press(struct ui *ui, int key)
{
    const char *line;
    const struct action *action = keymap_find(&ui->keymap, key, views_at(ui->focus)->name, &line);
    bool digit = key >= '0' && key <= '9';
    if (digit && ui->count.number > 0 && clock_seconds() - ui->count.typed >= count_holds)
        ui->count.number = 0;
    if (digit && (key > '0' || ui->count.number > 0))
        count_digit(ui, key - '0');
    if (!action)
        return;
    ui->key = key;
    if (line)
        commands_line(ui, line);
    else if (digit)
        action->run(ui, NULL);
    else
        run_counted(ui, action, take_count(ui, action));
    ui->key = PRESS_NONE;
}

static void click_hint(struct ui *ui, int column)
{
    struct hint hints[HINTS_MAX];
    int n = hints_make(ui, hints);
    for (int i = 0; i < n; i++)
        if (column >= hints[i].column && column < hints[i].column + hints[i].columns)
            commands_run(ui, hints[i].action, NULL);
}

static void click(struct ui *ui, const struct event *event)
{
    if (ui->layout.hints.rows > 0 && event->row == ui->layout.hints.row) {
        if (ui->noticed) /* it lay over the hints, which nobody saw */
            command_messages(ui, NULL);
        else
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
        press(ui, PRESS_ENTER);
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

/* Keys would come between the lines of a script. */
static void script_event(struct ui *ui, const struct event *event)
{
    if (script_replays(&ui->scripts)) {
        ui_say(ui, "resuming; Ctrl-C leaves, and the journal stays as it is");
        return;
    }
    if (event->key != PRESS_ESCAPE) {
        ui->scripts.kept_out = true;
        ui_say(ui, "a script runs; Esc stops it");
        return;
    }
    script_drop(&ui->scripts);
    command_pause(ui, NULL);
    ui_say(ui, "the script was stopped");
}

void ui_event(struct ui *ui, const struct event *event)
{
    if (event->key == PRESS_NONE)
        return;
    if (script_runs(&ui->scripts)) {
        script_event(ui, event);
        return;
    }
    if (paste_drops(ui, event))
        return;
    ui->noticed = ui->notice[0];
    ui->notice[0] = '\0';
    if (event->key == PRESS_PASTE) {
        paste_event(ui, event);
        return;
    }
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
    press(ui, event->key);
}
