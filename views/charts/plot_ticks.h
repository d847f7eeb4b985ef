/* Round numbers on the axes of a plot. Thread: any. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_TICKS_H
#define SECATEUR_VIEWS_CHARTS_PLOT_TICKS_H

#include "views/charts/plot_frame.h"

/* At most `wanted` round numbers (1, 2, 5 times a power of ten) from low to high, either way
 * round; returns how many. */
int plot_ticks(double low, double high, int wanted, double ticks[PLOT_TICKS]);
/* Of the axes of a plot: as many as have room. */
int plot_ticks_x(const struct plot_frame *frame, double ticks[PLOT_TICKS]);
int plot_ticks_y(const struct plot *plot, double height, double line, double *ticks);
/* Does a curve with marks run over whole numbers, one a point? */
bool plot_ticks_counts(const struct plot_series *series);
/* Distance of the marks of curves over whole numbers, from x_low on; a part of that of the ticks,
 * so that marks stand above ticks. 0: no curve of the plot has marks at such places. */
double plot_ticks_marks(const struct plot_frame *frame);

#endif
