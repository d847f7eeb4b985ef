/* Curves rasterised into cells, as the canvas of cells draws them. */
#include "views/charts/plot_room.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

static void take(struct plot_room *room, double x, double y)
{
    int column = (int)floor(x), row = (int)floor(y);
    if (column >= 0 && column < room->columns && row >= 0 && row < room->rows)
        room->busy[row * room->columns + column] = true;
}

/* What of a line from y to y + dy lies between the edges, as shares of its length. */
static bool inside(double y, double dy, double height, double *from, double *to)
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

static void take_line(struct plot_room *room, struct canvas_point a, struct canvas_point b)
{
    double dx = b.x - a.x, dy = b.y - a.y, from, to;
    if (!(fabs(dx) < 1e6) || !inside(a.y, dy, room->rows, &from, &to))
        return;
    double length = fmax(fabs(dx), fabs(dy)) * (to - from);
    int steps = (int)(4 * fmin(length, 4.0 * (room->columns + room->rows))) + 1;
    for (int i = 0; i <= steps; i++) {
        double t = from + (to - from) * i / steps;
        take(room, a.x + t * dx, a.y + t * dy);
    }
}

void plot_room_init(struct plot_room *room, const struct plot_frame *f)
{
    room->columns = (int)f->region.width;
    room->rows = (int)f->region.height;
    room->busy = memory_array((size_t)room->columns * (size_t)room->rows + 1, sizeof *room->busy);
    for (int i = 0; i < f->plot->n_series; i++) {
        const struct plot_series *series = &f->plot->series[i];
        struct canvas_point before = {0, 0};
        for (int k = 0; k < series->n; k++) {
            struct canvas_point at = plot_at(f, series->points[k]);
            at.x -= f->region.x;
            at.y -= f->region.y;
            take_line(room, k > 0 ? before : at, at);
            before = at;
        }
    }
}

void plot_room_finish(struct plot_room *room)
{
    free(room->busy);
    *room = (struct plot_room){0};
}

bool plot_room_free(const struct plot_room *room, struct area area)
{
    if (area.column < 0 || area.row < 0 || area.column + area.columns > room->columns ||
        area.row + area.rows > room->rows)
        return false;
    for (int row = area.row; row < area.row + area.rows; row++)
        for (int column = area.column; column < area.column + area.columns; column++)
            if (room->busy[row * room->columns + column])
                return false;
    return true;
}

void plot_room_take(struct plot_room *room, struct area area)
{
    for (int row = area.row; row < area.row + area.rows; row++)
        for (int column = area.column; column < area.column + area.columns; column++)
            take(room, column, row);
}
