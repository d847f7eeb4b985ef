/* Drawing on cells. Each cell has dots (braille 2x4, half blocks 1x2, ASCII 1x1) that remember
 * whose they are, so that two curves in one cell get the colour of both. */
#include "views/charts/canvas.h"

#include "engine/base/memory.h"
#include "views/cells/picture.h"

#include <math.h>
#include <stdlib.h>

enum { NOBODY = N_ROLES };
enum { NORTH = 1, EAST = 2, SOUTH = 4, WEST = 8 };

struct dots {
    uint8_t mask;   /* of braille, or of halves: 1 upper, 2 lower */
    uint8_t who[2]; /* role of the cell; of half blocks upper and lower */
    uint8_t arms;   /* of rules */
};

struct canvas_cells {
    struct canvas canvas;
    const struct pane *pane;
    enum marker marker;
    int across, down; /* dots in a cell */
    struct dots *dots;
    struct canvas_box clip;
};

static struct canvas_cells *of(struct canvas *canvas)
{
    return (struct canvas_cells *)canvas;
}

static struct dots *dots_at(struct canvas_cells *c, int column, int row)
{
    bool inside = column >= 0 && row >= 0 && column < c->pane->columns && row < c->pane->rows;
    bool clipped = column < floor(c->clip.x) || row < floor(c->clip.y) ||
                   column >= c->clip.x + c->clip.width || row >= c->clip.y + c->clip.height;
    return inside && !clipped ? &c->dots[row * c->pane->columns + column] : NULL;
}

static void put(struct canvas_cells *c, int column, int row, enum role role, uint32_t glyph)
{
    struct cell cell = theme_cell(c->canvas.theme, role);
    cell.glyph = glyph;
    pane_put(c->pane, column, row, cell);
}

static enum role join(enum role there, enum role new)
{
    bool curves = (there == ROLE_CLEAN || there == ROLE_ATTACK || there == ROLE_BOTH) &&
                  (new == ROLE_CLEAN || new == ROLE_ATTACK);
    return curves && there != new ? ROLE_BOTH : new;
}

/* What lies behind: decoration, then earlier curves, then the curves. */
static int depth_of(enum role role)
{
    if (role == ROLE_CLEAN_PAST || role == ROLE_ATTACK_PAST)
        return 1;
    return role == ROLE_GRID || role == ROLE_FAINT || role == ROLE_WARNING ? 0 : 2;
}

static void show_halves(struct canvas_cells *c, struct dots *d, int column, int row)
{
    enum role top = d->who[0], bottom = d->who[1];
    struct cell cell = theme_cell(c->canvas.theme, d->mask & 1 ? top : bottom);
    cell.glyph = d->mask == 1 ? 0x2580 : d->mask == 2 ? 0x2584 : 0x2588;
    if (d->mask == 3 && top != bottom) {
        cell.glyph = 0x2580;
        cell.bg = theme_cell(c->canvas.theme, bottom).fg;
    }
    pane_put(c->pane, column, row, cell);
}

static uint32_t letter(enum role role)
{
    switch (role) {
    case ROLE_CLEAN:
        return 'o';
    case ROLE_ATTACK:
        return 'x';
    case ROLE_BOTH:
        return '*';
    case ROLE_CLEAN_PAST:
        return '-';
    case ROLE_ATTACK_PAST:
        return '~';
    default:
        return '.';
    }
}

/* x and y in dots. */
static void dot(struct canvas_cells *c, enum role role, int x, int y)
{
    static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x < 0 || y < 0)
        return;
    int column = x / c->across, row = y / c->down, half = y % c->down == 0 ? 0 : 1;
    struct dots *d = dots_at(c, column, row);
    if (!d)
        return;
    uint8_t *who = &d->who[c->marker == MARKER_BLOCK ? half : 0];
    if (*who != NOBODY && depth_of(role) < depth_of(*who))
        return;
    if (*who != NOBODY && depth_of(role) > depth_of(*who) && c->marker != MARKER_BLOCK)
        d->mask = 0;
    *who = (uint8_t)(*who == NOBODY ? role : join(*who, role));
    if (c->marker == MARKER_BRAILLE) {
        d->mask |= bit[y % 4][x % 2];
        put(c, column, row, *who, 0x2800 + d->mask);
    } else if (c->marker == MARKER_BLOCK) {
        d->mask |= (uint8_t)(1 << half);
        show_halves(c, d, column, row);
    } else {
        put(c, column, row, *who, letter(*who));
    }
}

