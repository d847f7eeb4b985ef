/* Cells onto curses' own screen, for terminals that are known by their terminfo entry alone.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_TERMINAL_CELLS_H
#define SECATEUR_APP_TERMINAL_TERMINAL_CELLS_H

#include "views/cells/cells.h"
#include "views/cells/view_state.h"

#include <stdbool.h>

struct curses_cells {
    enum depth depth;
    int colors;
    bool ascii;
};

/* Puts what differs from `shown` (all: everything) on curses' screen, and into it; *changed where
 * anything did. False: out of colour pairs. */
bool terminal_cells_put(const struct curses_cells *how, struct cells *shown,
    const struct cells *cells, bool all, bool *changed);

#endif
