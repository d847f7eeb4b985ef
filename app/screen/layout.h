/* Where panels are, for a size of the screen: by the places their entries carry, never overlapping,
 * at any size from 1x1 up. Pure. Thread: any. */
#ifndef SECATEUR_APP_SCREEN_LAYOUT_H
#define SECATEUR_APP_SCREEN_LAYOUT_H

#include "views/panels/views.h"

enum { LAYOUT_SLOTS = 16 };

struct slot {
    int view; /* number in the table of views */
    bool framed;
    struct area area; /* with its frame */
};

struct layout {
    struct area status, tabs, told, hints; /* rows 0: not shown; told: a text below the panels */
    int n_slots;
    struct slot slot[LAYOUT_SLOTS];
};

/* told: rows of a text below the panels; zoomed: the view that has all the room, -1: none. */
void layout_make(struct layout *layout, int columns, int rows, int told, int zoomed);

struct area layout_inside(const struct slot *slot);
const struct slot *layout_find(const struct layout *layout, int view);           /* or NULL */
const struct slot *layout_hit(const struct layout *layout, int column, int row); /* or NULL */

#endif