static bool drawn(enum canvas_line line, int step)
{
    switch (line) {
    case LINE_SOLID:
        return true;
    case LINE_DASHED:
        return step % 4 < 3;
    case LINE_SPACED:
        return step % 8 < 4;
    case LINE_DOTTED:
        break;
    }
    return step % 4 == 0;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* Cuts a line off above `low` and below `high`; false: nothing of it is left. */
static bool cut(struct canvas_point *from, struct canvas_point *to, double low, double high)
{
    if ((from->y < low && to->y < low) || (from->y > high && to->y > high))
        return false;
    struct canvas_point start = *from, end = *to;
    double slope = (end.x - start.x) / (end.y - start.y); /* used where y changes */
    for (int i = 0; i < 2; i++) {
        struct canvas_point *point = i == 0 ? from : to;
        double y = fmin(fmax(point->y, low), high);
        if (y < point->y || y > point->y)
            *point = (struct canvas_point){start.x + (y - start.y) * slope, y};
    }
    return true;
}

/* Bresenham between two points; `step` goes on from line to line so that dashes do too. */
static void segment(struct canvas_cells *c, struct canvas_style style, struct canvas_point from,
    struct canvas_point to, int *step)
{
    int right = c->pane->columns * c->across - 1, bottom = c->pane->rows * c->down - 1;
    if (!cut(&from, &to, -1, c->pane->rows + 1))
        return;
    int x = clamp((int)floor(from.x * c->across), -1, right + 1);
    int y = clamp((int)floor(from.y * c->down), 0, bottom);
    int x1 = clamp((int)floor(to.x * c->across), -1, right + 1);
    int y1 = clamp((int)floor(to.y * c->down), 0, bottom);
    int dx = abs(x1 - x), dy = -abs(y1 - y), error = dx + dy;
    for (;; (*step)++) {
        if (drawn(style.line, *step))
            dot(c, style.role, x, y);
        if (x == x1 && y == y1)
            return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x += x < x1 ? 1 : -1;
        }
        if (twice <= dx) {
            error += dx;
            y += y < y1 ? 1 : -1;
        }
    }
}

static void polyline(
    struct canvas *canvas, struct canvas_style style, const struct canvas_point *points, int n)
{
    int step = 0;
    if (n == 1)
        segment(of(canvas), style, points[0], points[0], &step);
    for (int i = 1; i < n; i++)
        segment(of(canvas), style, points[i - 1], points[i], &step);
}

static void rule_cell(
    struct canvas_cells *c, struct canvas_style style, int column, int row, int arms)
{
    static const uint16_t box[16] = {' ', 0x2502, 0x2500, 0x2514, 0x2502, 0x2502, 0x250c, 0x251c,
        0x2500, 0x2518, 0x2500, 0x2534, 0x2510, 0x2524, 0x252c, 0x253c};
    struct dots *d = dots_at(c, column, row);
    if (!d || (style.line == LINE_DOTTED && d->who[0] != NOBODY && depth_of(d->who[0]) > 0))
        return;
    d->arms |= (uint8_t)arms;
    uint32_t glyph = box[d->arms];
    if (style.line != LINE_SOLID)
        glyph = arms & (NORTH | SOUTH) ? 0x250a : 0x2508;
    put(c, column, row, style.role, glyph);
}

static void rule(struct canvas *canvas, struct canvas_style style, struct canvas_point from,
    struct canvas_point to)
{
    int x0 = (int)floor(fmin(from.x, to.x)), x1 = (int)floor(fmax(from.x, to.x));
    int y0 = (int)floor(fmin(from.y, to.y)), y1 = (int)floor(fmax(from.y, to.y));
    x1 = clamp(x1, x0, of(canvas)->pane->columns);
    y1 = clamp(y1, y0, of(canvas)->pane->rows);
    for (int x = x0; y0 == y1 && x <= x1; x++)
        rule_cell(of(canvas), style, x, y0, (x > x0 ? WEST : 0) | (x < x1 ? EAST : 0));
    for (int y = y0; y0 < y1 && y <= y1; y++)
        rule_cell(of(canvas), style, x0, y, (y > y0 ? NORTH : 0) | (y < y1 ? SOUTH : 0));
}

