/* Box-drawing characters around a panel. */
#include "app/screen/frame.h"

struct lines {
    uint32_t across, down,
        corner[4]; /* corners: upper left, upper right, lower left, lower right */
};

static const struct lines single = {0x2500, 0x2502, {0x250c, 0x2510, 0x2514, 0x2518}};
static const struct lines twofold = {0x2550, 0x2551, {0x2554, 0x2557, 0x255a, 0x255d}};

static void line(
    const struct pane *pane, int row, struct cell cell, const uint32_t *corner, uint32_t across)
{
    for (int column = 0; column < pane->columns; column++) {
        cell.glyph = column == 0 ? corner[0] : column == pane->columns - 1 ? corner[1] : across;
        pane_put(pane, column, row, cell);
    }
}

void frame_draw(const struct pane *pane, const char *title, const char *note, bool focused)
{
    const struct lines *lines = focused ? &twofold : &single;
    enum role role = focused ? ROLE_FOCUS : ROLE_FRAME;
    struct cell cell = theme_cell(pane->theme, role);
    line(pane, 0, cell, lines->corner, lines->across);
    for (int row = 1; row < pane->rows - 1; row++) {
        cell.glyph = lines->down;
        pane_put(pane, 0, row, cell);
        pane_put(pane, pane->columns - 1, row, cell);
    }
    if (pane->rows > 1)
        line(pane, pane->rows - 1, cell, lines->corner + 2, lines->across);
    int left = 2, width = pane_width(pane, title), noted = pane_width(pane, note);
    if (width > 0 && width + 6 <= pane->columns) {
        pane_printf(pane, left, 0, focused ? ROLE_FOCUS : ROLE_STRONG, " %s ", title);
        left += width + 3;
    }
    if (noted > 0 && left + noted + 4 <= pane->columns)
        pane_printf(pane, pane->columns - noted - 4, 0, ROLE_FAINT, " %s ", note);
}
