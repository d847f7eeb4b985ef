/* Cells, glyphs for ASCII, and text by display width (wide.h). */
#include "views/cells/cells.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/base/wide.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cell blank = {.glyph = ' ', .fg = CELL_DEFAULT, .bg = CELL_DEFAULT};

void cells_init(struct cells *cells, int columns, int rows)
{
    cells->columns = columns > 0 ? columns : 0;
    cells->rows = rows > 0 ? rows : 0;
    cells->pictures = NULL;
    cells->n_pictures = 0;
    cells->cell =
        memory_array((size_t)cells->columns * (size_t)cells->rows + 1, sizeof *cells->cell);
    cells_clear(cells);
}

static void drop_pictures(struct cells *cells)
{
    for (int i = 0; i < cells->n_pictures; i++)
        free(cells->pictures[i].rgb);
    free(cells->pictures);
    cells->pictures = NULL;
    cells->n_pictures = 0;
}

void cells_finish(struct cells *cells)
{
    drop_pictures(cells);
    free(cells->cell);
    *cells = (struct cells){0};
}

void cells_clear(struct cells *cells)
{
    for (int i = 0; i < cells->columns * cells->rows; i++)
        cells->cell[i] = blank;
    drop_pictures(cells);
    cells->cursor_column = cells->cursor_row = -1;
}

void cells_picture(struct cells *cells, struct area area, const uint8_t *rgb, int width, int height)
{
    size_t size = (size_t)width * (size_t)height * 3;
    if (area.column < 0 || area.row < 0 || area.columns < 1 || area.rows < 1 ||
        area.column + area.columns > cells->columns || area.row + area.rows > cells->rows)
        return;
    struct cells_picture picture = {area, memory_array(size, 1), width, height};
    memcpy(picture.rgb, rgb, size);
    cells->pictures =
        memory_grow(cells->pictures, (size_t)cells->n_pictures + 1, sizeof *cells->pictures);
    cells->pictures[cells->n_pictures++] = picture;
    for (int y = area.row; y < area.row + area.rows; y++)
        for (int x = area.column; x < area.column + area.columns; x++)
            cells_at(cells, x, y)->attributes |= CELL_PICTURE;
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
    if (!there)
        return;
    struct cell *before = cells_at(cells, column - 1, row), *behind = there + 1;
    if (there->glyph == CELL_TAIL && cell.glyph != CELL_TAIL && before)
        before->glyph = ' ', before->mark = 0; /* half of a wide glyph is none */
    if (column + 1 < cells->columns && behind->glyph == CELL_TAIL && there->glyph != CELL_TAIL)
        behind->glyph = ' ';
    *there = cell;
}

const char *cells_decode(const char *utf8, uint32_t *glyph)
{
    const char *behind = text_next(utf8, glyph);
    if (!text_is_plain(*glyph) && !wide_is_joiner(*glyph)) /* joiners are left out */
        *glyph = '?';
    return behind;
}

/* Adds a mark to the glyph before; joiners would make the terminal's width another than ours. */
static void combine(struct cells *cells, int column, int row, uint32_t mark)
{
    struct cell *there = cells_at(cells, column, row);
    if (there && there->glyph == CELL_TAIL)
        there = cells_at(cells, column - 1, row);
    if (there && there->mark == 0 && !wide_is_joiner(mark))
        there->mark = mark;
}

int cells_text(
    struct cells *cells, int column, int row, int columns, struct cell style, const char *utf8)
{
    int used = 0;
    style.mark = 0;
    while (*utf8) {
        uint32_t glyph;
        utf8 = cells_decode(utf8, &glyph);
        int width = wide_cells(glyph);
        if (width == 0 && used > 0)
            combine(cells, column + used - 1, row, glyph);
        if (width == 0)
            continue;
        if (used + width > columns)
            break;
        style.glyph = glyph;
        cells_put(cells, column + used, row, style);
        style.glyph = CELL_TAIL;
        if (width == 2 && column + used + 1 >= 0)
            cells_put(cells, column + used + 1, row, style);
        used += width;
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
        used += wide_cells(glyph);
    }
    return used;
}

/* Bytes of as much of the beginning as has room, with the marks on it. */
static size_t head_bytes(const char *utf8, int columns)
{
    const char *at = utf8;
    uint32_t glyph;
    while (*at) {
        const char *behind = cells_decode(at, &glyph);
        columns -= wide_cells(glyph);
        if (columns < 0)
            break;
        at = behind;
    }
    return (size_t)(at - utf8);
}

/* Bytes in front of as much of the end as has room. */
static size_t tail_start(const char *utf8, int columns)
{
    int left = cells_width(utf8) - columns;
    const char *at = utf8, *behind;
    uint32_t glyph;
    for (; *at; at = behind) {
        behind = cells_decode(at, &glyph);
        int width = wide_cells(glyph);
        if (left <= 0 && width > 0)
            break;
        left -= width;
    }
    return (size_t)(at - utf8);
}

const char *cells_elide(const char *utf8, int columns, char *out, size_t size)
{
    if (cells_width(utf8) <= columns || columns < 1) {
        snprintf(out, size, "%s", columns < 1 ? "" : utf8);
        return out;
    }
    int tail = (columns - 1 + 1) / 2, head = columns - 1 - tail;
    snprintf(
        out, size, "%.*s…%s", (int)head_bytes(utf8, head), utf8, utf8 + tail_start(utf8, tail));
    return out;
}

const char *cells_fit(const char *utf8, int columns, char *out, size_t size)
{
    cells_elide(utf8, columns, out, size);
    size_t used = strlen(out);
    for (int width = cells_width(out); width < columns && used + 1 < size; width++)
        out[used++] = ' ';
    out[used] = '\0';
    return out;
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
    {0xd7, 'x'}, {0xb7, '.'}, {0xb1, '~'}, {0xb0, 'o'}, {0xa0, ' '}, {0x394, 'd'}, {0x3c3, 's'},
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

const char *cells_ascii_text(const char *utf8, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    while (*utf8 && used + 12 < size) {
        uint32_t glyph;
        const char *behind = cells_decode(utf8, &glyph);
        uint32_t ascii = cells_ascii(glyph);
        bool lost = ascii == '?' && glyph != '?';
        if (lost)
            used += (size_t)snprintf(
                out + used, size - used, glyph < 0x10000 ? "\\u%04x" : "\\U%08x", glyph);
        else
            used += (size_t)snprintf(out + used, size - used, "%c", (char)ascii);
        utf8 = behind;
    }
    return out;
}