static void fill(struct canvas *canvas, enum role role, struct canvas_box box)
{
    int column = (int)floor(box.x), row = (int)floor(box.y), columns = (int)ceil(box.width);
    for (int i = 0; columns > 0 && i < (int)fmax(1, lrint(box.height)); i++)
        pane_bar(of(canvas)->pane, column, row + i, columns, role, box.width / columns);
}

static void shade(struct canvas *canvas, struct canvas_box box, uint32_t colour, double value)
{
    int x0 = (int)floor(box.x + 1e-6), x1 = (int)floor(box.x + box.width + 1e-6);
    int y0 = (int)floor(box.y + 1e-6), y1 = (int)floor(box.y + box.height + 1e-6);
    for (int y = y0; y < (y1 > y0 ? y1 : y0 + 1); y++)
        for (int x = x0; x < (x1 > x0 ? x1 : x0 + 1); x++)
            if (dots_at(of(canvas), x, y))
                pane_shade(of(canvas)->pane, x, y, colour, value);
}

static double text_width(struct canvas *canvas, const char *utf8)
{
    return pane_width(of(canvas)->pane, utf8);
}

static void text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8)
{
    int width = pane_width(of(canvas)->pane, utf8), column = (int)floor(x);
    if (align == ALIGN_CENTRE)
        column = (int)floor(x + 0.5 - width / 2.0);
    else if (align == ALIGN_RIGHT)
        column = (int)floor(x) - width;
    int end = pane_text(of(canvas)->pane, column, (int)floor(y), role, utf8);
    for (; column < end; column++) { /* dots do not come back through words */
        struct dots *d = dots_at(of(canvas), column, (int)floor(y));
        if (d)
            *d = (struct dots){.who = {NOBODY, NOBODY}};
    }
}

static void image(
    struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height)
{
    struct area area = {
        (int)floor(box.x), (int)floor(box.y), (int)floor(box.width), (int)floor(box.height)};
    picture_draw(of(canvas)->pane, area, rgb, width, height);
}

static void mark(
    struct canvas *canvas, enum role role, struct canvas_point at, enum canvas_mark kind)
{
    static const uint16_t glyphs[] = {' ', 0x25cf, 0x25cb, 0xd7, 0x25cb};
    int column = (int)floor(at.x), row = clamp((int)floor(at.y), 0, of(canvas)->pane->rows - 1);
    if (kind != MARK_NONE && dots_at(of(canvas), column, row))
        put(of(canvas), column, row, role, glyphs[kind]);
}

static void clip(struct canvas *canvas, const struct canvas_box *box)
{
    of(canvas)->clip = box ? *box : (struct canvas_box){0, 0, canvas->width, canvas->height};
}

static void destroy(struct canvas *canvas)
{
    free(of(canvas)->dots);
    free(canvas);
}

static const struct canvas_class class = {
    .polyline = polyline,
    .rule = rule,
    .fill = fill,
    .shade = shade,
    .text = text,
    .text_width = text_width,
    .image = image,
    .mark = mark,
    .clip = clip,
    .destroy = destroy,
};

struct canvas *canvas_cells_create(const struct pane *pane)
{
    static const int across[] = {2, 1, 1}, down[] = {4, 2, 1};
    struct canvas_cells *c = memory_array(1, sizeof *c);
    c->canvas = (struct canvas){.class = &class, .theme = pane->theme, .line = 1, .em = 1};
    c->canvas.width = pane->columns;
    c->canvas.height = pane->rows;
    c->pane = pane;
    c->marker = pane->view_state->ascii ? MARKER_ASCII : pane->view_state->marker;
    c->across = across[c->marker];
    c->down = down[c->marker];
    size_t n = (size_t)pane->columns * (size_t)pane->rows;
    c->dots = memory_array(n + 1, sizeof *c->dots);
    for (size_t i = 0; i < n; i++)
        c->dots[i].who[0] = c->dots[i].who[1] = NOBODY;
    clip(&c->canvas, NULL);
    return &c->canvas;
}
