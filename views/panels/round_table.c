/* The table of rounds; lists scroll as panel.h says. */
#include "views/panels/round_table.h"

#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/channels.h"
#include "views/cells/panel.h"

/* Columns end there. */
enum {
    ROUND = 5,
    CHANNEL = 11,
    ACTIVATION = 20,
    CLEAN = 28,
    CLEAN_CHANGE = 36,
    ASR = 44,
    ASR_CHANGE = 52,
    BROKEN = 58,
    RECOVERED = 63,
    RESCUED = 69,
    AGAIN = 74,
};

/* A repair's rounds have no channel, but a trigger; what they held out stands where poisoned images
 * would. */
static void draw_head(const struct pane *pane, const struct snapshot *s)
{
    bool poisoned = s->of.attack > 0, repair = branches_repair(s) != NULL;
    pane_right(pane, ROUND, 0, ROLE_FAINT, "round");
    if (!repair)
        pane_right(pane, CHANNEL, 0, ROLE_FAINT, "ch");
    pane_right(pane, ACTIVATION, 0, ROLE_FAINT, repair ? "trigger px" : "mean");
    if (repair && !poisoned)
        pane_right(pane, ASR, 0, ROLE_CLEAN, "held-out");
    int n_own = 0;
    branches_own(s, s->rounds[0], &n_own);
    if (repair && !poisoned && n_own > 0)
        pane_right(pane, ASR_CHANGE, 0, ROLE_GOOD, "own");
    pane_right(pane, CLEAN, 0, ROLE_CLEAN, "clean");
    pane_right(pane, CLEAN_CHANGE, 0, ROLE_FAINT, "pp");
    pane_right(pane, BROKEN, 0, ROLE_BAD, "✗");
    pane_right(pane, RECOVERED, 0, ROLE_GOOD, "↺");
    if (!poisoned)
        return;
    pane_right(pane, ASR, 0, ROLE_ATTACK, "%s", attack_rate_short(&s->attacked));
    pane_right(pane, ASR_CHANGE, 0, ROLE_FAINT, "pp");
    pane_right(pane, RESCUED, 0, ROLE_GOOD, "✓");
    pane_right(pane, AGAIN, 0, ROLE_BAD, "!");
}

static void put_change(const struct pane *pane, int end, int row, double points)
{
    char text[32];
    number_signed(text, points, 2);
    pane_right(
        pane, end, row, points > -0.005 && points < 0.005 ? ROLE_FAINT : ROLE_STRONG, "%s", text);
}

static void put_count(const struct pane *pane, int end, int row, enum role role, int count)
{
    pane_right(pane, end, row, panel_count_role(count, role), "%d", count);
}

static void draw_clean(const struct pane *pane, const struct snapshot *s, int row, int index)
{
    const struct round *round = s->rounds[index];
    double now = snapshot_clean_accuracy(s, index);
    pane_right(pane, CLEAN, row, ROLE_TEXT, "%.2f", now);
    if (index == 0)
        return;
    put_change(pane, CLEAN_CHANGE, row, now - snapshot_clean_accuracy(s, index - 1));
    put_count(pane, BROKEN, row, ROLE_BAD, round->broken);
    put_count(pane, RECOVERED, row, ROLE_GOOD, round->recovered);
}

static void draw_poisoned(const struct pane *pane, const struct snapshot *s, int row, int index)
{
    const struct round *round = s->rounds[index];
    double now = snapshot_asr(s, index);
    pane_right(pane, ASR, row, ROLE_TEXT, "%.2f", now);
    if (index == 0)
        return;
    put_change(pane, ASR_CHANGE, row, now - snapshot_asr(s, index - 1));
    put_count(pane, RESCUED, row, panel_rescued_role(round), round->rescued);
    put_count(pane, AGAIN, row, ROLE_BAD, round->reinfected);
}

static void draw_repair(const struct pane *pane, const struct snapshot *s, int row, int index)
{
    const struct round *round = s->rounds[index];
    if (round->repair.name && round->repair.mask >= 0)
        pane_right(pane, ACTIVATION, row, ROLE_TEXT, "%.1f", round->repair.mask);
    if (s->of.attack <= 0 && s->n_held_out > 0 && round->held_out_correct >= 0)
        pane_right(pane, ASR, row, ROLE_TEXT, "%.2f",
            number_percent(round->held_out_correct, s->n_held_out));
    int n_own, own = branches_own(s, round, &n_own);
    if (s->of.attack <= 0 && n_own > 0)
        pane_right(pane, ASR_CHANGE, row, ROLE_TEXT, "%d/%d", own, n_own);
}

static void draw_round(const struct pane *pane, const struct snapshot *s, int row, int index)
{
    const struct round *round = s->rounds[index];
    bool stands = index <= s->position;
    pane_right(pane, ROUND, row, stands ? ROLE_TEXT : ROLE_FAINT, "%d", index);
    if (round->channel >= 0)
        pane_right(pane, CHANNEL, row, round->by_hand ? ROLE_WARNING : ROLE_TEXT, "%d%s",
            round->channel, round->by_hand ? "*" : "");
    if (round->channel >= 0 && s->activations)
        pane_right(
            pane, ACTIVATION, row, ROLE_FAINT, "%.4f", channels_mean(s, SET_CLEAN, round->channel));
    if (branches_repair(s))
        draw_repair(pane, s, row, index);
    draw_clean(pane, s, row, index);
    if (s->of.attack > 0)
        draw_poisoned(pane, s, row, index);
}

void round_table_draw(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    int cursor = view_shown_round(input), rows = pane->rows - 1;
    int first = panel_first(cursor, s->n_rounds, rows);
    draw_head(pane, s);
    for (int i = 0; i < rows && first + i < s->n_rounds; i++) {
        draw_round(pane, s, 1 + i, first + i);
        if (first + i != cursor)
            continue;
        pane_row(pane, 1 + i, ROLE_CURSOR);
        if (input->focused) {
            pane->cells->cursor_column = pane->column;
            pane->cells->cursor_row = pane->row + 1 + i;
        }
    }
}
