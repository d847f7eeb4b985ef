#include "app/hints.h"

#include <string.h>

/* Does the key do this where the focus is? */
static bool applies(const struct action *action, const char *view)
{
    if (!action->hint)
        return false;
    return !action->view || strcmp(action->view, view) == 0;
}

static bool is_program(const struct action *action)
{
    return strcmp(action->group, "program") == 0;
}

/* A key that the focused panel uses otherwise is not hinted at for its general meaning. */
static bool hidden(const struct action *action, const char *view, char *key, int size)
{
    keys_first(action->keys, key, size);
    return commands_key(keys_number(key, (int)strlen(key)), view) != action;
}

static int width_of(const struct hint *hint)
{
    return cells_width(hint->key) + 1 + cells_width(hint->action->hint);
}

/* Hints of one half (the program's own stand on the right), as far as there is room. */
static int gather(const char *view, bool program, struct hint *hints, int room)
{
    int n = 0, used = 0;
    for (int i = 0; commands_at(i) && n < HINTS_MAX / 2; i++) {
        struct hint hint = {.action = commands_at(i)};
        if (!applies(hint.action, view) || is_program(hint.action) != program ||
            hidden(hint.action, view, hint.key, sizeof hint.key))
            continue;
        hint.columns = width_of(&hint);
        if (used + hint.columns + 2 > room)
            continue;
        hint.column = used;
        used += hint.columns + 2;
        hints[n++] = hint;
    }
    return n;
}

int hints_make(const struct ui *ui, struct hint hints[HINTS_MAX])
{
    const char *view = views_at(ui->focus)->name;
    struct hint right[HINTS_MAX];
    int wide = 0, n_right = gather(view, true, right, ui->columns);
    if (n_right > 0)
        wide = right[n_right - 1].column + right[n_right - 1].columns + 1;
    int n = gather(view, false, hints, ui->columns - wide - 1);
    for (int i = 0; i < n_right; i++) {
        right[i].column += ui->columns - wide;
        hints[n++] = right[i];
    }
    return n;
}

void hints_draw(const struct ui *ui, const struct pane *pane)
{
    struct hint hints[HINTS_MAX];
    int n = hints_make(ui, hints);
    for (int column = 0; column < pane->columns; column++)
        pane_text(pane, column, 0, ROLE_BAR, " ");
    for (int i = 0; i < n; i++) {
        int column = pane_text(pane, hints[i].column, 0, ROLE_BAR, hints[i].key);
        for (int k = hints[i].column; k < column; k++) {
            struct cell *cell = cells_at(pane->cells, pane->column + k, pane->row);
            if (cell) {
                cell->fg = theme_cell(pane->theme, ROLE_KEY).fg;
                cell->attributes |= CELL_BOLD;
            }
        }
        pane_text(pane, column + 1, 0, ROLE_BAR, hints[i].action->hint);
    }
}
