/* The plot of clean accuracy and attack success over pruned channels, for screen and paper; other
 * branches stand dimmed behind the present one.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_CURVES_H
#define SECATEUR_VIEWS_CHARTS_CURVES_H

#include "views/charts/plot.h"

enum { CURVES_PAST = 4 }; /* earlier ways of pruning that are shown */

struct curves {
    struct plot plot;
    struct canvas_point *points[N_SETS]; /* [n_rounds] in the values of the axis */
    char label[N_SETS][96];
    int n_past, past[CURVES_PAST]; /* branches, oldest first */
    struct canvas_point *past_points[CURVES_PAST][N_SETS];
    char past_label[CURVES_PAST][96];
};

/* `dashed`: attack success is told from clean accuracy by its line, too. */
void curves_init(struct curves *curves, const struct snapshot *snapshot,
    const struct view_state *view_state, bool dashed);
void curves_finish(struct curves *curves);
/* How many narrower ranges the view state's axis has; 0: it has none. */
int curves_closer(const struct snapshot *snapshot, const struct view_state *view_state);
/* "auto 80-100 %", "0-100 %", "drop", "trade-off". */
void curves_axis(const struct curves *curves, enum axis axis, char *text, int size);

#endif
