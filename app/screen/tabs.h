/* A row with the names and keys of all panels, those too that have no place on the dashboard. Pure.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_TABS_H
#define SECATEUR_APP_SCREEN_TABS_H

#include "app/screen/layout.h"
#include "views/cells/pane.h"

enum { TABS_KEY = 8 };

/* The key of each panel, in the order of the table of views; "": none. */
struct tabs_keys {
    char key[LAYOUT_SLOTS][TABS_KEY];
};

void tabs_draw(
    const struct pane *pane, const struct tabs_keys *keys, const struct layout *layout, int focus);
/* The panel whose name stands at a column of a row that wide, -1: none. */
int tabs_hit(const struct tabs_keys *keys, int columns, int column);
/* Cells that the row takes of one that wide. */
int tabs_width(const struct tabs_keys *keys, int columns);

#endif
