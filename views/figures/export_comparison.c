/* Criteria side by side: attack success over clean accuracy, a curve for every order. */
#include "engine/api/criteria_comparison.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/charts/plot.h"
#include "views/charts/plot_series.h"
#include "views/facts/comparison.h"
#include "views/figures/figure.h"
#include "views/files/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Points of clean accuracy below the unpruned net that are drawn. */
enum { POINTS_SHOWN = 20 };

/* Orders of the site that is shown. */
struct shown {
    const struct criteria_comparison *compared;
    int site, n, index[PLOT_SERIES - 1];
    struct canvas_point *points[PLOT_SERIES];
    struct canvas_point *front;
    int n_front;
    char labels[PLOT_SERIES][64];
};

static struct canvas_point place(
    const struct criteria_comparison *compared, const struct outcome *round)
{
    return (struct canvas_point){number_percent(round->clean, compared->of.clean),
        number_percent(round->attack, compared->of.attack)};
}

static int by_accuracy(const void *a, const void *b)
{
    const struct canvas_point *p = a, *q = b;
    return p->x < q->x ? -1 : p->x > q->x;
}

static void add_front(struct shown *shown, int index)
{
    const struct compared_order *order = shown->compared->orders[index];
    for (int r = 0; r < order->n_rounds; r++)
        if (shown->compared->on_front[index][r]) {
            shown->front =
                memory_grow(shown->front, (size_t)shown->n_front + 1, sizeof *shown->front);
            shown->front[shown->n_front++] = place(shown->compared, &order->rounds[r]);
        }
}

static void take(struct shown *shown, const struct snapshot *s)
{
    *shown = (struct shown){.compared = s->compared, .site = comparison_site(s)};
    for (int i = 0; i < s->compared->n && shown->n < PLOT_SERIES - 1; i++) {
        const struct compared_order *order = s->compared->orders[i];
        if (order->site != shown->site || order->n_rounds == 0)
            continue;
        int k = shown->n++;
        char badge[KNOWLEDGE_TEXT];
        shown->index[k] = i;
        shown->points[k] = memory_array((size_t)order->n_rounds, sizeof **shown->points);
        for (int r = 0; r < order->n_rounds; r++)
            shown->points[k][r] = place(s->compared, &order->rounds[r]);
        snprintf(shown->labels[k], sizeof shown->labels[k], "%.30s (%.20s)", order->criterion,
            knowledge_badge(&order->known, badge));
        add_front(shown, i);
    }
    if (shown->n_front > 0)
        qsort(shown->front, (size_t)shown->n_front, sizeof *shown->front, by_accuracy);
}

static void add_rows(struct csv *csv, const struct snapshot *s)
{
    char sets[KNOWLEDGE_TEXT];
    csv_printf(csv, "layer,criterion,read,channels,channel,clean_accuracy,attack_success,"
                    "on_front\n");
    for (int i = 0; i < s->compared->n; i++) {
        const struct compared_order *order = s->compared->orders[i];
        for (int r = 0; r < order->n_rounds; r++) {
            struct canvas_point at = place(s->compared, &order->rounds[r]);
            csv_text(csv, s->sites[order->site].name);
            csv_printf(
                csv, ",%s,%s,%d,", order->criterion, knowledge_sets_word(&order->known, sets), r);
            if (r > 0)
                csv_printf(csv, "%d", order->ranking[r - 1]);
            csv_printf(csv, ",%.17g,%.17g,%d\n", at.x, at.y, s->compared->on_front[i][r]);
        }
    }
}

static struct plot plot_of(const struct shown *shown)
{
    double base = 0;
    struct plot plot = {.y_high = 100,
        .x_label = "clean accuracy (%)",
        .y_label = "attack success (%)",
        .cursor = NAN};
    for (int k = 0; k < shown->n; k++) {
        const struct compared_order *order = shown->compared->orders[shown->index[k]];
        struct plot_series *series = &plot.series[plot.n_series];
        *series = plot_series_look(plot.n_series++);
        series->label = shown->labels[k];
        series->points = shown->points[k];
        series->n = order->n_rounds;
        base = shown->points[k][0].x;
    }
    plot.series[plot.n_series++] = (struct plot_series){.label = "Pareto front",
        .points = shown->front,
        .n = shown->n_front,
        .style = {ROLE_STRONG, LINE_SOLID, 1.8}};
    plot.x_high = fmin(100, base + 1);
    plot.x_low = fmax(0, plot.x_high - POINTS_SHOWN);
    return plot;
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct shown shown;
    if (!s->compared || s->compared->n == 0)
        return fail_as(err, ERROR_FAILED, "no criteria were compared yet");
    if (s->compared->of.attack <= 0)
        return fail_as(err, ERROR_FAILED, "curves of criteria need poisoned images");
    take(&shown, s);
    file_stem(f->stem, sizeof f->stem, "comparison_%s", s->sites[shown.site].name);
    figure_tell(f,
        "Attack success that %d criteria leave, over clean accuracy, at layer %s; a point for each "
        "number of pruned channels, from the unpruned net at the right. The lower right is best; "
        "the Pareto front is that of all rounds.",
        shown.n, s->sites[shown.site].name);
    struct plot plot = plot_of(&shown);
    bool begun = figure_begin(f, figure_legend_height(f, &plot), err);
    if (begun) {
        add_rows(&f->csv, s);
        plot_draw(f->canvas, &plot,
            (struct canvas_box){4, 2, f->canvas->width - 8, f->canvas->height - 5});
    }
    for (int k = 0; k < shown.n; k++)
        free(shown.points[k]);
    free(shown.front);
    return begun;
}

const struct export export_comparison = {
    .name = "comparison",
    .view = "comparison",
    .help = "criteria side by side: attack success over clean accuracy",
    .title = "Criteria compared",
    .of = EXPORT_MODEL,
    .make = make,
};
