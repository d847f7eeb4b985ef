/* Curves with axes, round ticks, levels and a legend; drawn once for screen and paper.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_H
#define SECATEUR_VIEWS_CHARTS_PLOT_H

#include "views/charts/plot_data.h"

/* Where the values go when the plot has that box: the box without axes and labels. */
struct canvas_box plot_region(
    struct canvas *canvas, const struct plot *plot, struct canvas_box box);
/* Where a value goes. */
struct canvas_point plot_place(struct canvas *canvas, const struct plot *plot,
    struct canvas_box box, struct canvas_point value);
void plot_draw(struct canvas *canvas, const struct plot *plot, struct canvas_box box);

#endif
