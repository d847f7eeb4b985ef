/* Axes, ticks, levels and curves; the legend is plot_legend.c's. */
#include "views/charts/plot.h"

#include "views/charts/canvas_paper.h"
#include "views/charts/plot_legend.h"
#include "views/charts/plot_series.h"
#include "views/charts/plot_space.h"
#include "views/charts/plot_ticks.h"
#include "views/charts/plot_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A logarithmic axis has no end: its best value stands for all that are better. */
static void tick_text(const struct plot *plot, double value, char text[32])
{
    bool end = plot->log && fabs(value - plot->y_high) < 1e-9;
    snprintf(text, 32, "%s%g", end ? "≤" : "", value);
}

static double y_label_width(struct canvas *canvas, const struct plot *plot, double height)
{
    double ticks[PLOT_TICKS], widest = 0;
    int n = plot_ticks_y(plot, height, canvas->line, ticks);
    for (int i = 0; i < n; i++) {
        char text[32];
        tick_text(plot, ticks[i], text);
        widest = fmax(widest, canvas_text_width(canvas, text));
    }
    return widest;
}

/* On cells the axes take a column and a row of their own; small plots do without the row. */
static struct canvas_box bare_region(
    struct canvas *canvas, const struct plot *plot, struct canvas_box box)
{
    double line = canvas->line, left, bottom, top = 0, right = 0;
    if (canvas->paper) {
        left = y_label_width(canvas, plot, box.height) + 1.2 * canvas->em;
        bottom = (2.6 + 1.1 * plot_legend_lines(canvas, plot, box.width)) * line;
        top = (1.4 + plot->head) * line;
        right = plot->n_levels > 0 && isfinite(plot->levels[0].value) ? 7 * canvas->em : canvas->em;
    } else {
        left = y_label_width(canvas, plot, box.height) + 1;
        bottom = box.height >= 14 ? 2 : box.height >= 5 ? 1 : 0;
        left = box.width >= 16 ? left : 0;
    }
    return (struct canvas_box){box.x + left, box.y + top, fmax(box.width - left - right, 1),
        fmax(box.height - bottom - top, 1)};
}

struct canvas_box plot_region(struct canvas *canvas, const struct plot *plot, struct canvas_box box)
{
    struct plot_frame f = {canvas, plot, box, bare_region(canvas, plot, box)};
    int above = canvas->paper ? 0 : plot_legend_rows_above(&f);
    f.region.y += above;
    f.region.height -= above;
    return f.region;
}

struct canvas_point plot_place(struct canvas *canvas, const struct plot *plot,
    struct canvas_box box, struct canvas_point value)
{
    const struct plot_frame f = {canvas, plot, box, plot_region(canvas, plot, box)};
    return (struct canvas_point){plot_frame_x(&f, value.x), plot_frame_y(&f, value.y)};
}

static void draw_y_axis(const struct plot_frame *f)
{
    struct canvas *canvas = f->canvas;
    double ticks[PLOT_TICKS], gap = canvas->paper ? 0.7 * canvas->em : 1;
    struct canvas_style style = {ROLE_FRAME, LINE_SOLID, 0.5};
    double x = canvas->paper ? f->region.x : f->region.x - 1;
    double last = f->region.y + f->region.height - (canvas->paper ? 0 : 1);
    int n = plot_ticks_y(f->plot, f->box.height, canvas->line, ticks);
    if (f->region.x == f->box.x)
        return;
    canvas_rule(canvas, style, x, f->region.y, x, last);
    for (int i = 0; i < n; i++) {
        char text[32];
        tick_text(f->plot, ticks[i], text);
        double y = plot_frame_y(f, ticks[i]);
        canvas_text(canvas, ROLE_FAINT, f->region.x - gap, y, ALIGN_RIGHT, text);
        if (canvas->paper)
            canvas_rule(canvas, style, x - 0.4 * canvas->em, y, x, y);
        else
            canvas_text(canvas, ROLE_FRAME, x, y, ALIGN_LEFT, "┤");
    }
    if (canvas->paper && f->plot->y_label)
        canvas_text(
            canvas, ROLE_TEXT, f->box.x, f->box.y + canvas->line / 2, ALIGN_LEFT, f->plot->y_label);
}

static void draw_x_tick(const struct plot_frame *f, double value, double y, bool axis)
{
    struct canvas *canvas = f->canvas;
    char text[32];
    snprintf(text, sizeof text, "%g", value);
    double x = plot_frame_x(f, value), half = canvas_text_width(canvas, text) / 2;
    double most = f->box.x + f->box.width - half;
    double at = fmin(x, most);
    if (canvas->paper)
        canvas_rule(canvas, (struct canvas_style){ROLE_FRAME, LINE_SOLID, 0.5}, x, y, x,
            y + 0.4 * canvas->em);
    else if (axis)
        canvas_text(canvas, ROLE_FRAME, x, y, ALIGN_LEFT, "┬");
    y += canvas->paper ? 0.5 * canvas->em + canvas->line / 2 : axis ? 1 : 0;
    canvas_text(canvas, ROLE_FAINT, at, y, ALIGN_CENTRE, text);
}

