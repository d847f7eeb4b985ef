/* A grid of cells as people see it: text, text with colours, and a PNG picture. */
#ifndef SECATEUR_TESTS_SCREENS_PICTURE_OF_CELLS_H
#define SECATEUR_TESTS_SCREENS_PICTURE_OF_CELLS_H

#include "views/cells/cells.h"
#include "views/cells/theme.h"

#include <stdbool.h>
#include <stdio.h>

/* Lines of UTF-8 without trailing blanks; the caller frees. */
char *picture_of_cells_text(const struct cells *cells);
void picture_of_cells_ansi(const struct cells *cells, FILE *file);
/* As a terminal would show it on the theme's ground; `colours`: 0 all, 16 or 256 what is left. */
bool picture_of_cells_png(
    const struct cells *cells, const struct theme *theme, int colours, const char *path);

#endif
