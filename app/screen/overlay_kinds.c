/* Prompt, picker and question: how each is drawn and what its keys do. */
#include "app/screen/overlay_kinds.h"

#include "app/screen/frame.h"
#include "engine/base/wide.h"

#include <stdio.h>
#include <string.h>

struct pane overlay_box(
    const struct view_input *input, struct cells *cells, struct area area, const char *title)
{
    struct pane whole = pane_of(input, cells, area);
    struct cell blank = theme_cell(whole.theme, ROLE_TEXT);
    cells_fill(cells, area, blank);
    frame_draw(&whole, title, "", true);
    return pane_part(&whole, (struct area){2, 1, area.columns - 4, area.rows - 2});
}

int overlay_column(const struct pane *pane, const struct edit *edit)
{
    char before[EDIT_TEXT];
    snprintf(before, sizeof before, "%.*s", edit->cursor, edit->text);
    return pane_width(pane, before);
}

static int at_most(int value, int most)
{
    return value < most ? value : most;
}

static struct area centred(const struct cells *cells, int columns, int rows)
{
    columns = at_most(columns, cells->columns);
    rows = at_most(rows, cells->rows);
    return (struct area){(cells->columns - columns) / 2, (cells->rows - rows) / 2, columns, rows};
}

/* --- prompt: a line at the bottom, candidates above it --- */

/* Rows 0: there is no room for them. */
static struct area candidates_area(const struct overlay *overlay, const struct cells *cells)
{
    int rows = at_most(overlay->n_items, at_most(10, cells->rows - 4));
    if (rows < 1 || cells->columns < 40)
        return (struct area){0};
    return (struct area){0, cells->rows - 3 - rows, at_most(cells->columns, 100), rows + 2};
}

static int candidates_first(const struct overlay *overlay, int rows)
{
    return overlay->cursor >= rows ? overlay->cursor - rows + 1 : 0;
}

static void draw_candidates(
    const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct area area = candidates_area(overlay, cells);
    int rows = area.rows - 2, first = candidates_first(overlay, rows), left = 0;
    if (area.rows < 1)
        return;
    struct pane pane = overlay_box(input, cells, area, "Tab completes, Enter runs");
    for (int i = 0; i < overlay->n_items; i++) {
        int wide = pane_width(&pane, overlay->items[i].text);
        left = wide > left ? wide : left;
    }
    for (int i = 0; i < rows; i++) {
        const struct overlay_item *item = &overlay->items[first + i];
        char text[PANE_TEXT];
        pane_text(
            &pane, 0, i, ROLE_KEY, pane_elide(&pane, item->text, pane.columns, text, sizeof text));
        if (item->help)
            pane_text(&pane, left + 2, i, ROLE_TEXT, item->help);
        if (first + i == overlay->cursor)
            pane_row(&pane, i, ROLE_CURSOR);
    }
}

static void draw_prompt(
    const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct area last = {0, cells->rows - 1, cells->columns, 1};
    struct pane pane = pane_of(input, cells, last);
    draw_candidates(overlay, input, cells);
    cells_fill(cells, last, theme_cell(pane.theme, ROLE_TEXT));
    int column = pane_text(&pane, 0, 0, ROLE_KEY, overlay->title);
    int room = cells->columns - column - 1, cursor = overlay_column(&pane, &overlay->edit);
    char text[PANE_TEXT];
    const char *at = pane.view_state->ascii
                         ? cells_ascii_text(overlay->edit.text, text, sizeof text)
                         : overlay->edit.text;
    while (cursor > room && *at) {
        uint32_t glyph;
        at = cells_decode(at, &glyph);
        cursor -= wide_cells(glyph);
    }
    pane_text(&pane, column, 0, ROLE_TEXT, at);
    cells->cursor_column = column + cursor;
    cells->cursor_row = last.row;
}

static void recall(struct overlay *overlay, int step)
{
    int at = overlay->history_at + step;
    if (at < 0 || at > overlay->n_history)
        return;
    overlay->history_at = at;
    edit_set(&overlay->edit, at < overlay->n_history ? overlay->history[at] : "");
}

static void complete(struct overlay *overlay, int step)
{
    if (overlay->n_items == 0)
        return;
    int n = overlay->n_items, at = overlay->cursor + step;
    overlay->cursor = at < 0 ? n - 1 : at % n;
    const struct overlay_item *item = &overlay->items[overlay->cursor];
    if (item->insert)
        edit_set(&overlay->edit, item->insert);
}

/* The one before it is under the cursor then, so that Tab takes it. */
static bool click_candidate(
    struct overlay *overlay, int columns, int rows, const struct event *event)
{
    const struct cells screen = {.columns = columns, .rows = rows};
    struct area area = candidates_area(overlay, &screen);
    int line = event->row - area.row - 1;
    int item = candidates_first(overlay, area.rows - 2) + line;
    if (line < 0 || line >= area.rows - 2 || item >= overlay->n_items || event->column < 1 ||
        event->column >= area.columns - 1)
        return false;
    overlay->cursor = item - 1;
    return true;
}

