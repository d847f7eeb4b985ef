/* What the parts of a plot share while it is drawn. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_FRAME_H
#define SECATEUR_VIEWS_CHARTS_PLOT_FRAME_H

#include "views/charts/plot.h"

/* Everything that drawing passes around. */
struct plot_frame {
    struct canvas *canvas;
    const struct plot *plot;
    struct canvas_box box, region;
};

/* Where a value goes on the canvas; on a logarithmic scale nothing leaves it. */
struct canvas_point plot_at(const struct plot_frame *frame, struct canvas_point value);
/* Where the name of a level goes on cells: beside the curves, as far right as there is room, its
 * first column and row within the region; false: nowhere. */
struct plot_room;
bool plot_level_place(
    const struct plot_frame *frame, const struct plot_room *room, int level, struct area *area);
/* Rows above the plot that the legend takes on cells, where curves leave it no place inside. */
int plot_legend_rows_above(const struct plot_frame *frame);
/* On paper a legend stands below the plot: so many lines of it. */
int plot_legend_lines(struct canvas *canvas, const struct plot *plot, double width);
void plot_legend_draw(const struct plot_frame *frame);

#endif
