/* The branches as a list. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_LAYER_BRANCHES_H
#define SECATEUR_VIEWS_PANELS_LAYER_BRANCHES_H

#include "views/cells/pane.h"

/* Rows the list would take, its heading too; 0: there is nothing to choose among. */
int layer_branches_rows(const struct snapshot *snapshot);
/* Fills the pane; the present branch is always among those shown. */
void layer_branches_draw(const struct pane *pane, const struct snapshot *snapshot);

#endif
