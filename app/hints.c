#include "app/hints.h"

#include <stdio.h>
#include <string.h>

static bool is_program(const struct action *action)
{
    return strcmp(action->group, "program") == 0;
}

/* Is the hint for this panel, and does its key do this there? */
static bool applies(const struct ui *ui, const struct action *action)
{
    const char *view = views_at(ui->focus)->name;
    const char *here = ui->zoomed ? "zoomed" : "dashboard";
    char key[16];
    if (!action->hint ||
        (action->where && strcmp(action->where, view) != 0 && strcmp(action->where, here) != 0))
        return false;
    keys_first(action->keys, key, sizeof key);
    return commands_key(keys_number(key, (int)strlen(key)), view) == action;
}

static struct hint hint_of(const struct action *action)
{
    struct hint hint = {.action = action};
    if (action->key)
        snprintf(hint.key, sizeof hint.key, "%s", action->key);
    else
        keys_first(action->keys, hint.key, sizeof hint.key);
    hint.columns = cells_width(hint.key) + 1 + cells_width(action->hint);
    return hint;
}

/* Hints of one half (the program's own stand on the right) that have room, in table order; those
 * of low rank are given room first. */
static int gather(const struct ui *ui, bool program, struct hint *hints, int room)
{
    bool taken[128] = {false};
    int n = 0, used = 0;
    for (int rank = 1; rank < 10; rank++) {
        for (int i = 0; commands_at(i); i++) {
            const struct action *action = commands_at(i);
            if (action->rank != rank || is_program(action) != program || !applies(ui, action) ||
                used + hint_of(action).columns > room || n == HINTS_MAX / 2)
                continue;
            taken[i] = true;
            used += hint_of(action).columns + 2;
            n++;
        }
    }
    n = used = 0;
    for (int i = 0; commands_at(i); i++) {
        if (!taken[i])
            continue;
        hints[n] = hint_of(commands_at(i));
        hints[n].column = used;
        used += hints[n++].columns + 2;
    }
    return n;
}

int hints_make(const struct ui *ui, struct hint hints[HINTS_MAX])
{
    struct hint right[HINTS_MAX];
    int wide = 0, n_right = gather(ui, true, right, ui->columns);
    if (n_right > 0)
        wide = right[n_right - 1].column + right[n_right - 1].columns + 1;
    int n = gather(ui, false, hints, ui->columns - wide - 1);
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
