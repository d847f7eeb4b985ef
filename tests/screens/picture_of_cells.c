/* Draws cells as a picture, so that a screen can be looked at. */
#include "tests/screens/picture_of_cells.h"

#include "engine/base/memory.h"

#include <cairo.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_WIDTH = 9, CELL_HEIGHT = 18 };

static int encode(uint32_t glyph, char *utf8)
{
    if (glyph < 0x80) {
        utf8[0] = (char)glyph;
        return 1;
    }
    if (glyph < 0x800) {
        utf8[0] = (char)(0xc0 | glyph >> 6);
        utf8[1] = (char)(0x80 | (glyph & 0x3f));
        return 2;
    }
    utf8[0] = (char)(0xe0 | glyph >> 12);
    utf8[1] = (char)(0x80 | (glyph >> 6 & 0x3f));
    utf8[2] = (char)(0x80 | (glyph & 0x3f));
    return 3;
}

char *picture_of_cells_text(const struct cells *cells)
{
    char *text = memory_array((size_t)cells->rows * ((size_t)cells->columns * 3 + 1) + 1, 1);
    size_t used = 0;
    for (int row = 0; row < cells->rows; row++) {
        size_t start = used;
        for (int column = 0; column < cells->columns; column++)
            if (cells->cell[row * cells->columns + column].glyph != CELL_TAIL)
                used +=
                    (size_t)encode(cells->cell[row * cells->columns + column].glyph, text + used);
        while (used > start && text[used - 1] == ' ')
            used--;
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

void picture_of_cells_ansi(const struct cells *cells, FILE *file)
{
    for (int i = 0; i < cells->columns * cells->rows; i++) {
        const struct cell *c = &cells->cell[i];
        char utf8[5] = "";
        if (c->glyph != CELL_TAIL)
            encode(c->glyph, utf8);
        fprintf(file, "\x1b[0%s%s%s", c->attributes & CELL_BOLD ? ";1" : "",
            c->attributes & CELL_REVERSE ? ";7" : "", c->attributes & CELL_UNDERLINE ? ";4" : "");
        if (c->fg != CELL_DEFAULT)
            fprintf(file, ";38;2;%u;%u;%u", c->fg >> 16, c->fg >> 8 & 255, c->fg & 255);
        if (c->bg != CELL_DEFAULT)
            fprintf(file, ";48;2;%u;%u;%u", c->bg >> 16, c->bg >> 8 & 255, c->bg & 255);
        fprintf(file, "m%s%s", utf8, (i + 1) % cells->columns == 0 ? "\x1b[0m\n" : "");
    }
}

static int distance(uint32_t a, uint32_t b)
{
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);
        sum += d * d;
    }
    return sum;
}

static uint32_t palette(int index)
{
    static const uint32_t ansi[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
        0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
        0xffffff};
    static const uint32_t cube[] = {0, 95, 135, 175, 215, 255};
    if (index < 16)
        return ansi[index];
    if (index >= 232)
        return 0x010101u * (8 + 10 * (uint32_t)(index - 232));
    index -= 16;
    return cube[index / 36] << 16 | cube[index / 6 % 6] << 8 | cube[index % 6];
}

static uint32_t reduced(uint32_t colour, int colours)
{
    int best = colours == 256 ? 16 : 0;
    for (int i = best; i < colours; i++)
        if (distance(palette(i), colour) < distance(palette(best), colour))
            best = i;
    return colours > 0 ? palette(best) : colour;
}

static void set_rgb(cairo_t *cairo, uint32_t rgb)
{
    cairo_set_source_rgb(
        cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void box(cairo_t *cairo, double x, double y, double width, double height)
{
    cairo_rectangle(cairo, x, y, width, height);
    cairo_fill(cairo);
}

/* Blocks, quadrants, shades and braille are drawn, as good terminals do; the rest is font. */
static bool draw_block(cairo_t *cairo, uint32_t glyph, double x, double y)
{
    static const uint8_t quadrants[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    double w = CELL_WIDTH, h = CELL_HEIGHT;
    if (glyph == 0x2580)
        box(cairo, x, y, w, h / 2);
    else if (glyph >= 0x2581 && glyph <= 0x2588)
        box(cairo, x, y + h * (1 - (glyph - 0x2580) / 8.0), w, h * (glyph - 0x2580) / 8.0);
    else if (glyph >= 0x2589 && glyph <= 0x258f)
        box(cairo, x, y, w * (0x2590 - glyph) / 8.0, h);
    else if (glyph == 0x2590)
        box(cairo, x + w / 2, y, w / 2, h);
    else if (glyph == 0x2595)
        box(cairo, x + w * 7 / 8, y, w / 8, h);
    else if (glyph >= 0x2596 && glyph <= 0x259f)
        for (int i = 0; i < 4; i++) {
            if (quadrants[glyph - 0x2596] >> i & 1)
                box(cairo, x + w / 2 * (i & 1), y + h / 2 * (i >> 1), w / 2, h / 2);
        }
    else if (glyph >= 0x2800 && glyph <= 0x28ff)
        for (int i = 0; i < 8; i++) {
            int row = i < 6 ? i % 3 : 3, column = i < 6 ? i / 3 : i - 6;
            if ((glyph - 0x2800u) >> i & 1)
                box(cairo, x + w / 2 * column + 1.2, y + h / 4 * row + 1.2, 2.4, 2.4);
        }
    else
        return false;
    return true;
}

static void draw_cell(cairo_t *cairo, const struct cell *cell, const struct theme *theme,
    int colours, double x, double y)
{
    uint32_t fg = cell->fg == CELL_DEFAULT ? theme->ink : reduced(cell->fg, colours);
    uint32_t bg = cell->bg == CELL_DEFAULT ? theme->ground : reduced(cell->bg, colours);
    if (cell->attributes & CELL_REVERSE) {
        uint32_t kept = fg;
        fg = bg;
        bg = kept;
    }
    set_rgb(cairo, bg);
    box(cairo, x, y, CELL_WIDTH, CELL_HEIGHT);
    set_rgb(cairo, fg);
    if (cell->attributes & CELL_UNDERLINE)
        box(cairo, x, y + CELL_HEIGHT - 2, CELL_WIDTH, 1);
    if (cell->glyph == ' ' || draw_block(cairo, cell->glyph, x, y))
        return;
    char utf8[5] = "";
    encode(cell->glyph, utf8);
    cairo_select_font_face(cairo, "DejaVu Sans Mono", CAIRO_FONT_SLANT_NORMAL,
        cell->attributes & CELL_BOLD ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_move_to(cairo, x, y + 14);
    cairo_show_text(cairo, utf8);
}

bool picture_of_cells_png(
    const struct cells *cells, const struct theme *theme, int colours, const char *path)
{
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, cells->columns * CELL_WIDTH, cells->rows * CELL_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
    cairo_set_font_size(cairo, 14.9);
    for (int i = 0; i < cells->columns * cells->rows; i++)
        draw_cell(cairo, &cells->cell[i], theme, colours, (i % cells->columns) * CELL_WIDTH,
            (double)(i / cells->columns) * CELL_HEIGHT);
    cairo_destroy(cairo);
    bool written = cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return written;
}
