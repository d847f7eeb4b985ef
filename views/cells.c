#include "views/cells.h"

#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const struct cell blank = {' ', CELL_DEFAULT, CELL_DEFAULT, 0};

void cells_init(struct cells *cells, int columns, int rows)
{
    cells->columns = columns > 0 ? columns : 0;
    cells->rows = rows > 0 ? rows : 0;
    cells->cell =
        memory_array((size_t)cells->columns * (size_t)cells->rows + 1, sizeof *cells->cell);
    cells_clear(cells);
}

void cells_finish(struct cells *cells)
{
    free(cells->cell);
    *cells = (struct cells){0};
}

void cells_clear(struct cells *cells)
{
    for (int i = 0; i < cells->columns * cells->rows; i++)
        cells->cell[i] = blank;
    cells->cursor_column = cells->cursor_row = -1;
}

struct cell *cells_at(struct cells *cells, int column, int row)
{
    if (column < 0 || row < 0 || column >= cells->columns || row >= cells->rows)
        return NULL;
    return &cells->cell[row * cells->columns + column];
}

void cells_put(struct cells *cells, int column, int row, struct cell cell)
{
    struct cell *there = cells_at(cells, column, row);
    if (there)
        *there = cell;
}

const char *cells_decode(const char *utf8, uint32_t *glyph)
{
    const unsigned char *s = (const unsigned char *)utf8;
    int more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc2 ? 1 : 0;
    static const unsigned char first[] = {0x7f, 0x1f, 0x0f, 0x07};
    uint32_t value = s[0] & first[more];
    if (more == 0) {
        *glyph = s[0] < 0x20 || s[0] >= 0x7f ? '?' : s[0];
        return utf8 + 1;
    }
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            *glyph = '?';
            return utf8 + i;
        }
        value = value << 6 | (s[i] & 0x3f);
    }
    bool surrogate = value >= 0xd800 && value < 0xe000;
    *glyph = value < 0xa0 || surrogate || value > 0x10ffff ? '?' : value;
    return utf8 + more + 1;
}

int cells_text(
    struct cells *cells, int column, int row, int columns, struct cell style, const char *utf8)
{
    int used = 0;
    while (*utf8 && used < columns) {
        utf8 = cells_decode(utf8, &style.glyph);
        cells_put(cells, column + used++, row, style);
    }
    return used;
}

int cells_printf(struct cells *cells, int column, int row, int columns, struct cell style,
    const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cells_text(cells, column, row, columns, style, text);
}

int cells_width(const char *utf8)
{
    int used = 0;
    uint32_t glyph;
    while (*utf8) {
        utf8 = cells_decode(utf8, &glyph);
        used++;
    }
    return used;
}

void cells_fill(struct cells *cells, struct area area, struct cell cell)
{
    for (int row = 0; row < area.rows; row++)
        for (int column = 0; column < area.columns; column++)
            cells_put(cells, area.column + column, area.row + row, cell);
}

/* clang-format off */
static const struct {
    uint16_t glyph;
    char ascii;
} ascii_table[] = {
    {0x2500, '-'}, {0x2502, '|'}, {0x250c, '+'}, {0x2510, '+'}, {0x2514, '+'}, {0x2518, '+'},
    {0x251c, '+'}, {0x2524, '+'}, {0x252c, '+'}, {0x2534, '+'}, {0x253c, '+'}, {0x2550, '='},
    {0x2551, '#'}, {0x2554, '#'}, {0x2557, '#'}, {0x255a, '#'}, {0x255d, '#'}, {0x250a, '!'},
    {0x2508, '.'}, {0x2190, '<'}, {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x25b8, '>'},
    {0x25ba, '>'}, {0x25c4, '<'}, {0x25a0, '#'}, {0x25cf, 'o'}, {0x25cb, 'o'}, {0x275a, '|'},
    {0x2713, 'v'}, {0x2717, 'x'}, {0x21ba, 'r'}, {0x2212, '-'}, {0x2013, '-'}, {0x2014, '-'},
    {0x2026, '~'}, {0x2032, '\''}, {0x2260, '#'}, {0x2264, '<'}, {0x2265, '>'}, {0x2248, '~'},
    {0x2588, '#'}, {0x2593, '%'}, {0x2592, ':'}, {0x2591, '.'}, {0x258f, '|'}, {0x2595, '|'},
    {0xd7, 'x'}, {0xb7, '.'}, {0xb1, '~'}, {0xb0, 'o'}, {0xa0, ' '}, {0x394, 'd'},
};
/* clang-format on */

uint32_t cells_ascii(uint32_t glyph)
{
    if (glyph < 0x80)
        return glyph;
    for (unsigned i = 0; i < sizeof ascii_table / sizeof *ascii_table; i++)
        if (ascii_table[i].glyph == glyph)
            return (unsigned char)ascii_table[i].ascii;
    if (glyph >= 0x2581 && glyph <= 0x2588) /* eighths, from below */
        return (unsigned char)"__..::##"[glyph - 0x2581];
    if (glyph >= 0x2589 && glyph <= 0x258f) /* eighths, from the left */
        return (unsigned char)"##==--'"[glyph - 0x2589];
    return '?';
}
