/* The rows that are always there: title bar with the state, round with bar, numbers and ETA.
 * Drawing is pure. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_STATUS_H
#define SECATEUR_VIEWS_PANELS_STATUS_H

#include "views/cells/view.h"

/* Title bar, round row, and from three rows on the steps of the defence; one row:
 * "47/60 94.78 100.00 RUN". Any width. */
void status_draw(const struct view_input *input, struct cells *cells, struct area area);
/* The state in a word, for window titles and line modes: "RUN", "PAUSED", "VIEWING 45 of 60". */
void status_state(const struct view_input *input, char *text, int size);
/* One line for the window's title: "secateur net.h5 47/60 clean 94.78 % ASR 100.00 % RUN". */
void status_title(const struct view_input *input, char *text, int size);

#endif