/* Short ones below the marks of the curves, so that a mark can be read. */
static void draw_mark_ticks(const struct plot_frame *f, double y)
{
    double step = plot_ticks_marks(f);
    for (double x = f->plot->x_low; step > 0 && x <= f->plot->x_high + 1e-9; x += step) {
        double at = plot_frame_x(f, x);
        canvas_rule(f->canvas, (struct canvas_style){ROLE_FRAME, LINE_SOLID, 0.4}, at, y, at,
            y + 0.22 * f->canvas->em);
    }
}

/* A name below its place; its second line is left out where a neighbour is too near. */
static void draw_x_names(const struct plot_frame *f)
{
    struct canvas *canvas = f->canvas;
    double room = f->region.width / f->plot->n_names - 0.5 * canvas->em;
    double y = f->region.y + f->region.height + 0.5 * canvas->em + canvas->line / 2;
    for (int i = 0; i < f->plot->n_names; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", f->plot->names[i]);
        char *second = strchr(text, '\n');
        if (second)
            *second++ = '\0';
        canvas_text(canvas, ROLE_TEXT, plot_frame_x(f, i), y, ALIGN_CENTRE, text);
        if (second && canvas_text_width(canvas, second) <= room)
            canvas_text(
                canvas, ROLE_FAINT, plot_frame_x(f, i), y + canvas->line, ALIGN_CENTRE, second);
    }
}

static void draw_x_axis(const struct plot_frame *f)
{
    struct canvas *canvas = f->canvas;
    const struct canvas_box *r = &f->region;
    double ticks[PLOT_TICKS], y = r->y + r->height;
    double room = f->box.y + f->box.height - y;
    bool axis = canvas->paper || room > 1.5;
    int n = plot_ticks_x(f, ticks);
    if (room < 0.5)
        return;
    if (axis)
        canvas_rule(canvas, (struct canvas_style){ROLE_FRAME, LINE_SOLID, 0.5},
            canvas->paper ? r->x : r->x - 1, y, r->x + r->width - (canvas->paper ? 0 : 1), y);
    if (axis && !canvas->paper && r->x > f->box.x)
        canvas_text(canvas, ROLE_FRAME, r->x - 1, y, ALIGN_LEFT, "└");
    if (f->plot->n_names > 0)
        draw_x_names(f);
    for (int i = 0; f->plot->n_names == 0 && i < n; i++)
        draw_x_tick(f, ticks[i], y, axis);
    draw_mark_ticks(f, y);
    if (canvas->paper && f->plot->x_label)
        canvas_text(canvas, ROLE_TEXT, r->x + r->width / 2,
            f->box.y + f->box.height -
                (0.6 + 1.1 * plot_legend_lines(canvas, f->plot, f->box.width)) * canvas->line,
            ALIGN_CENTRE, f->plot->x_label);
}

static void draw_levels(const struct plot_frame *f)
{
    struct canvas_style style = {ROLE_GRID, LINE_DOTTED, 0.5};
    for (int i = 0; i < f->plot->n_levels; i++) {
        double y = plot_frame_y(f, f->plot->levels[i].value);
        struct canvas_point ends[] = {{f->region.x, y}, {f->region.x + f->region.width, y}};
        if (f->canvas->paper)
            style.role = ROLE_FAINT;
        if (plot_frame_inside(f, y))
            canvas_polyline(f->canvas, style, ends, 2);
    }
}

/* Beside the curves; where two would touch the later one is left out. */
static void draw_level_labels_on_cells(const struct plot_frame *f)
{
    struct plot_space space;
    struct area area;
    double last = -INFINITY;
    plot_space_init(&space, f);
    for (int i = 0; i < f->plot->n_levels; i++) {
        double y = plot_frame_y(f, f->plot->levels[i].value);
        if (floor(y) == floor(last) || !plot_space_level(f, &space, i, &area))
            continue;
        canvas_text(f->canvas, ROLE_FAINT, f->region.x + area.column, y, ALIGN_LEFT,
            f->plot->levels[i].label);
        last = y;
    }
    plot_space_finish(&space);
}

/* On paper behind the right end, moved apart. */
static void draw_level_labels(const struct plot_frame *f)
{
    double last = -INFINITY, line = f->canvas->line, right = f->region.x + f->region.width;
    for (int i = 0; i < f->plot->n_levels; i++) {
        const struct plot_level *level = &f->plot->levels[i];
        double y = plot_frame_y(f, level->value);
        char text[32];
        if (!plot_frame_inside(f, y))
            continue;
        struct canvas_point lead[] = {{right, y}, {right + f->canvas->em, 0}};
        lead[1].y = y = fmax(y, last + 0.95 * line);
        canvas_polyline(f->canvas, (struct canvas_style){ROLE_FAINT, LINE_SOLID, 0.4}, lead, 2);
        snprintf(text, sizeof text, "%s pp", level->label);
        canvas_text(f->canvas, ROLE_FAINT, right + 1.3 * f->canvas->em, y, ALIGN_LEFT, text);
        last = y;
    }
}

