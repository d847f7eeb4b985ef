/* All rounds known, a line each, the one shown marked. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_ROUND_TABLE_H
#define SECATEUR_VIEWS_PANELS_ROUND_TABLE_H

#include "views/cells/pane.h"

enum { ROUND_TABLE_WIDTH = 74 };

void round_table_draw(const struct pane *pane, const struct view_input *input);

#endif
