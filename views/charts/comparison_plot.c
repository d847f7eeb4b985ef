/* Letters over clean accuracy and attack success. Leans on plot.h for axes and lines. */
#include "views/charts/comparison_plot.h"

#include "engine/base/memory.h"
#include "views/charts/plot.h"
#include "views/facts/comparison.h"

#include <math.h>
#include <stdlib.h>

/* Points of clean accuracy below the unpruned net that are shown. */
enum { POINTS_SHOWN = 20 };

struct chart {
    const struct criteria_comparison *compared;
    struct plot plot;
    struct canvas_point *line, *front; /* the cursor's order; what is on the front */
    int n_line, n_front;
    int cursor;
};

static struct canvas_point point_of(const struct chart *chart, int index, int round)
{
    struct canvas_point point;
    comparison_point(chart->compared, chart->compared->orders[index], round, &point.x, &point.y);
    return point;
}

static int by_accuracy(const void *a, const void *b)
{
    const struct canvas_point *p = a, *q = b;
    return p->x < q->x ? -1 : p->x > q->x;
}

static void find_lines(struct chart *chart)
{
    const struct criteria_comparison *compared = chart->compared;
    size_t most = 1;
    for (int i = 0; i < compared->n; i++)
        most += (size_t)compared->orders[i]->n_rounds;
    chart->line = memory_array(most, sizeof *chart->line);
    chart->front = memory_array(most, sizeof *chart->front);
    for (int i = 0; i < compared->n; i++)
        for (int r = 0; r < compared->orders[i]->n_rounds; r++) {
            if (i == chart->cursor)
                chart->line[chart->n_line++] = point_of(chart, i, r);
            if (compared->on_front[i][r])
                chart->front[chart->n_front++] = point_of(chart, i, r);
        }
    qsort(chart->front, (size_t)chart->n_front, sizeof *chart->front, by_accuracy);
}

/* The unpruned net stands at the right; without poisoned images at the left. */
static void set_scales(struct chart *chart)
{
    const struct criteria_comparison *compared = chart->compared;
    struct plot *plot = &chart->plot;
    double x = 0, y = 0, most = 1;
    for (int i = 0; i < compared->n; i++) {
        if (compared->orders[i]->n_rounds == 0)
            continue;
        comparison_point(compared, compared->orders[i], 0, &x, &y);
        most = fmax(most, compared->orders[i]->n_rounds - 1);
    }
    *plot = (struct plot){.y_high = 100, .x_high = most, .cursor = NAN};
    if (comparison_has_attack(compared)) {
        plot->x_high = fmin(100, x + 1);
        plot->x_low = fmax(0, plot->x_high - POINTS_SHOWN);
    } else {
        plot->y_high = fmin(100, y + 1);
        plot->y_low = fmax(0, plot->y_high - POINTS_SHOWN);
    }
}

static void chart_init(struct chart *chart, const struct snapshot *s, int cursor)
{
    *chart = (struct chart){.compared = s->compared, .cursor = cursor};
    set_scales(chart);
    find_lines(chart);
    struct plot *plot = &chart->plot;
    if (comparison_has_attack(s->compared))
        plot->series[plot->n_series++] = (struct plot_series){.label = "Pareto front",
            .points = chart->front,
            .n = chart->n_front,
            .style = {ROLE_FAINT, LINE_SOLID, 1}};
    plot->series[plot->n_series++] = (struct plot_series){.points = chart->line,
        .n = chart->n_line,
        .style = {comparison_role(cursor), LINE_SOLID, 1}};
}

static void chart_finish(struct chart *chart)
{
    free(chart->line);
    free(chart->front);
}

/* Calls `see` for every cell in which an order's letter stands, the cursor's order last. */
static void each_letter(struct canvas *canvas, const struct chart *chart, struct canvas_box box,
    void (*see)(void *context, int index, int column, int row), void *context)
{
    const struct criteria_comparison *compared = chart->compared;
    const struct canvas_box region = plot_region(canvas, &chart->plot, box);
    for (int k = 0; k <= compared->n; k++) {
        int i = k < compared->n ? k : chart->cursor;
        const struct compared_order *order = compared->orders[i];
        if (order->site != compared->orders[chart->cursor]->site)
            continue;
        for (int r = 1; r < order->n_rounds; r++) { /* round 0 is the same net for all */
            struct canvas_point at = plot_place(canvas, &chart->plot, box, point_of(chart, i, r));
            double bottom = region.y + region.height;
            at.y = at.y >= bottom && at.y < bottom + 0.5 ? bottom - 1 : at.y;
            if (at.x >= region.x && at.x < region.x + region.width && at.y >= region.y &&
                at.y < bottom)
                see(context, i, (int)floor(at.x), (int)floor(at.y));
        }
    }
}

static void write_letter(void *context, int index, int column, int row)
{
    struct canvas *canvas = context;
    char text[2] = {comparison_letter(index), '\0'};
    canvas_text(canvas, comparison_role(index), column, row, ALIGN_LEFT, text);
}

void comparison_plot_draw(
    struct canvas *canvas, const struct snapshot *s, int cursor, struct canvas_box box)
{
    struct chart chart;
    chart_init(&chart, s, cursor);
    plot_draw(canvas, &chart.plot, box);
    each_letter(canvas, &chart, box, write_letter, canvas);
    chart_finish(&chart);
}

struct hit {
    int column, row, found;
};

static void look(void *context, int index, int column, int row)
{
    struct hit *hit = context;
    if (column == hit->column && row == hit->row)
        hit->found = index; /* the last one lies on top */
}

int comparison_plot_hit(struct canvas *canvas, const struct snapshot *s, int cursor,
    struct canvas_box box, int column, int row)
{
    struct chart chart;
    struct hit hit = {column, row, -1};
    chart_init(&chart, s, cursor);
    each_letter(canvas, &chart, box, look, &hit);
    chart_finish(&chart);
    return hit.found;
}
