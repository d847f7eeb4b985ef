/* The contract of a view: a panel that shows a snapshot. A new one is a file view_<name>.c and a
 * line in views.c. Drawing is pure: same snapshot, look, theme and area give the same cells. */
#ifndef SECATEUR_VIEWS_VIEW_H
#define SECATEUR_VIEWS_VIEW_H

#include "engine/snapshot.h"
#include "views/cells.h"
#include "views/look.h"
#include "views/theme.h"

struct view_input {
    const struct snapshot *snapshot;
    const struct look *look;
    const struct theme *theme;
    bool focused, zoomed;
};

/* Movement inside the focused panel, in its own sense. */
enum view_move {
    MOVE_LEFT, MOVE_RIGHT, MOVE_UP, MOVE_DOWN,
    MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST,
};

struct view {
    const char *name; /* "curves"; also the word of commands and exports */
    const char *title, *help;
    int min_columns, min_rows; /* of the inside, below which it is not laid out */
    /* Draws inside the area (the frame is the screen's). */
    void (*draw)(const struct view_input *input, struct cells *cells, struct area inside);
    /* The right part of the frame's title: "auto 80-100 %". May be NULL. */
    void (*note)(const struct view_input *input, char *text, int size);
    /* Changes the look; NULL where nothing moves. */
    void (*move)(const struct snapshot *snapshot, struct look *look, enum view_move move,
        struct area inside);
};

const struct view *views_at(int index); /* NULL behind the last; in the order of keys 1, 2, … */
const struct view *views_find(const char *name);

/* The round a panel shows. */
int view_round(const struct view_input *input);

#endif
