/* The names of a plot's curves. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_LEGEND_H
#define SECATEUR_VIEWS_CHARTS_PLOT_LEGEND_H

#include "views/charts/plot_frame.h"

/* Rows above the plot that the legend takes on cells, where the curves leave it no space. */
int plot_legend_rows_above(const struct plot_frame *frame);
/* On paper the legend stands below the plot: so many lines of it. */
int plot_legend_lines(struct canvas *canvas, const struct plot *plot, double width);
void plot_legend_draw(const struct plot_frame *frame);

#endif
