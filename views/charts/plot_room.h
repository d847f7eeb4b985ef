/* Which cells of a plot its curves pass, so that words find a place beside them. Cells alone.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_ROOM_H
#define SECATEUR_VIEWS_CHARTS_PLOT_ROOM_H

#include "views/charts/plot_frame.h"

struct plot_room {
    int columns, rows; /* of the region */
    bool *busy;        /* [rows][columns] */
};

void plot_room_init(struct plot_room *room, const struct plot_frame *frame);
void plot_room_finish(struct plot_room *room);
/* Is the rectangle, relative to the region, inside it and free? */
bool plot_room_free(const struct plot_room *room, struct area area);
void plot_room_take(struct plot_room *room, struct area area);

#endif
