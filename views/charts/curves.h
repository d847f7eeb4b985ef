/* The plot of clean accuracy and attack success over pruned channels, or over the rounds of a
 * repair, for screen and paper; other branches stand dimmed behind the present one. A repair also
 * has the accuracy on images that it does not learn from, and on the target's own people.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_CURVES_H
#define SECATEUR_VIEWS_CHARTS_CURVES_H

#include "views/charts/plot.h"

enum { CURVES_PAST = 4 }; /* earlier branches that are shown */
enum { CURVES_MORE = 2 }; /* curves that repairs have besides */

struct curves {
    struct plot plot;
    struct canvas_point *points[N_SETS]; /* [n_rounds] in the values of the axis */
    char label[N_SETS][96];
    struct canvas_point *more[CURVES_MORE]; /* [n_rounds] of a repair: see curves.c */
    char more_label[CURVES_MORE][96];
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
