/* The curves of a plot: bands, lines, arrows, marks. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_SERIES_H
#define SECATEUR_VIEWS_CHARTS_PLOT_SERIES_H

#include "views/charts/plot_space.h"

void plot_series_draw(const struct plot_frame *frame);
/* Where levels were crossed; on paper with their names, where these stand nowhere else, in the
 * space beside the curves; NULL on cells. The circles are taken from the space first. */
void plot_series_take_crossings(const struct plot_frame *frame, struct plot_space *space);
void plot_series_crossings(const struct plot_frame *frame, struct plot_space *space);
/* How curve `index` looks in a figure whose colours do not mean clean and attack: greys, green and
 * violet with lines and marks that tell them apart without colour; no two of 20 are alike. */
struct plot_series plot_series_look(int index);
/* Of an earlier way of pruning beside the present one: a grey, with heads that say which way its
 * rounds go. */
struct plot_series plot_series_arm(int index);

#endif
