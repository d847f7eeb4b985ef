/* Curves on their canvas, from back to front. Marks of the first curve come last: where curves
 * share a place its small discs stand within the rings of the next. */
#include "views/charts/plot_series.h"

#include "engine/base/memory.h"
#include "views/charts/canvas_paper.h"
#include "views/charts/plot_ticks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The points of a curve on the canvas; malloc'd. */
static struct canvas_point *place(
    const struct plot_frame *f, const struct canvas_point *points, int n)
{
    struct canvas_point *placed = memory_array((size_t)n + 1, sizeof *placed);
    for (int i = 0; i < n; i++)
        placed[i] = plot_frame_at(f, points[i]);
    return placed;
}

static void draw_band(const struct plot_frame *f, const struct plot_series *series)
{
    struct canvas_point *edge = place(f, series->band, series->n_band);
    canvas_area(f->canvas, series->style.role, edge, series->n_band);
    free(edge);
}

/* An open head at b, of a line that comes from a. */
static void draw_head(const struct plot_frame *f, const struct plot_series *series,
    struct canvas_point a, struct canvas_point b)
{
    const double length = 4.2, half = 0.45; /* of the head; tangent of its half angle */
    double dx = b.x - a.x, dy = b.y - a.y, all = hypot(dx, dy);
    dx *= length / all;
    dy *= length / all;
    struct canvas_point head[] = {{b.x - dx - half * dy, b.y - dy + half * dx}, b,
        {b.x - dx + half * dy, b.y - dy - half * dx}};
    struct canvas_style style = series->style;
    style.line = LINE_SOLID;
    canvas_polyline(f->canvas, style, head, 3);
}

/* Heads along the curve, which say which way the rounds go; between them is `apart`. */
static void draw_arrows(
    const struct plot_frame *f, const struct plot_series *series, const struct canvas_point *points)
{
    const struct canvas_box *r = &f->region;
    double apart = fmax(0.3 * r->width, 40), since = 0.6 * apart;
    for (int i = 1; i < series->n; i++) {
        struct canvas_point a = points[i - 1], b = points[i];
        double step = hypot(b.x - a.x, b.y - a.y);
        bool inside = a.x >= r->x && a.x <= r->x + r->width && b.x >= r->x &&
                      b.x <= r->x + r->width && plot_frame_inside(f, a.y) &&
                      plot_frame_inside(f, b.y);
        since += step;
        if (!inside || step < 3 || since < apart)
            continue;
        draw_head(f, series, a,
            (struct canvas_point){a.x + 0.62 * (b.x - a.x), a.y + 0.62 * (b.y - a.y)});
        since = 0;
    }
}

static void draw_line(const struct plot_frame *f, const struct plot_series *series)
{
    struct canvas_point *points = place(f, series->points, series->n);
    if (!series->marks_only)
        canvas_polyline(f->canvas, series->style, points, series->n);
    if (series->arrows && f->canvas->paper)
        draw_arrows(f, series, points);
    free(points);
}

/* Above the ticks where a curve runs over whole numbers, else every few points. */
static void draw_marks(const struct plot_frame *f, const struct plot_series *series, double step)
{
    bool counts = step > 0 && plot_ticks_counts(series);
    int n = series->n, every = n / 12 > 0 ? n / 12 : 1;
    for (int i = counts ? 0 : every / 2; i < n; i += counts ? 1 : every) {
        double place = (series->points[i].x - f->plot->x_low) / (counts ? step : 1);
        struct canvas_point at = plot_frame_at(f, series->points[i]);
        if (!counts || fabs(place - rint(place)) < 1e-6)
            canvas_mark(f->canvas, series->style.role, at.x, at.y, series->mark);
    }
}

void plot_series_draw(const struct plot_frame *f)
{
    struct canvas_box edge = f->region;
    if (f->canvas->paper) /* marks and round line ends may reach over the frame */
        edge = (struct canvas_box){edge.x - 3, edge.y - 3, edge.width + 6, edge.height + 6};
    canvas_clip(f->canvas, &edge);
    for (int i = 0; i < f->plot->n_series; i++)
        if (f->plot->series[i].n_band > 0)
            draw_band(f, &f->plot->series[i]);
    for (int i = 0; i < f->plot->n_series; i++)
        draw_line(f, &f->plot->series[i]);
    double step = plot_ticks_marks(f);
    for (int i = f->plot->n_series - 1; i >= 0 && f->canvas->paper; i--)
        draw_marks(f, &f->plot->series[i], step);
    canvas_clip(f->canvas, NULL);
}

