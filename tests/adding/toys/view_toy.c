/* A toy view: one word. */
#include "views/cells/panel.h"

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    pane_text(&pane, 0, 0, ROLE_TEXT, "toy");
}

const struct view view_toy = {
    .name = "toy",
    .title = "Toy",
    .help = "toy view: one word",
    .min_columns = 3,
    .min_rows = 1,
    .draw = draw,
};
