/* Takes keys, clicks, pastes and snapshots to the overlay, panel or command that they are for. */
#include "app/shell/ui_events.h"

#include "app/commands/command_line.h"
#include "app/explain/commands_sees.h"
#include "app/guide/next_step.h"
#include "app/guide/tour.h"
#include "app/guide/welcome.h"
#include "app/shell/hints.h"
#include "app/shell/paste.h"
#include "app/shell/screen.h"
#include "app/shell/snapshot_events.h"
#include "engine/api/inspection.h"
#include "engine/base/clock.h"

#include <stdio.h>
#include <string.h>

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

/* What was asked for before, of a net that was opened now. */
static void begin_guide(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool ready = s->phase == PHASE_PAUSED && s->n_rounds > 0;
    if (ready && ui->guiding.speed > 0 && !ui->guiding.told) {
        ui->guiding.told = true;
        ui_post(ui, COMMAND_SPEED, 0, ui->guiding.speed, "");
    }
    welcome_follow(ui, clock_seconds());
    if (ready && ui->touring.wanted && tour_may(ui))
        tour_start(ui, ui->touring.first, clock_seconds());
}

void ui_snapshot(struct ui *ui, const struct snapshot *snapshot)
{
    const struct snapshot *old = ui->snapshot;
    ui->snapshot = snapshot;
    snapshot_events_follow(ui, old);
    snapshot_unref(old);
    snapshot_events_tell(ui);
    next_step_tell(ui);
    begin_guide(ui);
    inspected(ui);
    commands_sees_follow(ui);
}

static void overlay_event(struct ui *ui, const struct event *event)
{
    struct overlay *overlay = &ui->overlay;
    bool clicked = event->key == PRESS_CLICK || event->key == PRESS_DOUBLE_CLICK;
    bool points = clicked && overlay->kind->click;
    bool on = points && overlay->kind->click(overlay, ui->columns, ui->rows, event);
    if (points && (!on || (overlay->kind->is_picker && event->key == PRESS_CLICK)))
        return; /* a list is pointed at first, an answer is taken at once */
    const struct event taken = {.key = overlay->kind->is_prompt ? PRESS_TAB : PRESS_ENTER};
    enum overlay_answer answer = overlay->kind->key(overlay, on ? &taken : event);
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
        *count = (struct counting){
            .focus = ui->focus, .zoomed = ui->zoomed, .detail = ui->view_state.detail};
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
    ui->view_state.detail = count->detail;
    ui_say(
        ui, "%s %d: a digit within %g s before it is its count", action->name, number, count_holds);
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
    int before = ui->guiding.dragged; /* where the first of two clicks was */
    ui->guiding.dragged = -1;
    if (ui->layout.hints.rows > 0 && event->row == ui->layout.hints.row) {
        if (ui->noticed) /* it lay over the hints, which nobody saw */
            commands_call(ui, "messages", NULL);
        else
            click_hint(ui, event->column);
        return;
    }
    if (ui->layout.tabs.rows > 0 && event->row == ui->layout.tabs.row) {
        struct tabs_keys keys;
        screen_tabs_keys(ui, &keys);
        int view = tabs_hit(&keys, ui->columns, event->column);
        if (views_at(view))
            commands_call(ui, "view", views_at(view)->name);
        return;
    }
    const struct slot *slot = layout_hit(&ui->layout, event->column, event->row);
    if (!slot)
        return;
    const struct view *view = views_at(slot->view);
    struct area inside = layout_inside(slot);
    ui->guiding.dragged = slot->view;
    ui->view_state.playing = false;
    if (ui->focus != slot->view)
        ui_focus(ui, slot->view, ui->zoomed);
    bool second = event->key == PRESS_DOUBLE_CLICK && before == slot->view;
    if (second) /* of what the first one chose: a list may have moved under the pointer */
        press(ui, PRESS_ENTER);
    else if (view->click && ui->snapshot->n_rounds > 0)
        view->click(ui->snapshot, &ui->view_state, event->column, event->row, inside);
}

