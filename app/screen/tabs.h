/* A row with the names and keys of all panels, those too that have no place on the dashboard. Pure.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_TABS_H
#define SECATEUR_APP_SCREEN_TABS_H

#include "app/screen/layout.h"
#include "views/cells/pane.h"

void tabs_draw(const struct pane *pane, const struct layout *layout, int focus);
/* The panel whose name stands at a column of a row that wide, -1: none. */
int tabs_hit(int columns, int column);

#endif
