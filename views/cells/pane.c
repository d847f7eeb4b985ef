/* Text, bars and shades inside an area, cut at its edges. */
#include "views/cells/pane.h"

#include "engine/base/wide.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct pane cut(struct pane pane, struct area area)
{
    int right = area.column + area.columns, bottom = area.row + area.rows;
    pane.column = area.column;
    pane.row = area.row;
    pane.columns = (right < pane.cells->columns ? right : pane.cells->columns) - area.column;
    pane.rows = (bottom < pane.cells->rows ? bottom : pane.cells->rows) - area.row;
    pane.columns = pane.columns > 0 ? pane.columns : 0;
    pane.rows = pane.rows > 0 ? pane.rows : 0;
    return pane;
}

struct pane pane_of(const struct view_input *input, struct cells *cells, struct area area)
{
    struct pane pane = {.cells = cells, .theme = input->theme, .view_state = input->view_state};
    if (input->view_state->depth == DEPTH_MONO)
        pane.theme = theme_find("mono");
    return cut(pane, area);
}

struct pane pane_part(const struct pane *pane, struct area area)
{
    int columns = pane->columns - area.column, rows = pane->rows - area.row;
    area.columns = area.columns < columns ? area.columns : columns;
    area.rows = area.rows < rows ? area.rows : rows;
    area.column += pane->column;
    area.row += pane->row;
    return cut(*pane, area);
}

void pane_put(const struct pane *pane, int column, int row, struct cell cell)
{
    if (column < 0 || row < 0 || column >= pane->columns || row >= pane->rows)
        return;
    if (pane->view_state->ascii)
        cell.glyph = cells_ascii(cell.glyph);
    cells_put(pane->cells, pane->column + column, pane->row + row, cell);
}

/* As the pane shows it: below 0x80 where the view state says so. */
static const char *shown(const struct pane *pane, const char *utf8, char *out, size_t size)
{
    return pane->view_state->ascii ? cells_ascii_text(utf8, out, size) : utf8;
}

int pane_width(const struct pane *pane, const char *utf8)
{
    char text[PANE_TEXT];
    return cells_width(shown(pane, utf8, text, sizeof text));
}

const char *pane_elide(
    const struct pane *pane, const char *utf8, int columns, char *out, size_t size)
{
    char text[PANE_TEXT];
    return cells_elide(shown(pane, utf8, text, sizeof text), columns, out, size);
}

int pane_text(const struct pane *pane, int column, int row, enum role role, const char *utf8)
{
    char text[PANE_TEXT];
    utf8 = shown(pane, utf8, text, sizeof text);
    if (row >= 0 && row < pane->rows && column >= 0)
        cells_text(pane->cells, pane->column + column, pane->row + row, pane->columns - column,
            theme_cell(pane->theme, role), utf8);
    return column + cells_width(utf8);
}

int pane_printf(
    const struct pane *pane, int column, int row, enum role role, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return pane_text(pane, column, row, role, text);
}

int pane_right(const struct pane *pane, int end, int row, enum role role, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int first = end - pane_width(pane, text);
    if (first >= 0)
        pane_text(pane, first, row, role, text);
    return first;
}

/* Bytes of the next line of at most `columns` cells, broken at its last space. */
static size_t line_bytes(const char *utf8, int columns)
{
    const char *at = utf8, *space = NULL;
    uint32_t glyph;
    for (int used = 0; *at;) {
        const char *behind = cells_decode(at, &glyph);
        used += wide_cells(glyph);
        if (used > columns && at > utf8)
            return (size_t)((*at == ' ' || !space ? at : space) - utf8);
        space = *at == ' ' ? at : space;
        at = behind;
    }
    return (size_t)(at - utf8);
}

int pane_paragraph(const struct pane *pane, int row, int rows, enum role role, const char *utf8)
{
    char text[PANE_TEXT];
    utf8 = shown(pane, utf8, text, sizeof text);
    while (*utf8 && rows-- > 0 && pane->columns > 0) {
        char line[PANE_TEXT];
        size_t bytes = line_bytes(utf8, pane->columns);
        snprintf(line, sizeof line, "%.*s", (int)bytes, utf8);
        pane_text(pane, 0, row++, role, line);
        utf8 += bytes;
        utf8 += *utf8 == ' ';
    }
    return row;
}

void pane_row(const struct pane *pane, int row, enum role role)
{
    struct cell style = theme_cell(pane->theme, role);
    for (int column = 0; column < pane->columns && row >= 0 && row < pane->rows; column++) {
        struct cell *cell = cells_at(pane->cells, pane->column + column, pane->row + row);
        if (!cell)
            return;
        cell->bg = style.bg;
        cell->attributes |= style.attributes;
        bool plain = cell->fg == CELL_DEFAULT || pane->view_state->depth == DEPTH_16;
        bool block = cell->glyph >= 0x2580 && cell->glyph < 0x25a0; /* seen where text is not */
        if (plain || theme_contrast(cell->fg, style.bg) < (block ? 2 : 4.5))
            cell->fg = style.fg;
    }
}

void pane_bar(
    const struct pane *pane, int column, int row, int columns, enum role role, double value)
{
    struct cell cell = theme_cell(pane->theme, role);
    double share = value > 0 ? value < 1 ? value : 1 : 0;
    int eighths = (int)lrint(share * columns * 8);
    if (eighths == 0 && share > 0)
        eighths = 1; /* something is never shown as nothing */
    for (int i = 0; i < columns && eighths > 0; i++, eighths -= 8) {
        cell.glyph = eighths >= 8 ? 0x2588 : 0x2590 - (uint32_t)eighths;
        pane_put(pane, column + i, row, cell);
    }
}

void pane_shade(const struct pane *pane, int column, int row, uint32_t colour, double value)
{
    static const uint32_t blocks[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    static const char ramp[] = " .:-=+*%#@";
    double share = value > 0 ? value < 1 ? value : 1 : 0;
    struct cell cell = theme_cell(pane->theme, ROLE_TEXT);
    if (pane->view_state->depth >= DEPTH_256) {
        cell.fg = theme_contrast(colour, 0) > 5 ? 0 : 0xffffff;
        cell.bg = colour;
    }
    if (pane->view_state->ascii)
        cell.glyph = (unsigned char)ramp[(int)ceil(share * 9 - 1e-9)];
    else if (pane->view_state->depth < DEPTH_256)
        cell.glyph = blocks[(int)ceil(share * 4 - 1e-9)];
    pane_put(pane, column, row, cell);
}
