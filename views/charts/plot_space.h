/* Which cells of a plot its curves pass, so that words find a place beside them. On paper a cell is
 * a point high and wide.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_SPACE_H
#define SECATEUR_VIEWS_CHARTS_PLOT_SPACE_H

#include "views/charts/plot_frame.h"

struct plot_space {
    int columns, rows; /* of the region */
    bool *busy;        /* [rows][columns] */
};

void plot_space_init(struct plot_space *space, const struct plot_frame *frame);
void plot_space_finish(struct plot_space *space);
/* Is the rectangle, relative to the region, inside it and free? */
bool plot_space_free(const struct plot_space *space, struct area area);
void plot_space_take(struct plot_space *space, struct area area);

/* On paper: what words that wide cover which begin at `left`. */
struct area plot_space_words(
    const struct plot_frame *frame, struct canvas_point left, double width);

/* Where the name of a level goes: beside the curves, as far right as there is space; its area
 * within the region. False: the level is outside. */
bool plot_space_level(
    const struct plot_frame *frame, const struct plot_space *space, int level, struct area *area);

#endif
