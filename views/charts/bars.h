/* Filled boxes that also tell apart without colours, whiskers, and a legend in lines.
 * For paper. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_BARS_H
#define SECATEUR_VIEWS_CHARTS_BARS_H

#include "views/charts/canvas.h"

enum bars_fill { FILL_PLAIN, FILL_HATCHED, FILL_EMPTY, FILL_LINE /* across the middle */ };

struct bars_key {
    const char *label;
    enum role role;
    enum bars_fill fill;
    enum canvas_mark mark; /* in place of a box */
};

void bars_draw(struct canvas *canvas, struct canvas_box box, enum role role, enum bars_fill fill);
/* Of an interval, x in the middle. */
void bars_whisker(struct canvas *canvas, double x, double low, double high, double width);
/* From x, y (middle of the first line) on, in as many lines as the room wants; returns them. */
int bars_legend(
    struct canvas *canvas, const struct bars_key *keys, int n, double x, double y, double room);

#endif
