/* What the parts of a plot share while it is drawn. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PLOT_FRAME_H
#define SECATEUR_VIEWS_PLOT_FRAME_H

#include "views/plot.h"

/* Everything that drawing passes around. */
struct plot_frame {
    struct canvas *canvas;
    const struct plot *plot;
    struct canvas_box box, region;
};

/* On paper a legend stands below the plot: so many lines of it. */
int plot_legend_lines(struct canvas *canvas, const struct plot *plot, double width);
void plot_legend_draw(const struct plot_frame *frame);

#endif
