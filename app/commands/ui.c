/* The state that commands change, and what all of them need of it. */
#include "app/commands/ui.h"

#include "app/options/options.h"
#include "app/report/provenance.h"
#include "app/terminal/charset.h"
#include "app/terminal/colour.h"
#include "app/terminal/line.h"
#include "engine/api/inspection.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ui_init(struct ui *ui, struct arguments *arguments)
{
    *ui = (struct ui){.arguments = arguments};
    ui->theme = theme_find(arguments->theme);
    if (!ui->theme)
        ui_follow_ground(ui);
    ui->view_state.viewed = ui->view_state.site = ui->view_state.still = -1;
    ui->remote = line_is_remote();
    ui->view_state.ascii = arguments->ascii || charset_is_ascii();
    ui->view_state.marker = ui->view_state.ascii ? MARKER_ASCII : MARKER_BRAILLE;
    ui->mouse = !arguments->no_mouse;
    ui->welcoming.wanted = true;
    ui->touring.wanted = arguments->tour;
    ui->asked = ui->inspecting = ui->guiding.dragged = -1;
    ui->guiding.speed = arguments->speed;
    ui->recent = true;
    ui->graphics = (enum graphics_wish)arguments->graphics;
    ui_resize(ui, 80, 24);
}

void ui_finish(struct ui *ui)
{
    overlay_close(&ui->overlay);
    script_drop(&ui->scripts);
    keymap_finish(&ui->keymap);
    command_history_finish(&ui->history);
    listing_finish(&ui->picking.listing);
    recent_finish(&ui->picking.recent);
    free(ui->picking.net);
    free(ui->picking.clean);
    free(ui->clipboard);
    provenance_destroy(ui->provenance);
    snapshot_unref(ui->snapshot);
}

/* Cursors and questions of a session that is left. */
static void forget_session(struct ui *ui)
{
    ui->touring.on = ui->guiding.told = false; /* of that net, to that engine */
    ui->guiding.step = NULL;
    ui->guiding.dragged = -1;
    const struct view_state old = ui->view_state;
    ui->view_state = (struct view_state){.depth = old.depth,
        .marker = old.marker,
        .ascii = old.ascii,
        .axis = old.axis,
        .channel_order = old.channel_order,
        .face_side = old.face_side,
        .difference = old.difference,
        .lean = old.lean,
        .still = -1,
        .viewed = -1,
        .site = -1};
    ui->calm.known = false;
    if (!ui->completes) { /* a line that is being typed stays */
        overlay_close(&ui->overlay);
        ui->accept = NULL;
    }
    provenance_destroy(ui->provenance);
    ui->provenance = NULL;
    ui->warned.action = NULL;
    ui->count.number = 0;
    ui->told = 0;
    ui->followed = 0;
    ui->saved = NULL;
    ui->asked = ui->inspecting = -1;
    ui->changing.any = false;
}

void ui_take_session(struct ui *ui, struct arguments *arguments, const struct snapshot *snapshot)
{
    forget_session(ui);
    snapshot_unref(ui->snapshot);
    ui->snapshot = snapshot;
    ui->arguments = arguments;
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

/* Rows of the tour's text, with its frame. */
static int told_rows(const struct ui *ui)
{
    if (!ui->touring.on || ui->rows < 8 || ui->columns < 20)
        return 0;
    int rows = ui->columns >= 120 ? 5 : ui->columns >= 72 ? 7 : 12;
    return rows < ui->rows / 2 ? rows : ui->rows / 2;
}

static void lay_out(struct ui *ui)
{
    layout_make(&ui->layout, ui->columns, ui->rows, told_rows(ui), ui->zoomed ? ui->focus : -1);
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
    ui->view_state.detail = false;
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
        ui_complain(ui, "that text is too long");
    else if (!ui->post(ui->context, &command))
        ui_complain(ui, "too many commands are waiting; try again");
}

void ui_change_file(struct ui *ui, enum session_file file, const char *path)
{
    struct changing *changing = &ui->changing;
    if (changing->any) {
        ui_complain(ui, "another file is being read: wait for it");
        return;
    }
    if (strlen(path) >= sizeof changing->path) {
        ui_complain(ui, "that name is too long: at most %d bytes", COMMAND_TEXT - 1);
        return;
    }
    unsigned complaints = ui->complaints;
    ui->view_state.viewed = -1;
    ui_post(ui, COMMAND_DATA, (int)file, 0, path);
    changing->any = complaints == ui->complaints;
    changing->file = file;
    snprintf(changing->path, sizeof changing->path, "%s", path);
}

void ui_file_changed(struct ui *ui)
{
    struct changing *changing = &ui->changing;
    struct error err;
    char names[32];
    int index = options_index(session_file_name(changing->file));
    snprintf(names, sizeof names, "%s-names", session_file_name(changing->file));
    if (!changing->any)
        return;
    changing->any = false;
    if (!*changing->path)
        options_unset(ui->arguments, index);
    else if (!options_set(ui->arguments, index, changing->path, &err))
        ui_complain(ui, "%s", err.text);
    if (options_index(names) >= 0)
        options_unset(ui->arguments, options_index(names));
    if (changing->file == FILE_TEST_CLEAN && !*changing->path)
        options_unset(ui->arguments, options_index("test-poisoned"));
    provenance_destroy(ui->provenance);
    ui->provenance = NULL;
    ui_remember(ui);
}

void ui_remember(const struct ui *ui)
{
    if (ui->recent && !ui->plain && !ui->arguments->no_journal)
        recent_note(&ui->arguments->options);
}

void ui_act(struct ui *ui, enum command_kind kind, int number)
{
    ui_act_text(ui, kind, number, "");
}

void ui_act_text(struct ui *ui, enum command_kind kind, int number, const char *text)
{
    ui->view_state.viewed = -1;
    ui->view_state.playing = false;
    if (kind != COMMAND_WHAT_IF)
        ui->asked = -1;
    ui_post(ui, kind, number, 0, text);
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
    bool large = ui->zoomed && ui->view_state.detail && ui->view_state.channel < s->n_channels &&
                 strcmp(views_at(ui->focus)->name, "channels") == 0;
    bool known = s->inspection && s->inspection->channel == ui->view_state.channel;
    if (!rests || !large || known || ui->inspecting >= 0)
        return;
    ui->inspecting = ui->view_state.channel;
    ui_post(ui, COMMAND_INSPECT, ui->view_state.channel, 0, "");
}

int ui_round(const struct ui *ui)
{
    return view_shown_round_of(ui->snapshot, &ui->view_state);
}

bool ui_working(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE || s->phase == PHASE_FAILED;
    return !rests && s->n_rounds > 0;
}
