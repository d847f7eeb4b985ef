/* What the panels share among themselves. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_PANEL_H
#define SECATEUR_VIEWS_CELLS_PANEL_H

#include "views/cells/pane.h"

/* The activity in progress, in the middle of the pane; `why` says when there is more to see. */
void panel_waiting(const struct pane *pane, const struct view_input *input, const char *why);
/* First line shown of a list of n, so that `cursor` is among `rows` lines. */
int panel_first(int cursor, int n, int rows);
/* In free cells of a list's head, how many lines lie above and below: "▲2 ▼1"; bare marks where
 * there is no room; nothing where all are shown. */
void panel_more(const struct pane *pane, struct area free, int first, int shown, int n);
/* The cursor after a move within 0..n-1, in a list whose page has `rows` lines. */
int panel_moved(int cursor, int n, int rows, enum view_move move);
/* All panels show that round; the engine's own position is followed on. */
void panel_show_round(const struct snapshot *snapshot, struct view_state *view_state, int round);
/* The role of a count's text: faint when it is 0. */
enum role panel_count_role(int count, enum role role);
/* Of poisoned images no longer read as the target: good only if all are read as their true
 * class; else, or where true classes are not known, a warning and "~". */
enum role panel_rescued_role(const struct round *round);
const char *panel_rescued_mark(const struct round *round);
/* "0:21", "1:02:03"; "" when unknown (< 0). */
void panel_time(char *text, int size, double seconds);

#endif
