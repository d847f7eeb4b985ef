/* The list of branches below the layers. */
#include "views/panels/layer_branches.h"

#include "views/facts/branches.h"
#include "views/cells/panel.h"

#include <stdio.h>

/* Columns: where texts begin and numbers end; 0: there is no room for them. */
struct columns {
    int name; /* cells of it */
    int criterion, base, round, clean, asr;
};

static struct columns fit_columns(const struct pane *pane)
{
    bool wide = pane->columns >= 76, narrow = pane->columns < 64;
    struct columns c = {.name = wide ? 15 : 12};
    c.criterion = narrow ? 0 : c.name + 5;
    c.base = wide ? 40 : 0;
    c.round = wide ? 61 : narrow ? pane->columns - 17 : 46;
    c.clean = c.round + 8;
    c.asr = c.clean + 8;
    return c;
}

static void draw_head(const struct pane *pane, struct columns c, bool poisoned)
{
    pane_text(pane, 2, 0, ROLE_FAINT, "branch");
    if (c.criterion > 0)
        pane_text(pane, c.criterion, 0, ROLE_FAINT, "criterion");
    if (c.base)
        pane_text(pane, c.base, 0, ROLE_FAINT, "base");
    pane_right(pane, c.round, 0, ROLE_FAINT, "round");
    pane_right(pane, c.clean, 0, ROLE_CLEAN, "clean");
    if (poisoned)
        pane_right(pane, c.asr, 0, ROLE_ATTACK, "ASR");
}

static void draw_line(
    const struct pane *pane, struct columns c, int row, const struct snapshot *s, int index)
{
    const struct branch_line *b = &s->branches[index];
    bool now = index == s->branch, known = b->site >= 0 && b->site < s->n_sites;
    enum role role = now ? ROLE_NEXT : ROLE_TEXT;
    char base[32];
    char name[PANE_TEXT];
    pane_printf(pane, 0, row, role, "%s %d %s", now ? "▸" : " ", index + 1,
        pane_elide(pane,
            b->repair.name ? "a repair"
            : known        ? s->sites[b->site].name
                           : "?",
            c.name, name, sizeof name));
    if (c.criterion > 0 && b->repair.name && b->repair.target >= 0)
        pane_printf(pane, c.criterion, row, role, "%.18s → %d", b->repair.name, b->repair.target);
    else if (c.criterion > 0 && b->repair.name)
        pane_printf(pane, c.criterion, row, role, "%.18s", b->repair.name);
    else if (c.criterion > 0)
        pane_printf(pane, c.criterion, row, role, "%.18s %s", b->criterion ? b->criterion : "?",
            b->descending ? "↓" : "↑");
    if (b->repair.tuned)
        snprintf(base, sizeof base, "on a repaired net");
    else
        snprintf(base, sizeof base, b->n_base > 0 ? "on top of %d" : "the unpruned net", b->n_base);
    if (c.base)
        pane_text(pane, c.base, row, b->n_base > 0 ? role : ROLE_FAINT, base);
    pane_right(pane, c.round, row, role, "%d", b->position);
    if (b->position >= b->n_rounds)
        return;
    pane_right(pane, c.clean, row, role, "%.2f", branches_value(s, b, SET_CLEAN, b->position));
    if (s->of.attack > 0)
        pane_right(pane, c.asr, row, role, "%.2f", branches_value(s, b, SET_POISONED, b->position));
}

int layer_branches_rows(const struct snapshot *s)
{
    return s->n_branches > 1 ? s->n_branches + 1 : 0;
}

void layer_branches_draw(const struct pane *pane, const struct snapshot *s)
{
    struct columns columns = fit_columns(pane);
    int rows = pane->rows - 1, first = panel_first(s->branch, s->n_branches, rows);
    draw_head(pane, columns, s->of.attack > 0);
    for (int i = 0; i < rows && first + i < s->n_branches; i++)
        draw_line(pane, columns, 1 + i, s, first + i);
}