static enum overlay_answer key_prompt(struct overlay *overlay, const struct event *event)
{
    switch (event->key) {
    case PRESS_ESCAPE:
        return OVERLAY_CANCELLED;
    case PRESS_ENTER:
        return OVERLAY_ACCEPTED;
    case PRESS_TAB:
        complete(overlay, 1);
        return OVERLAY_STAYS;
    case PRESS_BACK_TAB:
        complete(overlay, -1);
        return OVERLAY_STAYS;
    case PRESS_UP:
        recall(overlay, -1);
        return OVERLAY_CHANGED;
    case PRESS_DOWN:
        recall(overlay, 1);
        return OVERLAY_CHANGED;
    case PRESS_BACKSPACE:
        if (overlay->edit.length == 0)
            return OVERLAY_CANCELLED;
        break;
    default:
        break;
    }
    return edit_key(&overlay->edit, event->key) ? OVERLAY_CHANGED : OVERLAY_STAYS;
}

void overlay_prompt(struct overlay *overlay, const char *label, const char *text)
{
    static const struct overlay_kind kind = {.draw = draw_prompt,
        .key = key_prompt,
        .click = click_candidate,
        .takes_text = true,
        .is_prompt = true};
    overlay_open(overlay, &kind, label);
    edit_set(&overlay->edit, text);
    overlay->cursor = -1;
}

/* --- picker: a list in the middle --- */

static int count_shown(const struct overlay *overlay)
{
    int n = 0;
    for (int i = 0; i < overlay->n_items; i++)
        n += overlay_passes(overlay, i);
    return n;
}

/* Where the cursor goes when the filter changed: to the nearest match, else to the first. */
static int best_shown(const struct overlay *overlay)
{
    int best = 0, most = -1;
    for (int i = 0, n = 0; i < overlay->n_items && overlay->match; i++) {
        const struct overlay_item *item = &overlay->items[i];
        int score = overlay->match(overlay->edit.text, item->insert ? item->insert : item->text);
        if (score > most) {
            most = score;
            best = n;
        }
        n += score >= 0;
    }
    return *overlay->edit.text ? best : 0;
}

static struct area picker_area(const struct overlay *overlay, const struct cells *cells)
{
    int width = cells_width(overlay->title) + 6;
    for (int i = 0; i < overlay->n_items; i++) {
        int wide = cells_width(overlay->items[i].text) + 4;
        width = wide > width ? wide : width;
    }
    return centred(cells, width > 60 ? width : 60, overlay->n_items + 7);
}

static int picker_rows(struct area area)
{
    return area.rows - 7 > 1 ? area.rows - 7 : 1;
}

static int picker_first(const struct overlay *overlay, int rows)
{
    return overlay->cursor >= rows ? overlay->cursor - rows + 1 : 0;
}

static void draw_picker(
    const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct area area = picker_area(overlay, cells);
    struct pane pane = overlay_box(input, cells, area, overlay->title);
    int rows = picker_rows(area), first = picker_first(overlay, rows);
    int column = pane_text(&pane, 0, 0, ROLE_FAINT, "filter: ");
    pane_text(&pane, column, 0, ROLE_TEXT, overlay->edit.text);
    cells->cursor_column = pane.column + column + overlay_column(&pane, &overlay->edit);
    cells->cursor_row = pane.row;
    for (int i = 0; i < rows; i++) {
        int item = overlay_shown(overlay, first + i);
        if (item < 0)
            break;
        char text[PANE_TEXT];
        pane_elide(&pane, overlay->items[item].text, pane.columns, text, sizeof text);
        pane_text(&pane, 0, 1 + i, ROLE_TEXT, text);
        if (first + i == overlay->cursor)
            pane_row(&pane, 1 + i, ROLE_CURSOR);
    }
    int item = overlay_shown(overlay, overlay->cursor);
    struct pane foot = pane_part(&pane, (struct area){0, rows + 1, pane.columns, 4});
    if (overlay_is_path(overlay))
        pane_text(&foot, 0, 0, ROLE_TEXT, "Enter goes to this folder, or takes this file");
    else if (item < 0)
        pane_text(&foot, 0, 0, ROLE_WARNING, "nothing matches these words");
    else if (overlay->items[item].help)
        pane_paragraph(&foot, 0, 3, ROLE_FAINT, overlay->items[item].help);
    pane_text(&foot, 0, foot.rows - 1, ROLE_KEY, "Enter chooses  Esc closes  type to filter");
}

static void move_in(struct overlay *overlay, int step)
{
    int n = count_shown(overlay), at = overlay->cursor + step;
    at = at >= n ? n - 1 : at;
    overlay->cursor = at > 0 ? at : 0;
}

