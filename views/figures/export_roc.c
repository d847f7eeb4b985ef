/* How many poisoned images detectors flag for the false alarms they cost. */
#include "engine/api/detection.h"
#include "views/charts/roc_plot.h"
#include "views/figures/figure.h"

#include <math.h>

static void add_rows(struct csv *csv, const struct roc_plot *rocs, const struct detection *d,
    enum detection_data data)
{
    csv_printf(csv, "detector,net,data,n_clean,n_poisoned,auc,clean_flagged,poisoned_flagged,"
                    "false_alarms,detection\n");
    for (int k = 0; k < rocs->n; k++) {
        const struct detector_result *result = rocs->result[k];
        const struct roc *roc = &result->roc[data];
        for (int i = 0; i < roc->n_points; i++) {
            csv_printf(csv, "%s,", result->name);
            csv_text(csv, result->net >= 0 ? d->nets[result->net].name : "B");
            csv_printf(csv, ",%s,%d,%d,%.17g,%d,%d,%.17g,%.17g\n",
                data == DATA_TEST ? "test" : "validation", roc->n[SET_CLEAN], roc->n[SET_POISONED],
                roc->auc, roc->flagged[SET_CLEAN][i], roc->flagged[SET_POISONED][i],
                rocs->points[k][i].x, rocs->points[k][i].y);
        }
    }
}

/* Where the best curve has all but everything, the rest of the axis says nothing. */
static double reach(const struct roc_plot *rocs)
{
    static const double ends[] = {5, 10, 20, 50};
    for (int e = 0; e < 4; e++) {
        bool all = true;
        for (int k = 0; k < rocs->n; k++) {
            double best = 0;
            for (int i = 0; i < rocs->plot.series[1 + k].n; i++)
                if (rocs->points[k][i].x <= ends[e])
                    best = fmax(best, rocs->points[k][i].y);
            all = all && best >= 99;
        }
        if (all)
            return ends[e];
    }
    return 100;
}

/* Greys: what reads B alone; green: what compares B with a net. */
static void set_looks(struct roc_plot *roc)
{
    static const struct canvas_style alone[] = {{ROLE_STRONG, LINE_SOLID, 1.1},
        {ROLE_PRUNED, LINE_SOLID, 1.1}, {ROLE_STRONG, LINE_DASHED, 1.1},
        {ROLE_PRUNED, LINE_SPACED, 1.1}, {ROLE_STRONG, LINE_DOTTED, 1.2},
        {ROLE_NEXT, LINE_SOLID, 1.1}},
                                     compared[] = {{ROLE_GOOD, LINE_SOLID, 1.1},
                                         {ROLE_GOOD, LINE_DASHED, 1.1},
                                         {ROLE_GOOD, LINE_DOTTED, 1.3},
                                         {ROLE_GOOD, LINE_SPACED, 1.1}};
    int n[2] = {0, 0};
    for (int k = 0; k < roc->n; k++) {
        bool net = roc->result[k]->net >= 0;
        int place = n[net]++;
        roc->plot.series[1 + k].style = net ? compared[place % 4] : alone[place % 6];
    }
}

static void dress(struct roc_plot *roc)
{
    struct plot *plot = &roc->plot;
    plot->x_high = reach(roc);
    plot->x_label = "false alarms, clean images flagged (%)";
    plot->y_label = "detection, poisoned images flagged (%)";
    plot->series[0].style = (struct canvas_style){ROLE_GRID, LINE_SOLID, 0.6};
    set_looks(roc);
}

/* Does any curve rank poisoned images below clean ones? */
static bool reversed(const struct roc_plot *roc, enum detection_data data)
{
    bool any = false;
    for (int k = 0; k < roc->n; k++)
        any = any || roc_plot_reversed(&roc->result[k]->roc[data]);
    return any;
}

static bool draw_figure(
    struct figure *f, struct roc_plot *roc, enum detection_data data, struct error *err)
{
    if (roc->n == 0)
        return fail_as(err, ERROR_FAILED, "detectors need clean and poisoned images");
    figure_name(f, "roc", "%s", "");
    figure_tell(f,
        "Share of poisoned %s images that each detector flags, over the share of clean images it "
        "flags (false alarms)%s. AUC: share of pairs in which the poisoned image scores higher.%s",
        data == DATA_TEST ? "test" : "validation",
        reach(roc) < 100 ? ", only the left part of the axis" : "",
        reversed(roc, data) ? ROC_REVERSED : "");
    dress(roc);
    if (!figure_begin(f, figure_legend_height(f, &roc->plot), err))
        return false;
    add_rows(&f->csv, roc, f->snapshot->detection, data);
    plot_draw(f->canvas, &roc->plot,
        (struct canvas_box){4, 2, f->canvas->width - 8, f->canvas->height - 5});
    return true;
}

static bool make(struct figure *f, struct error *err)
{
    const struct detection *d = f->snapshot->detection;
    struct roc_plot roc;
    if (!d || d->n_detectors == 0)
        return fail_as(
            err, ERROR_FAILED, "no detector has run yet: run detect with poisoned images");
    enum detection_data data = d->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    roc_plot_init(&roc, d, data, ROC_ALL);
    bool good = draw_figure(f, &roc, data, err);
    roc_plot_finish(&roc);
    return good;
}

const struct export export_roc = {
    .name = "roc",
    .view = "goodnet",
    .help = "detection over false alarms of every detector",
    .title = "Detection and false alarms",
    .make = make,
};
