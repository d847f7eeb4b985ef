/* The contract of a view: a panel that shows a snapshot. Drawing is pure: the same snapshot, look,
 * theme and area give the same cells. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_VIEW_H
#define SECATEUR_VIEWS_CELLS_VIEW_H

#include "engine/api/snapshot.h"
#include "views/cells/cells.h"
#include "views/cells/theme.h"
#include "views/cells/view_place.h"
#include "views/cells/view_state.h"
#include "views/cells/view_told.h"

struct view_input {
    const struct snapshot *snapshot;
    const struct view_state *view_state;
    const struct theme *theme;
    bool focused, zoomed;
    const struct help_line *help; /* [n_help], for the help view; may be NULL */
    int n_help;
    bool help_filtered;                 /* not all of it */
    const char *version;                /* of the program; may be NULL */
    const struct welcome_line *welcome; /* [n_welcome]; may be NULL */
    int n_welcome;
    const char *next; /* what may be done next, and its key, in a few words; may be NULL */
};

/* Movement inside the focused panel, in its own sense. */
enum view_move {
    MOVE_LEFT,
    MOVE_RIGHT,
    MOVE_UP,
    MOVE_DOWN,
    MOVE_PAGE_UP,
    MOVE_PAGE_DOWN,
    MOVE_FIRST,
    MOVE_LAST,
};

struct view {
    const char *name; /* "curves"; also the word of commands and exports */
    const char *title, *help;
    const char *brief;         /* its name where ten must stand in a row, NULL: its name */
    int min_columns, min_rows; /* of the inside, where it is on the dashboard */
    struct view_place place[N_SCREEN_SIZES];
    int rank;    /* panels of low rank are given their rows first */
    bool bare;   /* no frame on the dashboard */
    bool detail; /* zoomed, it can show the one thing under the cursor large */
    /* Draws inside the area (the frame is the screen's). */
    void (*draw)(const struct view_input *input, struct cells *cells, struct area inside);
    /* The right part of the frame's title: "auto 80-100 %". May be NULL. */
    void (*note)(const struct view_input *input, char *text, int size);
    /* Changes the view state; NULL where nothing moves. */
    void (*move)(const struct snapshot *snapshot, struct view_state *view_state,
        enum view_move move, struct area inside);
    /* A click inside, in cells of the grid: changes the view state; false: nothing is there. May be
     * NULL. */
    bool (*click)(const struct snapshot *snapshot, struct view_state *view_state, int column,
        int row, struct area inside);
    /* The wheel over something that it turns, away from the person (by 1) or back (-1): changes the
     * view state; false: nothing is there. May be NULL. */
    bool (*wheel)(const struct snapshot *snapshot, struct view_state *view_state, int column,
        int row, struct area inside, int by);
    bool slides; /* a drag goes on clicking, with view_state.dragging, also outside */
};

/* The round a panel shows. */
int view_shown_round(const struct view_input *input);
int view_shown_round_of(const struct snapshot *snapshot, const struct view_state *view_state);

#endif
