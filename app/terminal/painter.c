/* Moves, colours and glyphs, each only where it differs. Leans on colour.h for numbers of colours.
 */
#include "app/terminal/painter.h"

#include "app/terminal/colour.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { SEQUENCE = 96, ERASE_LEAST = 8 };

/* A cell as the terminal is told it: what is not seen does not count. */
struct mark {
    uint32_t glyph, accent; /* accent: a sign on the glyph, 0: none */
    int fg, bg;
    unsigned attributes;
    int width; /* cells; 0: the tail of a wide one */
};

void painter_init(struct painter *painter, enum depth depth, int colors, bool ascii)
{
    *painter = (struct painter){
        .depth = depth, .colors = colors, .ascii = ascii, .pen_fg = -1, .pen_bg = -1, .row = -1};
}

void painter_finish(struct painter *painter)
{
    free(painter->bytes);
    *painter = (struct painter){0};
}

static void send_bytes(struct painter *painter, const char *bytes, size_t n)
{
    if (painter->n + n + 1 > painter->room) {
        painter->room = 2 * (painter->n + n + 1);
        painter->bytes = memory_grow(painter->bytes, painter->room, 1);
    }
    memcpy(painter->bytes + painter->n, bytes, n);
    painter->n += n;
    painter->bytes[painter->n] = '\0';
}

static void send_text(struct painter *painter, const char *text)
{
    send_bytes(painter, text, strlen(text));
}

static void send_glyph(struct painter *painter, uint32_t glyph)
{
    char bytes[5];
    int n = glyph < 0x80 ? 1 : glyph < 0x800 ? 2 : glyph < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int i = n - 1; i > 0; i--, glyph >>= 6)
        bytes[i] = (char)(0x80 | (glyph & 0x3f));
    bytes[0] = (char)(lead[n] | glyph);
    send_bytes(painter, bytes, (size_t)n);
}

/* A glyph whose width the C library sees in another way would shift the row: '?' instead. */
static uint32_t fitting(uint32_t glyph, int width)
{
    bool fits = glyph >= ' ' && (glyph < 0x80 ? width == 1 : wcwidth((wchar_t)glyph) == width);
    return fits ? glyph : '?';
}

static struct mark mark_of(const struct painter *painter, const struct cells *cells, int i)
{
    const struct cell *cell = &cells->cell[i];
    bool more = i % cells->columns + 1 < cells->columns;
    struct mark mark = {.fg = -1, .bg = -1};
    if (cell->glyph == CELL_TAIL)
        return mark;
    mark.width = 1 + (more && cells->cell[i + 1].glyph == CELL_TAIL);
    mark.glyph = fitting(painter->ascii ? cells_ascii(cell->glyph) : cell->glyph, mark.width);
    if (cell->mark && !painter->ascii && wcwidth((wchar_t)cell->mark) == 0)
        mark.accent = cell->mark;
    mark.attributes = cell->attributes;
    if (painter->depth != DEPTH_MONO) {
        mark.fg = colour_number(painter->depth, painter->colors, cell->fg);
        mark.bg = colour_number(painter->depth, painter->colors, cell->bg);
    }
    bool block = mark.glyph >= 0x2580 && mark.glyph <= 0x259f && mark.fg >= 0;
    bool lined = mark.attributes & (CELL_REVERSE | CELL_UNDERLINE);
    if (block && mark.fg == mark.bg && !lined)
        mark.glyph = ' ';
    if (mark.glyph == ' ' && !mark.accent && !lined) {
        mark.fg = -1;
        mark.attributes = 0;
    }
    return mark;
}

static bool same(const struct mark *a, const struct mark *b)
{
    return a->glyph == b->glyph && a->accent == b->accent && a->fg == b->fg && a->bg == b->bg &&
           a->attributes == b->attributes && a->width == b->width;
}

static bool blank(const struct mark *mark)
{
    return mark->glyph == ' ' && mark->bg < 0 && !mark->accent && !mark->attributes;
}

/* --- moves --- */

static void move_to(struct painter *painter, int row, int column)
{
    char text[SEQUENCE] = "";
    int over = column - painter->column;
    if (painter->row == row && over == 0)
        return;
    if (painter->row >= 0 && row == painter->row + 1 && column == 0)
        snprintf(text, sizeof text, "\r\n");
    else if (painter->row == row && over == 1)
        snprintf(text, sizeof text, "\033[C");
    else if (painter->row == row && over > 1)
        snprintf(text, sizeof text, "\033[%dC", over);
    else if (column == 0)
        snprintf(text, sizeof text, "\033[%dH", row + 1);
    else
        snprintf(text, sizeof text, "\033[%d;%dH", row + 1, column + 1);
    send_text(painter, text);
    painter->row = row;
    painter->column = column;
}

/* --- the pen --- */

