/* A plot on its canvas while it is drawn: where values go. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_FRAME_H
#define SECATEUR_VIEWS_CHARTS_PLOT_FRAME_H

#include "views/charts/plot_data.h"

struct plot_frame {
    struct canvas *canvas;
    const struct plot *plot;
    struct canvas_box box, region; /* with axes and labels; of the curves alone */
};

/* A value of an axis on the canvas. */
double plot_frame_x(const struct plot_frame *frame, double value);
double plot_frame_y(const struct plot_frame *frame, double value);
/* A point on the canvas; on a logarithmic scale nothing leaves it. */
struct canvas_point plot_frame_at(const struct plot_frame *frame, struct canvas_point value);
/* Is a height on the canvas within the region? */
bool plot_frame_inside(const struct plot_frame *frame, double y);

#endif
