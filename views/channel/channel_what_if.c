/* What pruning the channel now would give, beside what the order would prune. */
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/thresholds.h"
#include "views/facts/what_if.h"
#include "views/channel/channel_sheet.h"
#include "views/cells/panel.h"

#include <stdio.h>

enum { NOW = 23, AFTER = 33, CHANGE = 43, INTERVAL = 63 }; /* columns behind the numbers */

static const char *const names[] = {"clean accuracy", "ASR"};

static void draw_title(const struct channel_sheet *sheet, int row)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    for (int column = 0; column < pane->columns; column++)
        pane_text(pane, column, row, ROLE_FRAME, "─");
    int at = pane_printf(
        pane, 1, row, ROLE_STRONG, " what if it were pruned now, as round %d ", s->position + 1);
    char sets[64];
    int used = snprintf(sets, sizeof sets, " %d clean", s->n_images[SET_CLEAN]);
    if (sheet->channels->poisoned)
        snprintf(
            sets + used, sizeof sets - (size_t)used, " + %d poisoned ", s->n_images[SET_POISONED]);
    if (at + cells_width(sets) + 2 < pane->columns)
        pane_right(pane, pane->columns - 1, row, ROLE_FAINT, "%s", sets);
}

static void draw_set(
    const struct channel_sheet *sheet, int row, const struct what_if *answer, enum image_set set)
{
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    double after = what_if_after(s, answer, set), change = what_if_change(s, answer, set);
    struct number_interval sure = number_interval(
        set == SET_CLEAN ? answer->clean_correct : answer->attack_hits, snapshot_counted(s, set));
    char points[32];
    number_signed(points, change, 2);
    pane_text(pane, 1, row, roles[set], names[set]);
    pane_right(pane, NOW, row, ROLE_TEXT, "%.2f", after - change);
    pane_right(pane, AFTER, row, ROLE_STRONG, "%.2f", after);
    pane_right(pane, CHANGE, row, ROLE_STRONG, "%s", points);
    if (pane->columns >= INTERVAL)
        pane_right(pane, INTERVAL, row, ROLE_TEXT, "%.2f … %.2f", sure.low, sure.high);
}

static int draw_flips(const struct channel_sheet *sheet, int row, const struct what_if *answer)
{
    const struct pane *pane = sheet->pane;
    int at = pane_printf(
        pane, 1, row, panel_count_role(answer->broken, ROLE_BAD), "✗ broken %d", answer->broken);
    at = pane_printf(pane, at + 2, row, panel_count_role(answer->recovered, ROLE_GOOD),
        "↺ recovered %d", answer->recovered);
    if (!sheet->channels->poisoned)
        return row + 1;
    if (pane->columns < 64) {
        row++;
        at = -1;
    }
    at = pane_printf(pane, at + 2, row, panel_count_role(answer->rescued, ROLE_WARNING),
        "~ no longer hit %d", answer->rescued); /* what they are read as is not counted */
    pane_printf(pane, at + 2, row, panel_count_role(answer->reinfected, ROLE_BAD), "! hit again %d",
        answer->reinfected);
    return row + 1;
}

/* The nearest threshold that the channel would cross, or what would be left to it. */
static int draw_threshold(const struct channel_sheet *sheet, int row, const struct what_if *answer)
{
    const struct snapshot *s = sheet->snapshot;
    double base = branches_unpruned_clean(s), after = base - what_if_after(s, answer, SET_CLEAN);
    for (int i = 0; i < s->n_thresholds; i++) {
        double points = s->thresholds[i].points;
        if (thresholds_crossed(s, i, s->position) || !thresholds_possible(s, i))
            continue;
        if (after >= points - 1e-9)
            pane_printf(sheet->pane, 1, row, ROLE_WARNING,
                "crosses the threshold of %g pp: %.2f pp "
                "lost in total",
                points, after);
        else
            pane_printf(sheet->pane, 1, row, ROLE_FAINT,
                "threshold of %g pp not crossed, %.2f pp "
                "left",
                points, points - after);
        return row + 1;
    }
    return row;
}

static void draw_next(const struct channel_sheet *sheet, int row, int channel)
{
    const struct snapshot *s = sheet->snapshot;
    int next = snapshot_next_channel(s);
    const struct what_if *answer = what_if_of(s, next);
    if (next == channel) {
        pane_text(sheet->pane, 1, row, ROLE_NEXT, "▸ the order prunes this channel next");
        return;
    }
    if (next < 0) {
        pane_text(sheet->pane, 1, row, ROLE_FAINT, "no channel is left to prune");
        return;
    }
    const char *whose = sheet->pane->columns >= 60 ? "the order's " : "";
    int at = pane_printf(sheet->pane, 1, row, ROLE_NEXT, "▸ %snext, ch %d:", whose, next) + 1;
    if (answer)
        what_if_brief(sheet->pane, at, row, s, answer);
    else
        pane_text(sheet->pane, at, row, ROLE_FAINT, "not computed");
}

int channel_sheet_what_if(const struct channel_sheet *sheet, int row, int channel)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    const struct what_if *answer = what_if_of(s, channel);
    bool gone = s->n_rounds == 0 || snapshot_pruned_in(s, s->position, channel);
    if (gone || row + 1 >= pane->rows)
        return row;
    draw_title(sheet, row++);
    if (!answer) {
        pane_text(
            pane, 1, row, ROLE_FAINT, "not computed in this round: w computes it, without pruning");
        return row + 1;
    }
    pane_right(pane, NOW, row, ROLE_FAINT, "now");
    pane_right(pane, AFTER, row, ROLE_FAINT, "after");
    pane_right(pane, CHANGE, row, ROLE_FAINT, "Δ pp");
    if (pane->columns >= INTERVAL)
        pane_right(pane, INTERVAL, row, ROLE_FAINT, "95 %% interval");
    draw_set(sheet, ++row, answer, SET_CLEAN);
    if (sheet->channels->poisoned)
        draw_set(sheet, ++row, answer, SET_POISONED);
    row = draw_flips(sheet, row + 1, answer);
    row = draw_threshold(sheet, row, answer);
    draw_next(sheet, row, channel);
    return row + 1;
}
