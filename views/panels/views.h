/* What the views share among themselves. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_VIEWS_H
#define SECATEUR_VIEWS_PANELS_VIEWS_H

#include "views/cells/number.h"
#include "views/cells/pane.h"

extern const struct view views_curves, views_channels, views_faces, views_layers, views_round,
    views_thresholds, views_log, views_goodnet, views_keys;

/* What is being done, in the middle, where there is nothing to show yet. */
void views_waiting(const struct pane *pane, const struct view_input *input, const char *why);
/* First line of a list so that `cursor` is seen: lists scroll by need. */
int views_first(int cursor, int n, int rows);
/* A cursor moved within 0..n-1 in a list whose page has `rows` lines. */
int views_moved(int cursor, int n, int rows, enum view_move move);
/* Does the log show less than all of a message in this area? */
bool views_log_cuts(const struct view_input *input, struct area inside);
/* Round `round`, or the engine's own position when it is that. */
void views_look_at(const struct snapshot *snapshot, struct view_state *look, int round);
enum role views_count(int count, enum role role); /* faint when nothing is counted */
/* "0:21", "1:02:03"; "" when unknown (< 0). */
void views_time(char *text, int size, double seconds);

#endif
