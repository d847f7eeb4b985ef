/* Suspects as lines: how far each stands out, as a number and a bar, and its trigger. */
#include "views/panels/suspects_list.h"

#include "views/facts/suspects.h"
#include "views/cells/panel.h"

#include <math.h>
#include <stdio.h>

enum { NAME = 9, OUTLIER = 7, MASK = 8, HITS = 8, BAR_LEAST = 6, NARROW = 30 };

/* Where the columns end. */
struct columns {
    int bar, outlier, mask, hits; /* bar: its width, 0: there is none */
};

static struct columns columns_of(const struct pane *pane, bool inverted)
{
    int rest = pane->columns - NAME - OUTLIER - (inverted ? MASK + HITS : 0);
    struct columns c = {.bar = rest >= BAR_LEAST + 1 ? rest - 1 : 0};
    c.outlier = NAME + (c.bar ? c.bar + 1 : 0) + OUTLIER;
    c.mask = c.outlier + MASK;
    c.hits = c.mask + HITS;
    return c;
}

static void draw_head(const struct pane *pane, struct columns c, bool inverted)
{
    pane_right(pane, NAME - 1, 0, ROLE_FAINT, "class");
    if (c.bar >= 10)
        pane_text(pane, NAME, 0, ROLE_FAINT, "margin");
    pane_right(pane, c.outlier, 0, ROLE_FAINT, "outlier");
    if (inverted) {
        pane_right(pane, c.mask, 0, ROLE_FAINT, "mask px");
        pane_right(pane, c.hits, 0, ROLE_FAINT, "hits %%");
    }
}

static void draw_line(
    const struct pane *pane, struct columns c, int row, const struct snapshot *s, int place)
{
    const struct suspect *suspect = suspects_at(s->suspects, place);
    enum suspect_state state = suspects_state(suspect);
    enum role role;
    const char *mark = suspects_mark(state, &role);
    double most = fmax(s->suspects->suspect[0].outlier, 5);
    pane_text(pane, 0, row, role, mark);
    pane_right(pane, NAME - 1, row, role, "%d", suspect->class);
    if (c.bar > 0)
        pane_bar(pane, NAME, row, c.bar, state == SUSPECT_ACCUSED ? ROLE_ATTACK : ROLE_PRUNED,
            fmax(0, suspect->outlier) / most);
    bool zero = fabs(suspect->outlier) < 0.05; /* without its sign */
    pane_right(pane, c.outlier, row, role, "%.1f", zero ? 0 : suspect->outlier);
    if (suspect->mask < 0)
        return;
    pane_right(pane, c.mask, row, role, "%.1f", suspect->mask);
    pane_right(pane, c.hits, row, role, "%.0f", 100 * suspect->hits);
}

static void draw_cursor(const struct pane *pane, const struct view_input *input, int row)
{
    if (!input->focused && !input->zoomed)
        return;
    pane_row(pane, row, ROLE_CURSOR);
    if (input->focused) {
        pane->cells->cursor_column = pane->column;
        pane->cells->cursor_row = pane->row + row;
    }
}

void suspects_list_draw(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    int n = suspects_listed(s->suspects), rows = pane->rows - 1;
    int cursor = suspects_cursor(s, input->view_state), first = panel_first(cursor, n, rows);
    bool inverted = s->suspects->n_inverted > 0 && pane->columns >= NARROW;
    struct columns c = columns_of(pane, inverted);
    draw_head(pane, c, inverted);
    for (int i = 0; i < rows && first + i < n; i++) {
        draw_line(pane, c, 1 + i, s, first + i);
        if (first + i == cursor)
            draw_cursor(pane, input, 1 + i);
    }
}

int suspects_list_place(
    const struct snapshot *s, const struct view_state *view_state, int rows, int row)
{
    int n = suspects_listed(s->suspects);
    int place = panel_first(suspects_cursor(s, view_state), n, rows - 1) + row - 1;
    return row >= 1 && row < rows && place < n ? place : -1;
}
