/* Criteria side by side on the screen: each order's rounds as its letter, the one under the cursor
 * as a line too, and the Pareto front. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_COMPARISON_PLOT_H
#define SECATEUR_VIEWS_CHARTS_COMPARISON_PLOT_H

#include "views/charts/canvas.h"

/* Orders of the cursor's site; snapshot->compared has one at least. */
void comparison_plot_draw(
    struct canvas *canvas, const struct snapshot *snapshot, int cursor, struct canvas_box box);
/* The order whose letter stands at a place of the canvas; -1: none does. */
int comparison_plot_hit(struct canvas *canvas, const struct snapshot *snapshot, int cursor,
    struct canvas_box box, int column, int row);

#endif
