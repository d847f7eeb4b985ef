/* Cells onto curses' own screen, which finds the bytes for terminals of every kind. */
#include "app/terminal/terminal_cells.h"

#include "app/terminal/colour.h"

#include <curses.h>
#include <wchar.h>

/* The pair of two colours, -1 when the table is full; 0 is the terminal's own. */
static int pair_of(const struct curses_cells *how, const struct cell *cell)
{
    if (how->depth == DEPTH_MONO)
        return 0;
    int fg = colour_number(how->depth, how->colors, cell->fg);
    int bg = colour_number(how->depth, how->colors, cell->bg);
    if (fg < 0 && bg < 0)
        return 0;
    int pair = alloc_pair(fg, bg);
    return pair > 0 ? pair : -1;
}

static attr_t attributes_of(const struct cell *cell)
{
    attr_t attributes = A_NORMAL;
    if (cell->attributes & CELL_BOLD)
        attributes |= A_BOLD;
    if (cell->attributes & CELL_DIM)
        attributes |= A_DIM;
    if (cell->attributes & CELL_REVERSE)
        attributes |= A_REVERSE;
    if (cell->attributes & CELL_UNDERLINE)
        attributes |= A_UNDERLINE;
    return attributes;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->fg == b->fg && a->bg == b->bg &&
           a->attributes == b->attributes && a->mark == b->mark;
}

/* A glyph whose width the C library sees in another way would shift the row: '?' instead. */
static bool put(
    const struct curses_cells *how, const struct cell *cell, int column, int row, int width)
{
    uint32_t glyph = how->ascii ? cells_ascii(cell->glyph) : cell->glyph;
    wchar_t text[3] = {(wchar_t)glyph, L'\0', L'\0'};
    int pair = pair_of(how, cell);
    cchar_t character;
    if (pair < 0)
        return false;
    bool fits = glyph >= ' ' && (glyph < 0x80 ? width == 1 : wcwidth((wchar_t)glyph) == width);
    if (!fits)
        text[0] = L'?';
    else if (cell->mark && !how->ascii && wcwidth((wchar_t)cell->mark) == 0)
        text[1] = (wchar_t)cell->mark;
    setcchar(&character, text, attributes_of(cell), 0, &pair);
    mvadd_wch(row, column, &character);
    if (!fits && width == 2) {
        setcchar(&character, L" ", attributes_of(cell), 0, &pair);
        mvadd_wch(row, column + 1, &character);
    }
    return true;
}

bool terminal_cells_put(const struct curses_cells *how, struct cells *shown,
    const struct cells *cells, bool all, bool *changed)
{
    for (int i = 0; i < cells->columns * cells->rows; i++) {
        if (!all && same(&shown->cell[i], &cells->cell[i]))
            continue;
        int column = i % cells->columns;
        bool wide = column + 1 < cells->columns && cells->cell[i + 1].glyph == CELL_TAIL;
        if (cells->cell[i].glyph != CELL_TAIL &&
            !put(how, &cells->cell[i], column, i / cells->columns, 1 + wide))
            return false;
        shown->cell[i] = cells->cell[i];
        *changed = true;
    }
    return true;
}