/* What the names of levels take of the right end; on paper they stand behind it. */
static double level_room(const struct plot_frame *f)
{
    double widest = f->canvas->em / 2;
    for (int i = 0; !f->canvas->paper && i < f->plot->n_levels; i++)
        widest = fmax(widest, canvas_text_width(f->canvas, f->plot->levels[i].label) + 1);
    return widest;
}

/* Where a curve passes the middle of the scale, else its last place inside. */
static bool middle_tag(
    const struct plot_frame *f, const struct plot_series *series, struct canvas_point *at)
{
    double middle = f->region.y + f->region.height / 2;
    double right = f->region.x + f->region.width - level_room(f);
    bool found = false;
    for (int i = 0; i < series->n && !(found && at->y >= middle); i++) {
        struct canvas_point point = plot_frame_at(f, series->points[i]);
        if (point.x < f->region.x || point.x > right || !plot_frame_inside(f, point.y))
            continue;
        *at = point;
        found = true;
    }
    at->x += f->canvas->paper ? f->canvas->em / 3 : 0;
    double half = f->canvas->line / 2;
    if (!f->canvas->paper)
        at->y = fmin(at->y, middle * 2);
    else /* off what stands above the plot */
        at->y += at->y - 2 * half < f->region.y ? half : -half;
    return found;
}

/* On paper the free place on a curve that is nearest to the middle of the scale. */
static bool free_tag(const struct plot_frame *f, struct plot_space *space,
    const struct plot_series *series, struct canvas_point *at)
{
    double width = canvas_text_width(f->canvas, series->tag);
    double middle = f->region.y + f->region.height / 2, nearest = INFINITY;
    for (int i = 0; i < series->n; i++) {
        struct canvas_point point = plot_frame_at(f, series->points[i]);
        double far = fabs(point.y - middle);
        point.x += f->canvas->em / 3;
        point.y -= f->canvas->line / 2;
        if (far < nearest && plot_space_free(space, plot_space_words(f, point, width))) {
            nearest = far;
            *at = point;
        }
    }
    if (!isfinite(nearest))
        return false;
    plot_space_take(space, plot_space_words(f, *at, width));
    return true;
}

static bool covers(struct area a, struct area b)
{
    return a.column < b.column + b.columns && b.column < a.column + a.columns &&
           a.row < b.row + b.rows && b.row < a.row + a.rows;
}

/* Where there is but one, the legend tells it, too. */
static bool tells_apart(const struct plot *plot, const struct plot_series *series)
{
    for (int i = 0; i < plot->n_series; i++)
        if (plot->series[i].tag[0] && strcmp(plot->series[i].tag, series->tag) != 0)
            return true;
    return false;
}

/* A curve is told by its tag; on paper one that would cover another is left out, and one alone
 * that has no free place. */
static void draw_tags(const struct plot_frame *f, struct plot_space *space)
{
    struct area placed[PLOT_SERIES];
    int n = 0;
    for (int i = 0; i < f->plot->n_series; i++) {
        const struct plot_series *series = &f->plot->series[i];
        struct canvas_point at = {0, 0};
        bool free = series->tag[0] && space && free_tag(f, space, series, &at);
        bool needed = !space || tells_apart(f->plot, series);
        if (!series->tag[0] || (!free && !(needed && middle_tag(f, series, &at))))
            continue;
        placed[n] = plot_space_words(f, at, canvas_text_width(f->canvas, series->tag));
        bool covered = false;
        for (int k = 0; k < n && space; k++)
            covered = covered || covers(placed[k], placed[n]);
        if (covered)
            continue;
        canvas_halo(f->canvas, at.x, at.y, ALIGN_LEFT, series->tag);
        canvas_text(f->canvas, ROLE_FAINT, at.x, at.y, ALIGN_LEFT, series->tag);
        n++;
    }
}

void plot_draw(struct canvas *canvas, const struct plot *plot, struct canvas_box box)
{
    struct plot_frame f = {canvas, plot, box, plot_region(canvas, plot, box)};
    if (box.width < 1 || box.height < 1)
        return;
    draw_y_axis(&f);
    draw_x_axis(&f);
    if (isfinite(plot->cursor) && !(plot->cursor < plot->x_low)) {
        double x = plot_frame_x(&f, plot->cursor);
        canvas_rule(canvas, (struct canvas_style){ROLE_WARNING, LINE_DASHED, 0.5}, x, f.region.y, x,
            f.region.y + f.region.height - (canvas->paper ? 0 : 1));
    }
    draw_levels(&f);
    plot_series_draw(&f);
    if (canvas->paper)
        draw_level_labels(&f);
    else
        draw_level_labels_on_cells(&f);
    struct plot_space space;
    if (canvas->paper) {
        plot_space_init(&space, &f);
        plot_series_take_crossings(&f, &space);
    }
    draw_tags(&f, canvas->paper ? &space : NULL);
    plot_series_crossings(&f, canvas->paper ? &space : NULL);
    if (canvas->paper)
        plot_space_finish(&space);
    plot_legend_draw(&f);
    plot_values_note(&f);
}