/* Goes on along the panel in which the button was pressed, until it is let go. */
static void drag(struct ui *ui, const struct event *event)
{
    const struct view *view = views_at(ui->guiding.dragged);
    const struct slot *slot = view ? layout_find(&ui->layout, ui->guiding.dragged) : NULL;
    ui->view_state.dragging = event->key == PRESS_DRAG && slot && view->slides;
    ui->view_state.sliding = false;
    if (ui->view_state.dragging && ui->snapshot->n_rounds > 0)
        view->click(ui->snapshot, &ui->view_state, event->column, event->row, layout_inside(slot));
    if (event->key == PRESS_RELEASE)
        ui->guiding.dragged = -1;
}

static void wheel(struct ui *ui, const struct event *event)
{
    const struct slot *slot = layout_hit(&ui->layout, event->column, event->row);
    if (!slot || ui->snapshot->n_rounds == 0)
        return;
    const struct view *view = views_at(slot->view);
    struct area inside = layout_inside(slot);
    int by = event->key == PRESS_WHEEL_UP ? 1 : -1;
    if (view->wheel &&
        view->wheel(ui->snapshot, &ui->view_state, event->column, event->row, inside, by))
        return;
    if (view->move)
        view->move(ui->snapshot, &ui->view_state,
            event->key == PRESS_WHEEL_UP ? MOVE_UP : MOVE_DOWN, inside);
}

/* Keys would come between the lines of a script. */
static void script_event(struct ui *ui, const struct event *event)
{
    if (script_replays(&ui->scripts)) {
        ui_say(ui, "resuming; Ctrl-C quits and leaves the journal unchanged");
        return;
    }
    if (event->key != PRESS_ESCAPE) {
        ui->scripts.kept_out = true;
        ui_say(ui, "a script is running; Esc stops it");
        return;
    }
    script_drop(&ui->scripts);
    commands_call(ui, "pause", NULL);
    ui_say(ui, "the script was stopped");
}

/* Its own keys, and a click on its text; all others pause it and do their work. */
static bool tour_event(struct ui *ui, const struct event *event)
{
    struct area told = ui->layout.told;
    if (!ui->touring.on)
        return false;
    bool click = event->key == PRESS_CLICK || event->key == PRESS_DOUBLE_CLICK;
    if (click && event->row >= told.row && event->row < told.row + told.rows) {
        if (event->key == PRESS_CLICK) /* the second of two is of the same step */
            tour_next(ui, clock_seconds());
        return true;
    }
    return tour_key(ui, event->key, clock_seconds());
}

static void take_event(struct ui *ui, const struct event *event)
{
    if (script_runs(&ui->scripts)) {
        script_event(ui, event);
        return;
    }
    if (paste_drops(ui, event))
        return;
    ui->noticed = ui->notice[0];
    ui->notice[0] = '\0';
    if (welcome_shows(ui)) /* and the key does its work */
        welcome_end(ui);
    if (event->key == PRESS_PASTE) {
        paste_event(ui, event);
        return;
    }
    if (overlay_is_open(&ui->overlay)) {
        overlay_event(ui, event);
        return;
    }
    if (tour_event(ui, event))
        return;
    if (event->key == PRESS_ESCAPE && ui->changing.any && ui_working(ui)) {
        commands_call(ui, "pause", NULL);
        return;
    }
    if (event->key == PRESS_CLICK || event->key == PRESS_DOUBLE_CLICK) {
        click(ui, event);
        return;
    }
    if (event->key == PRESS_DRAG || event->key == PRESS_RELEASE) {
        drag(ui, event);
        return;
    }
    if (keys_is_mouse(event->key)) {
        wheel(ui, event);
        return;
    }
    press(ui, event->key);
}

void ui_event(struct ui *ui, const struct event *event)
{
    if (event->key == PRESS_NONE)
        return;
    take_event(ui, event);
    commands_sees_follow(ui);
}
