/* The values of a plot as data within its file (SVG), for a page that shows them. Thread: any. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_VALUES_H
#define SECATEUR_VIEWS_CHARTS_PLOT_VALUES_H

#include "views/charts/plot_frame.h"

/* Tells the canvas: <plot region="x y width height" x="low high" y="low high" log="0" across="name
 * of x"> with a <series name="" role="" points="x,y x,y …"/> for each curve that has a name. */
void plot_values_note(const struct plot_frame *frame);

#endif
