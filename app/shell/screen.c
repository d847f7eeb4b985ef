/* From the state to cells: status, panels, bottom row, overlay. */
#include "app/shell/screen.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/guide/next_step.h"
#include "app/guide/tour.h"
#include "app/guide/tour_box.h"
#include "app/guide/welcome.h"
#include "app/guide/words.h"
#include "app/screen/frame.h"
#include "app/shell/hints.h"
#include "engine/base/memory.h"
#include "views/cells/pane.h"
#include "views/panels/status.h"

#include <stdio.h>
#include <stdlib.h>

static struct view_input input_of(const struct ui *ui)
{
    return (struct view_input){
        .snapshot = ui->snapshot,
        .view_state = &ui->view_state,
        .theme = ui->theme,
        .zoomed = ui->zoomed,
        .version = SECATEUR_VERSION,
    };
}

static void draw_slot(const struct ui *ui, const struct slot *slot, struct cells *cells)
{
    const struct view *view = views_at(slot->view);
    struct view_input input = input_of(ui);
    struct area inside = layout_inside(slot);
    struct welcome_line welcome[WELCOME_LINES];
    input.n_welcome = welcome_lines(ui, welcome);
    input.welcome = welcome;
    input.focused = slot->view == ui->focus && !overlay_is_open(&ui->overlay);
    if (slot->framed) {
        struct pane pane = pane_of(&input, cells, slot->area);
        char title[64], note[128] = "";
        if (slot->view < 9) /* it has a digit */
            snprintf(title, sizeof title, "%d %s", (slot->view + 1) % 10, view->title);
        else
            snprintf(title, sizeof title, "%s", view->title);
        if (view->note)
            view->note(&input, note, sizeof note);
        frame_draw(&pane, title, note, slot->view == ui->focus);
    }
    if (inside.columns > 0 && inside.rows > 0)
        view->draw(&input, cells, inside);
}

/* Where it has no room its end gives way to the key that shows all of it. */
static void draw_notice(const struct ui *ui, const struct pane *pane)
{
    enum role role = ui->notice_bad ? ROLE_BAD : ROLE_STRONG;
    char words[KEYMAP_WORDS], key[KEYMAP_WORD], hint[KEYMAP_WORD + 16];
    keymap_words(&ui->keymap, commands_find("messages"), words);
    keys_first(words, key, sizeof key);
    snprintf(hint, sizeof hint, "… %s: all", key);
    int room = pane->columns - cells_width(hint), last = pane->rows - 1;
    struct pane whole = pane_part(pane, (struct area){0, 0, pane->columns, pane->rows});
    int rows = pane_paragraph(&whole, 0, pane->rows + 1, role, ui->notice);
    if (rows <= pane->rows || room < 8 || !*key)
        return;
    struct area end = {pane->column + room, pane->row + last, cells_width(hint), 1};
    cells_fill(pane->cells, end, theme_cell(pane->theme, ROLE_TEXT));
    pane_text(pane, room, last, ROLE_KEY, hint);
}

/* A second row, over the tabs, for what one has no room for. */
static struct area notice_area(const struct ui *ui, struct area row)
{
    const struct area *tabs = &ui->layout.tabs;
    if (cells_width(ui->notice) > row.columns && tabs->rows == 1 && tabs->row == row.row - 1) {
        row.row--;
        row.rows++;
    }
    return row;
}

static void draw_bottom(const struct ui *ui, struct cells *cells)
{
    struct view_input input = input_of(ui);
    struct area area = ui->notice[0] ? notice_area(ui, ui->layout.hints) : ui->layout.hints;
    struct pane pane = pane_of(&input, cells, area);
    if (pane.rows < 1)
        return;
    if (pane.rows > 1)
        cells_fill(cells, area, theme_cell(pane.theme, ROLE_TEXT));
    if (ui->notice[0])
        draw_notice(ui, &pane);
    else if (ui->touring.on)
        pane_text(&pane, 0, 0, ROLE_KEY, tour_keys(ui));
    else
        hints_draw(ui, &pane);
}

static void draw_told(const struct ui *ui, struct cells *cells)
{
    struct view_input input = input_of(ui);
    struct pane pane = pane_of(&input, cells, ui->layout.told);
    if (pane.rows > 0)
        tour_box_draw(ui, &pane);
}

void screen_tabs_keys(const struct ui *ui, struct tabs_keys *keys)
{
    *keys = (struct tabs_keys){0};
    for (int i = 0; views_at(i) && i < LAYOUT_SLOTS; i++) {
        char key[64];
        char *command = memory_format("view %s", views_at(i)->name);
        guide_key(ui, i < 10 ? command : views_at(i)->name, key, sizeof key);
        if (*key != ':') /* it has one */
            snprintf(keys->key[i], TABS_KEY, "%.*s", TABS_KEY - 1, key);
        free(command);
    }
}

static void draw_tabs(const struct ui *ui, struct cells *cells)
{
    struct view_input input = input_of(ui);
    struct pane pane = pane_of(&input, cells, ui->layout.tabs);
    struct tabs_keys keys;
    screen_tabs_keys(ui, &keys);
    if (pane.rows > 0)
        tabs_draw(&pane, &keys, &ui->layout, ui->focus);
}

static void draw_overlay(const struct ui *ui, struct cells *cells)
{
    struct view_input input = input_of(ui);
    struct help_line *lines = NULL;
    if (overlay_is_help(&ui->overlay))
        lines = commands_help(&ui->keymap, &input.n_help);
    input.help = lines;
    cells->cursor_column = cells->cursor_row = -1;
    ui->overlay.kind->draw(&ui->overlay, &input, cells);
    free(lines);
    bool typed = overlay_is_prompt(&ui->overlay); /* into the last row */
    bool covers = typed || ui->overlay.kind->is_picker;
    if (covers && ui->notice[0] && cells->rows > 1) {
        struct area above = {0, cells->rows - 1 - typed, cells->columns, 1};
        struct pane pane = pane_of(&input, cells, above);
        cells_fill(cells, above, theme_cell(pane.theme, ROLE_TEXT));
        draw_notice(ui, &pane);
    }
}

void screen_draw(const struct ui *ui, struct cells *cells)
{
    struct view_input input = input_of(ui);
    struct area all = {0, 0, cells->columns, cells->rows};
    char next[96];
    next_step_brief(ui, next, sizeof next);
    input.next = next;
    cells_clear(cells);
    cells_fill(cells, all, theme_cell(pane_of(&input, cells, all).theme, ROLE_TEXT));
    status_draw(&input, cells, ui->layout.status);
    for (int i = 0; i < ui->layout.n_slots; i++)
        draw_slot(ui, &ui->layout.slot[i], cells);
    draw_tabs(ui, cells);
    draw_told(ui, cells);
    draw_bottom(ui, cells);
    if (overlay_is_open(&ui->overlay))
        draw_overlay(ui, cells);
    if (cells->cursor_column >= cells->columns || cells->cursor_row >= cells->rows)
        cells->cursor_column = cells->cursor_row = -1;
}

void screen_title(const struct ui *ui, char *text, int size)
{
    struct view_input input = input_of(ui);
    status_title(&input, text, size);
}