/* The nearest free place for a name around a circle, below first; false: there is none near. */
static bool find_name(const struct plot_frame *f, const struct plot_space *space, double width,
    struct canvas_point at, struct canvas_point *to)
{
    enum { AROUND = 16 };
    double line = f->canvas->line;
    for (double far = 1; far < 5; far += 0.4)
        for (int i = 0; i < AROUND; i++) {
            double angle = 2 * 3.14159265358979 * ((i + 1) / 2) / AROUND * (i % 2 ? 1 : -1);
            to->x = at.x + sin(angle) * (width / 2 + 0.6 * line * far);
            to->y = at.y + cos(angle) * line * far;
            struct canvas_point left = {to->x - width / 2, to->y};
            if (plot_space_free(space, plot_space_words(f, left, width)))
                return true;
        }
    return false;
}

/* A line leads to a name that stands farther away than others may. */
static void lead(const struct plot_frame *f, struct canvas_point at, struct canvas_point to)
{
    double dx = to.x - at.x, dy = to.y - at.y, all = hypot(dx, dy), line = f->canvas->line;
    double from = 3 / all, until = 1 - 0.7 * line / all;
    if (all > 2.2 * line)
        canvas_rule(f->canvas, (struct canvas_style){ROLE_FAINT, LINE_SOLID, 0.4}, at.x + from * dx,
            at.y + from * dy, at.x + until * dx, at.y + until * dy);
}

static void name_crossing(
    const struct plot_frame *f, struct plot_space *space, const char *name, struct canvas_point at)
{
    double width = canvas_text_width(f->canvas, name);
    struct canvas_point to;
    if (!find_name(f, space, width, at, &to))
        return; /* the table has it */
    plot_space_take(
        space, plot_space_words(f, (struct canvas_point){to.x - width / 2, to.y}, width));
    lead(f, at, to);
    canvas_halo(f->canvas, to.x, to.y, ALIGN_CENTRE, name);
    canvas_text(f->canvas, ROLE_FAINT, to.x, to.y, ALIGN_CENTRE, name);
}

/* On the canvas; false where it is not seen. */
static bool place_crossing(
    const struct plot_frame *f, const struct plot_level *level, struct canvas_point *at)
{
    *at =
        (struct canvas_point){plot_frame_x(f, level->crossed_x), plot_frame_y(f, level->crossed_y)};
    double right = f->region.x + f->region.width + 1e-9;
    return isfinite(level->crossed_x) && plot_frame_inside(f, at->y) && at->x <= right;
}

void plot_series_take_crossings(const struct plot_frame *f, struct plot_space *space)
{
    struct canvas_point at;
    for (int i = 0; i < f->plot->n_levels; i++)
        if (place_crossing(f, &f->plot->levels[i], &at))
            plot_space_take(space, (struct area){(int)floor(at.x - f->region.x) - 3,
                                       (int)floor(at.y - f->region.y) - 3, 7, 7});
}

void plot_series_crossings(const struct plot_frame *f, struct plot_space *space)
{
    struct canvas_point at;
    for (int i = 0; i < f->plot->n_levels; i++)
        if (place_crossing(f, &f->plot->levels[i], &at))
            canvas_mark(
                f->canvas, ROLE_BOTH, at.x, at.y, f->canvas->paper ? MARK_CIRCLE : MARK_DISC);
    for (int i = 0; i < f->plot->n_levels && space; i++) {
        const struct plot_level *level = &f->plot->levels[i];
        if (!isfinite(level->value) && level->label[0] && place_crossing(f, level, &at))
            name_crossing(f, space, level->label, at);
    }
}

struct plot_series plot_series_look(int index)
{
    static const enum role roles[] = {ROLE_STRONG, ROLE_PRUNED, ROLE_GOOD, ROLE_NEXT, ROLE_FAINT};
    static const enum canvas_line lines[] = {LINE_SOLID, LINE_DASHED, LINE_DOTTED, LINE_SPACED};
    static const enum canvas_mark marks[] = {MARK_DISC, MARK_RING, MARK_CROSS, MARK_NONE};
    return (struct plot_series){
        .style = {roles[index % 5], lines[index % 4], 1}, .mark = marks[(index + index / 4) % 4]};
}

struct plot_series plot_series_arm(int index)
{
    static const struct plot_series arms[] = {
        {.style = {ROLE_PRUNED, LINE_SOLID, 1}, .mark = MARK_DISC},
        {.style = {ROLE_FAINT, LINE_DASHED, 1}, .mark = MARK_RING},
        {.style = {ROLE_GRID, LINE_SPACED, 1}, .mark = MARK_CROSS},
        {.style = {ROLE_STRONG, LINE_DOTTED, 1}, .mark = MARK_NONE}};
    struct plot_series arm = arms[index % 4];
    arm.arrows = true;
    return arm;
}
