/* Images as half blocks or quarters of cells; glyphs by brightness where there are no colours. */
#include "views/cells/picture.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct area picture_fit(struct area area, int width, int height)
{
    struct area fit = area;
    if (width < 1 || height < 1 || area.columns < 1 || area.rows < 1)
        return (struct area){area.column, area.row, 0, 0};
    int zoom = area.columns / width < 2 * area.rows / height ? area.columns / width
                                                             : 2 * area.rows / height;
    if (zoom >= 1) {
        fit.columns = width * zoom;
        fit.rows = (height * zoom + 1) / 2;
    } else if ((long)area.columns * height <= 2L * area.rows * width) {
        fit.rows = (int)lrint(area.columns * (double)height / width / 2);
    } else {
        fit.columns = (int)lrint(2.0 * area.rows * width / height);
    }
    fit.columns = fit.columns > 0 ? fit.columns : 1;
    fit.rows = fit.rows > 0 ? fit.rows : 1;
    fit.column += (area.columns - fit.columns) / 2;
    return fit;
}

/* The mean colour of a rectangle of the image, edges weighted by how much is covered. */
static void mean_colour(
    const uint8_t *rgb, int width, int height, const double edge[4], double out[3])
{
    double sum[3] = {0}, weights = 0;
    for (int y = (int)edge[1]; y < edge[3] && y < height; y++) {
        double high = fmin(y + 1, edge[3]) - fmax(y, edge[1]);
        for (int x = (int)edge[0]; x < edge[2] && x < width; x++) {
            double weight = high * (fmin(x + 1, edge[2]) - fmax(x, edge[0]));
            for (int k = 0; k < 3; k++)
                sum[k] += weight * rgb[((long)y * width + x) * 3 + k];
            weights += weight;
        }
    }
    for (int k = 0; k < 3; k++)
        out[k] = weights > 0 ? sum[k] / weights : 0;
}

/* To columns x rows dots by area average; the caller frees dots[rows, columns, 3]. */
static uint8_t *resample(const uint8_t *rgb, int width, int height, int columns, int rows)
{
    uint8_t *dots = memory_array((size_t)columns * (size_t)rows, 3);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            double edge[4] = {(double)x * width / columns, (double)y * height / rows,
                (double)(x + 1) * width / columns, (double)(y + 1) * height / rows};
            double colour[3];
            mean_colour(rgb, width, height, edge, colour);
            for (int k = 0; k < 3; k++)
                dots[((long)y * columns + x) * 3 + k] = (uint8_t)lrint(colour[k]);
        }
    return dots;
}

