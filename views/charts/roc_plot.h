/* Receiver operating curves of the detectors, for screen and paper. Owner: the caller's stack.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_ROC_PLOT_H
#define SECATEUR_VIEWS_CHARTS_ROC_PLOT_H

#include "engine/api/detection.h"
#include "views/charts/plot.h"

enum { ROC_CURVES = 12, ROC_LABEL = 128, ROC_ALL = -2 };

struct roc_plot {
    struct plot plot;
    struct canvas_point *points[ROC_CURVES]; /* owned */
    const struct detector_result *result[ROC_CURVES];
    char label[ROC_CURVES][ROC_LABEL]; /* "logit, AUC 0.9727" */
    int n;                             /* curves; 0: nothing to draw */
};

/* Of the detectors of B alone and of those that compare it with net `net` (-1: none; ROC_ALL: any,
 * which is named). Curve i is series 1 + i; the first one is what chance gives. */
void roc_plot_init(
    struct roc_plot *roc, const struct detection *detection, enum detection_data data, int net);
void roc_plot_finish(struct roc_plot *roc);

/* Do poisoned images score below clean ones? */
bool roc_plot_reversed(const struct roc *curve);
/* What that means, for captions. */
#define ROC_REVERSED                                                                             \
    " Reversed: an AUC below 0.5, poisoned images score below clean ones (0: all of them). "     \
    "Agreement does so where B and the net still say the same of poisoned images: that net has " \
    "kept the backdoor."

#endif
