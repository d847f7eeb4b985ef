/* ROC curves of detectors as series of a plot. */
#include "views/charts/roc_plot.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/facts/goodnet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct canvas_point diagonal[] = {{0, 0}, {100, 100}};

bool roc_plot_reversed(const struct roc *curve)
{
    return curve->auc >= 0 && curve->auc < 0.5;
}

static void add(struct roc_plot *roc, const struct detector_result *result, const struct roc *curve,
    const char *net)
{
    static const struct canvas_style styles[] = {{ROLE_NEXT, LINE_DASHED, 1.2},
        {ROLE_WARNING, LINE_DOTTED, 1.2}, {ROLE_CLEAN, LINE_SPACED, 1.2},
        {ROLE_ATTACK, LINE_SOLID, 0.8}, {ROLE_BOTH, LINE_DASHED, 0.8},
        {ROLE_STRONG, LINE_DOTTED, 0.8}, {ROLE_GOOD, LINE_SOLID, 1.2}};
    enum { N_STYLES = sizeof styles / sizeof *styles };
    int i = roc->n++;
    struct canvas_point *points = memory_array((size_t)curve->n_points, sizeof *points);
    for (int p = 0; p < curve->n_points; p++)
        points[p] =
            (struct canvas_point){number_percent(curve->flagged[SET_CLEAN][p], curve->n[SET_CLEAN]),
                number_percent(curve->flagged[SET_POISONED][p], curve->n[SET_POISONED])};
    roc->points[i] = points;
    roc->result[i] = result;
    snprintf(roc->label[i], ROC_LABEL, "%s%s%s, AUC %.4f%s", result->name, *net ? ", " : "", net,
        curve->auc, roc_plot_reversed(curve) ? " (reversed)" : "");
    roc->plot.series[roc->plot.n_series++] = (struct plot_series){.label = roc->label[i],
        .points = points,
        .n = curve->n_points,
        .style = styles[result->net >= 0 ? N_STYLES - 1 : i % (N_STYLES - 1)]};
}

void roc_plot_init(
    struct roc_plot *roc, const struct detection *d, enum detection_data data, int net)
{
    *roc = (struct roc_plot){.plot = {.x_high = 100,
                                 .y_high = 100,
                                 .x_label = "clean images flagged (%)",
                                 .y_label = "poisoned images flagged (%)",
                                 .cursor = NAN}};
    roc->plot.series[roc->plot.n_series++] =
        (struct plot_series){.points = diagonal, .n = 2, .style = {ROLE_GRID, LINE_DOTTED, 0.5}};
    for (int i = 0; d && i < d->n_detectors && roc->n < ROC_CURVES; i++) {
        const struct detector_result *result = &d->detectors[i];
        char name[GOODNET_NAME] = "";
        if (net == ROC_ALL && result->net >= 0)
            goodnet_name(&d->nets[result->net], name);
        if (result->roc[data].n_points > 0 &&
            (result->net < 0 || result->net == net || net == ROC_ALL))
            add(roc, result, &result->roc[data], name);
    }
}

void roc_plot_finish(struct roc_plot *roc)
{
    for (int i = 0; i < roc->n; i++)
        free(roc->points[i]);
}
