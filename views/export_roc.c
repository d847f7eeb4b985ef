/* The detectors' curves as a figure, with every corner in its table. */
#include "views/exports.h"
#include "views/figure.h"
#include "views/goodnet.h"
#include "views/roc_plot.h"

#include <stdio.h>

/* The net under the cursor of the panel, as the last detection knows it; -1: it does not. */
static int net_shown(const struct figure *f)
{
    struct goodnet_line lines[GOODNET_LINES];
    int n = goodnet_lines(f->snapshot, f->round, lines), at = f->look->good;
    if (at < n && lines[at].net)
        return (int)(lines[at].net - f->snapshot->detection->nets);
    return -1;
}

static void add_corners(
    struct csv *csv, const struct detection *d, enum detection_data data, int net)
{
    csv_printf(
        csv, "detector,repaired,clean_flagged,n_clean,poisoned_flagged,n_poisoned,fpr,tpr\n");
    for (int i = 0; i < d->n_detectors; i++) {
        const struct detector_result *result = &d->detectors[i];
        const struct roc *roc = &result->roc[data];
        for (int p = 0; p < roc->n_points && (result->net < 0 || result->net == net); p++) {
            const int x = roc->flagged[SET_CLEAN][p], y = roc->flagged[SET_POISONED][p];
            csv_printf(csv, "%s,", result->name);
            csv_text(csv, result->net < 0 ? "" : d->nets[net].name);
            csv_printf(csv, ",%d,%d,%d,%d,%.17g,%.17g\n", x, roc->n[SET_CLEAN], y,
                roc->n[SET_POISONED], goodnet_percent(x, roc->n[SET_CLEAN]),
                goodnet_percent(y, roc->n[SET_POISONED]));
        }
    }
}

static bool make(struct figure *f, struct error *err)
{
    const struct detection *d = f->snapshot->detection;
    struct roc_plot roc;
    if (!figure_measured(f, err))
        return false;
    if (!d || d->detectors[0].roc[DATA_VALIDATION].n_points == 0)
        return fail(err, "no curves of detectors yet: detect, with poisoned images");
    enum detection_data data =
        d->detectors[0].roc[DATA_TEST].n_points > 0 ? DATA_TEST : DATA_VALIDATION;
    const char *words = data == DATA_TEST ? "test" : "validation";
    int net = net_shown(f);
    figure_name(f, "roc", "_%s", words);
    figure_tell(f,
        "Poisoned over clean images that detectors flag, on %d clean and %d poisoned %s images.",
        d->n[data][SET_CLEAN], d->n[data][SET_POISONED], words);
    if (net >= 0)
        figure_tell(f, "Agreement compares B with %s.", d->nets[net].name);
    if (!figure_begin(f, figure_plot_height(f, 0), err))
        return false;
    add_corners(&f->csv, d, data, net);
    roc_plot_init(&roc, d, data, net);
    struct canvas_box box = {4, 2, f->canvas->width - 8, f->canvas->height - 5};
    plot_draw(f->canvas, &roc.plot, box);
    roc_plot_finish(&roc);
    return true;
}

const struct export exports_roc = {
    .name = "roc",
    .view = "goodnet",
    .help = "ROC of the detectors, after detect",
    .make = make,
};
