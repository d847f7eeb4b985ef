/* The steps of a defence in a row: done, at work, next, and its key. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_PATH_LINE_H
#define SECATEUR_VIEWS_PANELS_PATH_LINE_H

#include "views/cells/pane.h"

/* todo: what stands at the right: the next step and its key; may be NULL. */
void path_line_draw(
    const struct pane *pane, const struct snapshot *snapshot, const char *todo, int row);

#endif
