/* The classes that a backdoor may lead to, a line each. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_SUSPECTS_LIST_H
#define SECATEUR_VIEWS_PANELS_SUSPECTS_LIST_H

#include "views/cells/pane.h"

/* Fills the pane: a heading, then lines with the cursor among them. */
void suspects_list_draw(const struct pane *pane, const struct view_input *input);
/* The place in the list at a row of a pane so high, -1: none. */
int suspects_list_place(
    const struct snapshot *snapshot, const struct view_state *view_state, int rows, int row);

#endif
