/* A view's place on the grid: everything is relative to it, cut at its edges, in the theme's
 * roles, and in ASCII when the view state says so. Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_PANE_H
#define SECATEUR_VIEWS_CELLS_PANE_H

#include "views/cells/view.h"

enum { PANE_TEXT = 4096 };

struct pane {
    struct cells *cells;
    int column, row;   /* of its first cell */
    int columns, rows; /* never reaches outside the grid's */
    const struct theme *theme;
    const struct view_state *view_state;
};

/* Where there is no colour the theme is "mono", whatever was chosen. */
struct pane pane_of(const struct view_input *input, struct cells *cells, struct area area);
struct pane pane_part(const struct pane *pane, struct area area); /* relative to the pane */

void pane_put(const struct pane *pane, int column, int row, struct cell cell);
/* Lines of text; each returns the column behind its last cell. */
int pane_text(const struct pane *pane, int column, int row, enum role role, const char *utf8);
int pane_width(const struct pane *pane, const char *utf8); /* cells it takes here */
/* cells_elide() of what is shown here. */
const char *pane_elide(
    const struct pane *pane, const char *utf8, int columns, char *out, size_t size);
int pane_printf(const struct pane *pane, int column, int row, enum role role, const char *format,
    ...) __attribute__((format(printf, 5, 6)));
/* Ends in front of column `end`; returns its first column. */
int pane_right(const struct pane *pane, int end, int row, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Breaks at spaces; returns the row behind the last. */
int pane_paragraph(const struct pane *pane, int row, int rows, enum role role, const char *utf8);
/* The whole row in the colours of a role: the line under the cursor. */
void pane_row(const struct pane *pane, int row, enum role role);
/* A horizontal bar of value 0..1 in eighths of a cell. */
void pane_bar(
    const struct pane *pane, int column, int row, int columns, enum role role, double value);
/* One cell for a value 0..1: colour where there is some, always a glyph that grows with it. */
void pane_shade(const struct pane *pane, int column, int row, uint32_t colour, double value);

#endif