static enum overlay_answer key_picker(struct overlay *overlay, const struct event *event)
{
    switch (event->key) {
    case PRESS_ESCAPE:
        return OVERLAY_CANCELLED;
    case PRESS_ENTER:
        return overlay_shown(overlay, overlay->cursor) >= 0 || overlay_is_path(overlay)
                   ? OVERLAY_ACCEPTED
                   : OVERLAY_STAYS;
    case PRESS_UP:
    case PRESS_WHEEL_UP:
    case PRESS_BACK_TAB:
        move_in(overlay, -1);
        return OVERLAY_STAYS;
    case PRESS_DOWN:
    case PRESS_WHEEL_DOWN:
    case PRESS_TAB:
        move_in(overlay, 1);
        return OVERLAY_STAYS;
    case PRESS_PAGE_UP:
        move_in(overlay, -10);
        return OVERLAY_STAYS;
    case PRESS_PAGE_DOWN:
        move_in(overlay, 10);
        return OVERLAY_STAYS;
    default:
        if (!edit_key(&overlay->edit, event->key))
            return OVERLAY_STAYS;
        overlay->cursor = best_shown(overlay);
        return OVERLAY_CHANGED;
    }
}

static bool click_picker(struct overlay *overlay, int columns, int rows, const struct event *event)
{
    const struct cells screen = {.columns = columns, .rows = rows};
    struct area area = picker_area(overlay, &screen);
    int lines = picker_rows(area), row = event->row - area.row - 2;
    int shown = picker_first(overlay, lines) + row;
    bool inside = event->column > area.column && event->column < area.column + area.columns - 1;
    if (!inside || row < 0 || row >= lines || overlay_shown(overlay, shown) < 0)
        return false;
    overlay->cursor = shown;
    return true;
}

void overlay_picker(struct overlay *overlay, const char *title)
{
    static const struct overlay_kind kind = {.draw = draw_picker,
        .key = key_picker,
        .click = click_picker,
        .takes_text = true,
        .is_picker = true};
    overlay_open(overlay, &kind, title);
}

/* --- question: a few keys to choose from, the first is the safe one --- */

static struct area question_area(const struct overlay *overlay, const struct cells *cells)
{
    return centred(cells, 64, overlay->n_items + 6);
}

/* The row inside of the first answer. */
static int question_top(const struct overlay *overlay, int rows)
{
    int top = rows - overlay->n_items - 1;
    return top > 0 ? top : 0;
}

static void draw_question(
    const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct area area = question_area(overlay, cells);
    struct pane pane = overlay_box(input, cells, area, "Question");
    char title[PANE_TEXT];
    int top = question_top(overlay, pane.rows), row = top;
    pane_elide(&pane, overlay->title, 2 * pane.columns - 8, title, sizeof title);
    pane_paragraph(&pane, 0, top < 2 ? top : top - 1, ROLE_STRONG, title);
    for (int i = 0; i < overlay->n_items; i++, row++) {
        char key[8] = {(char)overlay->items[i].value};
        pane_text(&pane, 1, row, ROLE_KEY, key);
        pane_text(&pane, 4, row, ROLE_TEXT, overlay->items[i].text);
        if (i == overlay->cursor)
            pane_row(&pane, row, ROLE_CURSOR);
    }
    cells->cursor_column = pane.column;
    cells->cursor_row = pane.row + top + overlay->cursor;
}

static bool click_question(
    struct overlay *overlay, int columns, int rows, const struct event *event)
{
    const struct cells screen = {.columns = columns, .rows = rows};
    struct area area = question_area(overlay, &screen);
    int item = event->row - area.row - 1 - question_top(overlay, area.rows - 2);
    bool inside = event->column > area.column && event->column < area.column + area.columns - 1;
    if (!inside || item < 0 || item >= overlay->n_items)
        return false;
    overlay->cursor = item;
    return true;
}

static enum overlay_answer key_question(struct overlay *overlay, const struct event *event)
{
    int last = overlay->n_items - 1;
    if (event->key == PRESS_ESCAPE)
        return OVERLAY_CANCELLED;
    if (event->key == PRESS_ENTER)
        return OVERLAY_ACCEPTED;
    if ((event->key == PRESS_DOWN || event->key == PRESS_TAB) && overlay->cursor < last)
        overlay->cursor++;
    if ((event->key == PRESS_UP || event->key == PRESS_BACK_TAB) && overlay->cursor > 0)
        overlay->cursor--;
    for (int i = 0; i <= last; i++) {
        if (overlay->items[i].value != event->key)
            continue;
        overlay->cursor = i;
        return OVERLAY_ACCEPTED;
    }
    return OVERLAY_STAYS;
}

void overlay_question(struct overlay *overlay, const char *text)
{
    static const struct overlay_kind kind = {
        .draw = draw_question, .key = key_question, .click = click_question};
    overlay_open(overlay, &kind, text);
}
