/* How many poisoned images detectors flag for the false alarms they cost. */
#include "engine/base/memory.h"
#include "engine/detection.h"
#include "views/exports.h"
#include "views/figure.h"
#include "views/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CURVES_MAX = 6 };

struct rocs {
    enum detection_data data;
    int n;
    const struct detector_result *result[CURVES_MAX];
    struct canvas_point *points[CURVES_MAX]; /* [n_points] percent flagged of clean, poisoned */
    char label[CURVES_MAX][128];
};

static void take(struct rocs *rocs, const struct detection *d)
{
    for (int i = 0; i < d->n_detectors && rocs->n < CURVES_MAX; i++) {
        const struct detector_result *result = &d->detectors[i];
        const struct roc *roc = &result->roc[rocs->data];
        int k = rocs->n;
        if (roc->n_points == 0 || roc->n[SET_CLEAN] == 0 || roc->n[SET_POISONED] == 0)
            continue;
        rocs->result[k] = result;
        rocs->points[k] = memory_array((size_t)roc->n_points, sizeof *rocs->points[k]);
        for (int j = 0; j < roc->n_points; j++)
            rocs->points[k][j] =
                (struct canvas_point){100.0 * roc->flagged[SET_CLEAN][j] / roc->n[SET_CLEAN],
                    100.0 * roc->flagged[SET_POISONED][j] / roc->n[SET_POISONED]};
        snprintf(rocs->label[k], sizeof rocs->label[k], "%s%s%s, AUC %.4f", result->name,
            result->net >= 0 ? ", " : "", result->net >= 0 ? d->nets[result->net].name : "",
            roc->auc);
        rocs->n++;
    }
}

static void add_rows(struct csv *csv, const struct rocs *rocs, const struct detection *d)
{
    csv_printf(csv, "detector,net,data,n_clean,n_poisoned,auc,clean_flagged,poisoned_flagged,"
                    "false_alarms,detection\n");
    for (int k = 0; k < rocs->n; k++) {
        const struct detector_result *result = rocs->result[k];
        const struct roc *roc = &result->roc[rocs->data];
        for (int i = 0; i < roc->n_points; i++) {
            csv_printf(csv, "%s,", result->name);
            csv_text(csv, result->net >= 0 ? d->nets[result->net].name : "B");
            csv_printf(csv, ",%s,%d,%d,%.17g,%d,%d,%.17g,%.17g\n",
                rocs->data == DATA_TEST ? "test" : "validation", roc->n[SET_CLEAN],
                roc->n[SET_POISONED], roc->auc, roc->flagged[SET_CLEAN][i],
                roc->flagged[SET_POISONED][i], rocs->points[k][i].x, rocs->points[k][i].y);
        }
    }
}

/* Where the best curve has all but everything, the rest of the axis says nothing. */
static double reach(const struct rocs *rocs)
{
    static const double ends[] = {5, 10, 20, 50};
    for (int e = 0; e < 4; e++) {
        bool all = true;
        for (int k = 0; k < rocs->n; k++) {
            double best = 0;
            for (int i = 0; i < rocs->result[k]->roc[rocs->data].n_points; i++)
                if (rocs->points[k][i].x <= ends[e])
                    best = fmax(best, rocs->points[k][i].y);
            all = all && best >= 99;
        }
        if (all)
            return ends[e];
    }
    return 100;
}

static void draw(struct canvas *canvas, const struct rocs *rocs)
{
    static const struct {
        struct canvas_style style;
        enum canvas_mark mark;
    } looks[CURVES_MAX] = {{{ROLE_BOTH, LINE_DOTTED, 1.2}, MARK_NONE},
        {{ROLE_PRUNED, LINE_SPACED, 1.2}, MARK_NONE}, {{ROLE_CLEAN, LINE_SOLID, 1.2}, MARK_NONE},
        {{ROLE_ATTACK, LINE_DASHED, 1.2}, MARK_NONE}, {{ROLE_GOOD, LINE_SPACED, 1.2}, MARK_NONE},
        {{ROLE_NEXT, LINE_DOTTED, 1.4}, MARK_NONE}};
    static const struct canvas_point chance[] = {{0, 0}, {100, 100}};
    struct plot plot = {.x_high = reach(rocs),
        .y_high = 100,
        .x_label = "false alarms, clean images flagged (%)",
        .y_label = "detection, poisoned images flagged (%)",
        .cursor = NAN};
    plot.series[plot.n_series++] =
        (struct plot_series){.points = chance, .n = 2, .style = {ROLE_GRID, LINE_SOLID, 0.6}};
    for (int k = 0; k < rocs->n; k++)
        plot.series[plot.n_series++] = (struct plot_series){.label = rocs->label[k],
            .points = rocs->points[k],
            .n = rocs->result[k]->roc[rocs->data].n_points,
            .style = looks[k].style};
    plot_draw(canvas, &plot, (struct canvas_box){4, 2, canvas->width - 8, canvas->height - 5});
}

static bool make(struct figure *f, struct error *err)
{
    const struct detection *d = f->snapshot->detection;
    struct rocs rocs = {0};
    if (!d || d->n_detectors == 0)
        return fail_as(
            err, ERROR_FAILED, "no curves of detectors yet: detect, with poisoned images");
    rocs.data = d->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    take(&rocs, d);
    if (rocs.n == 0)
        return fail_as(err, ERROR_FAILED, "detectors want clean and poisoned images");
    figure_name(f, "roc", "%s", "");
    figure_tell(f,
        "Poisoned %s images that detectors flag over the clean ones they flag (false alarms)%s. "
        "AUC: share of pairs in which the poisoned image scores higher.",
        rocs.data == DATA_TEST ? "test" : "validation",
        reach(&rocs) < 100 ? ", only the left part of the axis" : "");
    bool begun = figure_begin(f, figure_plot_height(f, 11.6 * rocs.n), err);
    if (begun) {
        add_rows(&f->csv, &rocs, d);
        draw(f->canvas, &rocs);
    }
    for (int k = 0; k < rocs.n; k++)
        free(rocs.points[k]);
    return begun;
}

const struct export exports_roc = {
    .name = "roc",
    .view = "goodnet",
    .help = "detection over false alarms of every detector",
    .make = make,
};
