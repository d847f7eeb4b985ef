/* The curves rasterised into cells, as the canvas of cells draws them. */
#include "views/charts/plot_space.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

static void take(struct plot_space *space, double x, double y)
{
    int column = (int)floor(x), row = (int)floor(y);
    if (column >= 0 && column < space->columns && row >= 0 && row < space->rows)
        space->busy[row * space->columns + column] = true;
}

/* What of a line from y to y + dy lies between the edges, as shares of its length. */
static bool crosses(double y, double dy, double height, double *from, double *to)
{
    double a = (-1 - y) / dy, b = (height + 1 - y) / dy;
    *from = 0;
    *to = 1;
    if (fabs(dy) < 1e-9)
        return y > -1 && y < height + 1;
    *from = fmax(0, fmin(a, b));
    *to = fmin(1, fmax(a, b));
    return *from <= *to;
}

static void take_line(struct plot_space *space, struct canvas_point a, struct canvas_point b)
{
    double dx = b.x - a.x, dy = b.y - a.y, from, to;
    if (!(fabs(dx) < 1e6) || !crosses(a.y, dy, space->rows, &from, &to))
        return;
    double length = fmax(fabs(dx), fabs(dy)) * (to - from);
    int steps = (int)(4 * fmin(length, 4.0 * (space->columns + space->rows))) + 1;
    for (int i = 0; i <= steps; i++) {
        double t = from + (to - from) * i / steps;
        take(space, a.x + t * dx, a.y + t * dy);
    }
}

void plot_space_init(struct plot_space *space, const struct plot_frame *f)
{
    space->columns = (int)f->region.width;
    space->rows = (int)f->region.height;
    space->busy =
        memory_array((size_t)space->columns * (size_t)space->rows + 1, sizeof *space->busy);
    for (int i = 0; i < f->plot->n_series; i++) {
        const struct plot_series *series = &f->plot->series[i];
        struct canvas_point before = {0, 0};
        for (int k = 0; k < series->n; k++) {
            struct canvas_point at = plot_frame_at(f, series->points[k]);
            at.x -= f->region.x;
            at.y -= f->region.y;
            take_line(space, k > 0 ? before : at, at);
            before = at;
        }
    }
}

void plot_space_finish(struct plot_space *space)
{
    free(space->busy);
    *space = (struct plot_space){0};
}

bool plot_space_free(const struct plot_space *space, struct area area)
{
    if (area.column < 0 || area.row < 0 || area.column + area.columns > space->columns ||
        area.row + area.rows > space->rows)
        return false;
    for (int row = area.row; row < area.row + area.rows; row++)
        for (int column = area.column; column < area.column + area.columns; column++)
            if (space->busy[row * space->columns + column])
                return false;
    return true;
}

void plot_space_take(struct plot_space *space, struct area area)
{
    for (int row = area.row; row < area.row + area.rows; row++)
        for (int column = area.column; column < area.column + area.columns; column++)
            take(space, column, row);
}

struct area plot_space_words(const struct plot_frame *f, struct canvas_point left, double width)
{
    double line = f->canvas->line, x = left.x - f->region.x, y = left.y - f->region.y;
    return (struct area){(int)floor(x) - 3, (int)floor(y - 0.42 * line), (int)ceil(width) + 6,
        (int)ceil(0.84 * line)};
}

bool plot_space_level(
    const struct plot_frame *f, const struct plot_space *space, int level, struct area *area)
{
    double y = plot_frame_y(f, f->plot->levels[level].value);
    int width = (int)canvas_text_width(f->canvas, f->plot->levels[level].label);
    if (!plot_frame_inside(f, y))
        return false;
    *area = (struct area){space->columns - width, (int)floor(y - f->region.y), width, 1};
    while (area->column >= 0 && !plot_space_free(space, *area))
        area->column--;
    if (area->column < 0) /* a curve along the whole level */
        area->column = space->columns - width;
    return true;
}