/* 0..15/16, Bayer's order. */
static double bayer(int x, int y)
{
    static const uint8_t order[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    return order[y & 3][x & 3] / 16.0;
}

static uint32_t packed(const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* The nearest of the terminal's sixteen after a dither of each channel, which keeps coloured
 * patches visible. */
static uint32_t dithered(uint32_t colour, int x, int y)
{
    static const uint32_t ansi[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
        0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
        0xffffff};
    double best = INFINITY, offset = (bayer(x, y) - 0.47) * 130;
    uint32_t nearest = 0;
    for (int i = 0; i < 16; i++) {
        double error = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double d = (colour >> shift & 255) + offset - (ansi[i] >> shift & 255);
            error += d * d;
        }
        if (error < best) {
            best = error;
            nearest = ansi[i];
        }
    }
    return nearest;
}

static uint32_t shown(const struct pane *pane, uint32_t colour, int x, int y)
{
    return pane->view_state->depth == DEPTH_16 ? dithered(colour, x, y) : colour;
}

/* On a slow line a colour stays while it is near enough: repeated ones cost nothing. */
static uint32_t lasting(const struct pane *pane, uint32_t colour, uint32_t *last)
{
    enum { NEAR = 20 };
    bool near = pane->view_state->lean;
    for (int shift = 0; shift <= 16 && near; shift += 8)
        near = abs((int)(colour >> shift & 255) - (int)(*last >> shift & 255)) <= NEAR;
    if (!near)
        *last = colour;
    return *last;
}

/* Every pixel is zoom x zoom half cells. */
static void draw_halves(
    const struct pane *pane, struct area fit, const uint8_t *rgb, int width, int height)
{
    int zoom = fit.columns / width;
    for (int row = 0; row < fit.rows; row++)
        for (int column = 0; column < fit.columns; column++) {
            int x = column / zoom, top = 2 * row / zoom, bottom = (2 * row + 1) / zoom;
            struct cell cell = {.glyph = 0x2580, .fg = CELL_DEFAULT, .bg = CELL_DEFAULT};
            cell.fg = shown(pane, packed(rgb + ((long)top * width + x) * 3), column, 2 * row);
            if (bottom < height)
                cell.bg =
                    shown(pane, packed(rgb + ((long)bottom * width + x) * 3), column, 2 * row + 1);
            pane_put(pane, fit.column + column, fit.row + row, cell);
        }
}

static int level_of(const uint8_t *p)
{
    return (299 * p[0] + 587 * p[1] + 114 * p[2]) / 1000;
}

/* The levels below and above which lie a twentieth of the dots each. */
static void find_range(const uint8_t *dots, int n, int *low, int *high)
{
    int count[256] = {0}, sum;
    for (int i = 0; i < n; i++)
        count[level_of(dots + 3L * i)]++;
    *low = 0, *high = 255;
    for (sum = count[0]; sum <= n / 20 && *low < 254; sum += count[++*low])
        ;
    for (sum = count[255]; sum <= n / 20 && *high > *low + 1; sum += count[--*high])
        ;
}

/* With few colours a dither of half cells shows more than the best two colours of a cell; the
 * contrast is stretched first. */
static void draw_dithered(
    const struct pane *pane, struct area fit, const uint8_t *rgb, int width, int height)
{
    int n = 2 * fit.columns * fit.rows, low, high;
    uint8_t *dots = resample(rgb, width, height, fit.columns, 2 * fit.rows);
    find_range(dots, n, &low, &high);
    for (int i = 0; i < 3 * n; i++) {
        int value = (dots[i] - low) * 255 / (high - low);
        dots[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
    draw_halves(pane, fit, dots, fit.columns, 2 * fit.rows);
    free(dots);
}

struct split {
    int mask; /* of the four dots in front: 1 and 2 above, 4 and 8 below */
    double fg[3], bg[3];
};

/* Of all ways to give four dots two colours, the one nearest to them. */
static struct split best_split(const uint8_t *dots[4])
{
    struct split best = {0};
    double least = INFINITY;
    for (int mask = 0; mask < 8; mask++) { /* the other eight are the same with colours swapped */
        struct split split = {.mask = mask};
        int n = (mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1);
        double error = 0;
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < 4; i++)
                *(mask >> i & 1 ? &split.fg[k] : &split.bg[k]) += dots[i][k];
            split.fg[k] = n ? split.fg[k] / n : 0;
            split.bg[k] /= 4 - n;
            for (int i = 0; i < 4; i++) {
                double d = dots[i][k] - (mask >> i & 1 ? split.fg[k] : split.bg[k]);
                error += d * d;
            }
        }
        if (error < least - 1e-9) {
            least = error;
            best = split;
        }
    }
    return best;
}

static uint32_t rounded(const double colour[3])
{
    uint8_t p[3] = {
        (uint8_t)lrint(colour[0]), (uint8_t)lrint(colour[1]), (uint8_t)lrint(colour[2])};
    return packed(p);
}

static void draw_quadrants(
    const struct pane *pane, struct area fit, const uint8_t *rgb, int width, int height)
{
    static const uint16_t glyphs[8] = {' ', 0x2598, 0x259d, 0x2580, 0x2596, 0x258c, 0x259e, 0x259b};
    int across = 2 * fit.columns;
    uint8_t *dots = resample(rgb, width, height, across, 2 * fit.rows);
    uint32_t fg = 0, bg = 0;
    for (int row = 0; row < fit.rows; row++)
        for (int column = 0; column < fit.columns; column++) {
            const uint8_t *first = dots + ((long)2 * row * across + 2L * column) * 3;
            const uint8_t *four[4] = {first, first + 3, first + across * 3, first + across * 3 + 3};
            struct split split = best_split(four);
            struct cell cell = {
                .glyph = glyphs[split.mask], .fg = CELL_DEFAULT, .bg = CELL_DEFAULT};
            cell.fg = split.mask ? lasting(pane, rounded(split.fg), &fg) : rounded(split.fg);
            cell.bg = lasting(pane, rounded(split.bg), &bg);
            pane_put(pane, fit.column + column, fit.row + row, cell);
        }
    free(dots);
}

/* Grey 0..1 of all dots, stretched. */
static void stretched(const uint8_t *dots, int n, float *grey)
{
    int low, high;
    find_range(dots, n, &low, &high);
    for (int i = 0; i < n; i++) {
        float share = (float)(level_of(dots + 3L * i) - low) / (float)(high - low);
        grey[i] = fminf(1, fmaxf(0, share));
    }
}

static uint32_t braille(const float *grey, int across, int column, int row)
{
    static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    uint32_t mask = 0;
    for (int y = 4 * row; y < 4 * row + 4; y++)
        for (int x = 2 * column; x < 2 * column + 2; x++)
            if (grey[(long)y * across + x] > bayer(x, y) + 1.0 / 32)
                mask |= bit[y & 3][x & 1];
    return 0x2800 + mask;
}

/* Braille with a dither, or a ramp of letters. */
static void draw_grey(const struct pane *pane, struct area fit, const uint8_t *rgb, int width,
    int height, bool letters)
{
    static const char ramp[] = " .:-=+*#%@";
    int across = fit.columns * (letters ? 1 : 2), down = fit.rows * (letters ? 1 : 4);
    uint8_t *dots = resample(rgb, width, height, across, down);
    float *grey = memory_floats((size_t)across * (size_t)down);
    stretched(dots, across * down, grey);
    for (int row = 0; row < fit.rows; row++)
        for (int column = 0; column < fit.columns; column++) {
            struct cell cell = theme_cell(pane->theme, ROLE_TEXT);
            cell.glyph = letters ? (uint32_t)ramp[lrintf(grey[row * across + column] * 9)]
                                 : braille(grey, across, column, row);
            if (pane->view_state->depth >= DEPTH_256) { /* no glyph, but every cell its colour */
                cell.glyph = ' ';
                cell.bg = packed(dots + ((long)row * across + column) * 3);
            }
            pane_put(pane, fit.column + column, fit.row + row, cell);
        }
    free(grey);
    free(dots);
}

void picture_draw(
    const struct pane *pane, struct area area, const uint8_t *rgb, int width, int height)
{
    picture_fill(pane, picture_fit(area, width, height), rgb, width, height);
}

void picture_fill(
    const struct pane *pane, struct area fit, const uint8_t *rgb, int width, int height)
{
    if (fit.columns < 1 || fit.rows < 1)
        return;
    bool whole = fit.columns % width == 0 && fit.rows == (height * (fit.columns / width) + 1) / 2;
    if (pane->view_state->ascii || pane->view_state->depth == DEPTH_MONO)
        draw_grey(pane, fit, rgb, width, height, pane->view_state->ascii);
    else if (pane->view_state->depth == DEPTH_16)
        draw_dithered(pane, fit, rgb, width, height);
    else if (whole)
        draw_halves(pane, fit, rgb, width, height);
    else
        draw_quadrants(pane, fit, rgb, width, height);
    bool inside = fit.column >= 0 && fit.row >= 0 && fit.column + fit.columns <= pane->columns &&
                  fit.row + fit.rows <= pane->rows;
    if (pane->view_state->pixels && inside) {
        fit.column += pane->column;
        fit.row += pane->row;
        cells_picture(pane->cells, fit, rgb, width, height);
    }
}
