/* The hint bar: which keys fit, by rank. */
#include "app/shell/hints.h"

#include "app/commands/commands.h"

#include <stdio.h>
#include <string.h>

static bool is_program(const struct action *action)
{
    return strcmp(action->group, COMMANDS_PROGRAM) == 0;
}

/* The first key that runs the action here, without its panel; "": none does. */
static void find_key(const struct ui *ui, const struct action *action, char *key, size_t size)
{
    const char *view = views_at(ui->focus)->name, *line;
    char words[KEYMAP_WORDS];
    keymap_words(&ui->keymap, action, words);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        char *colon = strchr(word + 1, ':');
        snprintf(key, size, "%s", colon ? colon + 1 : word);
        int number = keys_number(key, (int)strlen(key));
        if (keymap_find(&ui->keymap, number, view, &line) == action && !line)
            return;
    }
    key[0] = '\0';
}

/* Is it one of the words? */
static bool names(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at; at = strchr(at, ' ')) {
        at += strspn(at, " ");
        if (strncmp(at, word, length) == 0 && (at[length] == ' ' || !at[length]))
            return true;
    }
    return false;
}

/* Is the hint for this panel, and does a key do this there? */
static bool applies(const struct ui *ui, const struct action *action)
{
    const char *view = views_at(ui->focus)->name;
    const char *here = ui->zoomed ? "zoomed" : "dashboard";
    char key[KEYMAP_WORD];
    if (!action->hint ||
        (action->where && !names(action->where, view) && !names(action->where, here)))
        return false;
    if (action->when && !action->when(ui))
        return false;
    find_key(ui, action, key, sizeof key);
    return *key;
}

static struct hint hint_of(const struct ui *ui, const struct action *action)
{
    struct hint hint = {.action = action};
    char first[KEYMAP_WORD];
    find_key(ui, action, hint.key, sizeof hint.key);
    keys_first(action->keys, first, sizeof first);
    if (action->key && strcmp(hint.key, first) == 0)
        snprintf(hint.key, sizeof hint.key, "%s", action->key);
    hint.columns = cells_width(hint.key) + 1 + cells_width(action->hint);
    return hint;
}

/* Hints of low rank are given room first, and a large panel's own before what is the same
 * everywhere. */
static int turn_of(const struct ui *ui, const struct action *action)
{
    bool own = ui->zoomed && action->where && names(action->where, views_at(ui->focus)->name);
    int turn = 2 * action->rank;
    return !own ? turn : turn > 6 ? turn - 3 : 3;
}

/* Hints of one half (the program's own stand on the right) that have room, in table order. */
static int gather(const struct ui *ui, bool program, struct hint *hints, int room)
{
    bool taken[128] = {false};
    int n = 0, used = 0;
    for (int turn = 2; turn < 20; turn++) {
        for (int i = 0; commands_at(i); i++) {
            const struct action *action = commands_at(i);
            if (turn_of(ui, action) != turn || is_program(action) != program ||
                !applies(ui, action) || used + hint_of(ui, action).columns > room ||
                n == HINTS_MAX / 2)
                continue;
            taken[i] = true;
            used += hint_of(ui, action).columns + 2;
            n++;
        }
    }
    n = used = 0;
    for (int i = 0; commands_at(i); i++) {
        if (!taken[i])
            continue;
        hints[n] = hint_of(ui, commands_at(i));
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
