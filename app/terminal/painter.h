/* Cells into the bytes that bring a terminal from what it shows to what it should show: as few as
 * possible, since they may cross a slow line. For terminals that know ECMA-48 and xterm's colours.
 * Pure. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_PAINTER_H
#define SECATEUR_APP_TERMINAL_PAINTER_H

#include "views/cells/cells.h"
#include "views/cells/view_state.h"

#include <stddef.h>

struct painter {
    enum depth depth;
    int colors; /* of the terminal, for 16 */
    bool ascii;
    char *bytes; /* [n] of the last call; malloc'd */
    size_t n, room;
    int pen_fg, pen_bg; /* numbers of colours, -1: the terminal's own */
    unsigned pen_attributes;
    int row, column; /* where the terminal's cursor is, row -1: unknown */
};

void painter_init(struct painter *painter, enum depth depth, int colors, bool ascii);
void painter_finish(struct painter *painter);

/* Leaves the bytes in painter->bytes[n]; `shown` is what `wanted` is then. They have one size.
 * anew: whatever is on the screen, it is cleared first. The terminal's pen is its own before and
 * behind, the cursor anywhere. */
void painter_paint(
    struct painter *painter, struct cells *shown, const struct cells *wanted, bool anew);

#endif