/* Appends ";NUMBERS" of a colour; -1: the terminal's own. */
static void add_colour(const struct painter *painter, char *text, int number, bool bg)
{
    char *at = text + strlen(text);
    size_t room = SEQUENCE - strlen(text);
    int base = bg ? 40 : 30;
    if (number < 0)
        snprintf(at, room, ";%d", base + 9);
    else if (painter->depth == DEPTH_TRUE)
        snprintf(at, room, ";%d;2;%d;%d;%d", base + 8, number >> 16 & 255, number >> 8 & 255,
            number & 255);
    else if (painter->depth == DEPTH_256)
        snprintf(at, room, ";%d;5;%d", base + 8, number);
    else
        snprintf(at, room, ";%d", number < 8 ? base + number : base + 52 + number);
}

static void add_attributes(char *text, unsigned attributes)
{
    static const struct {
        unsigned attribute;
        const char *number;
    } all[] = {{CELL_BOLD, ";1"}, {CELL_DIM, ";2"}, {CELL_UNDERLINE, ";4"}, {CELL_REVERSE, ";7"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (attributes & all[i].attribute)
            strcat(text, all[i].number);
}

/* From the pen as it is, and from its own state: the shorter one. */
static void set_pen(struct painter *painter, int fg, int bg, unsigned attributes)
{
    char from[SEQUENCE] = "", anew[SEQUENCE] = "";
    bool off = painter->pen_attributes & ~attributes;
    if (painter->pen_fg == fg && painter->pen_bg == bg && painter->pen_attributes == attributes)
        return;
    add_attributes(from, attributes & ~painter->pen_attributes);
    add_attributes(anew, attributes);
    if (painter->pen_fg != fg)
        add_colour(painter, from, fg, false);
    if (painter->pen_bg != bg)
        add_colour(painter, from, bg, true);
    if (fg >= 0)
        add_colour(painter, anew, fg, false);
    if (bg >= 0)
        add_colour(painter, anew, bg, true);
    send_text(painter, "\033[");
    if (off || strlen(anew) <= strlen(from))
        send_text(painter, anew); /* begins with ';': an empty number is 0 */
    else
        send_text(painter, from + 1);
    send_text(painter, "m");
    painter->pen_fg = fg;
    painter->pen_bg = bg;
    painter->pen_attributes = attributes;
}

/* --- rows --- */

static void put(struct painter *painter, const struct mark *mark, int columns)
{
    /* a blank shows no foreground */
    bool any = mark->glyph == ' ' && !mark->accent && !mark->attributes &&
               !(painter->pen_attributes & (CELL_REVERSE | CELL_UNDERLINE));
    set_pen(painter, any ? painter->pen_fg : mark->fg, mark->bg,
        any ? painter->pen_attributes : mark->attributes);
    send_glyph(painter, mark->glyph);
    if (mark->accent)
        send_glyph(painter, mark->accent);
    if (mark->glyph == '?' && mark->width == 2)
        send_glyph(painter, ' ');
    painter->column += mark->width;
    if (painter->column >= columns)
        painter->row = -1; /* it waits behind the last column, or not */
}

/* Erases blanks from `column` to `end`, where that is shorter; false: they are to be written. */
static bool erase(struct painter *painter, int column, int end, int columns)
{
    char text[SEQUENCE];
    if (end - column < ERASE_LEAST)
        return false;
    set_pen(painter, -1, -1, 0);
    snprintf(text, sizeof text, end == columns ? "\033[K" : "\033[%dX", end - column);
    send_text(painter, text);
    return true;
}

static void paint_row(struct painter *painter, const struct cells *shown,
    const struct cells *wanted, int row, bool anew)
{
    const struct mark nothing = {' ', 0, -1, -1, 0, 1};
    int columns = wanted->columns, first = row * columns;
    for (int column = 0; column < columns; column++) {
        struct mark mark = mark_of(painter, wanted, first + column);
        struct mark was = anew ? nothing : mark_of(painter, shown, first + column);
        if (same(&mark, &was) || mark.width == 0)
            continue;
        move_to(painter, row, column);
        int end = column;
        while (end < columns && blank(&mark)) {
            end++;
            if (end < columns)
                mark = mark_of(painter, wanted, first + end);
        }
        if (end > column && erase(painter, column, end, columns)) {
            column = end - 1;
            continue;
        }
        mark = mark_of(painter, wanted, first + column);
        put(painter, &mark, columns);
    }
}

void painter_paint(
    struct painter *painter, struct cells *shown, const struct cells *wanted, bool anew)
{
    painter->n = 0;
    painter->row = -1;
    if (anew) {
        send_text(painter, "\033[H\033[2J");
        painter->row = painter->column = 0;
    }
    for (int row = 0; row < wanted->rows; row++)
        paint_row(painter, shown, wanted, row, anew);
    set_pen(painter, -1, -1, 0);
    memcpy(shown->cell, wanted->cell,
        (size_t)wanted->columns * (size_t)wanted->rows * sizeof *shown->cell);
}
