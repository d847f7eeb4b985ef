/* What the round shown changed, and which channel is pruned next. */
#include "views/facts/branches.h"
#include "views/facts/channels.h"
#include "views/facts/faces.h"
#include "views/facts/what_if.h"
#include "views/panels/round_table.h"
#include "views/cells/panel.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"

#include <stdio.h>
#include <stdlib.h>

struct sheet {
    const struct view_input *input;
    const struct snapshot *s;
    const struct pane *pane;
    int round;
};

/* What a repair did: towards which class, with which trigger; on the images it does not learn from
 * and on the target's own people. */
static int draw_repair(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->s;
    const struct round *round = s->rounds[sheet->round];
    const struct repair_result *repair = &round->repair;
    const struct pane *pane = sheet->pane;
    int at = pane_printf(pane, 0, row, ROLE_STRONG, "repair %s", repair->name);
    if (repair->target >= 0)
        pane_printf(pane, at + 1, row, ROLE_STRONG, "of class %d", repair->target);
    row++;
    if (pane->rows < 8)
        return row;
    if (repair->mask >= 0)
        pane_printf(pane, 0, row++, ROLE_TEXT, "trigger %.1f px, hit %.0f %%", repair->mask,
            100 * repair->hits);
    if (s->n_held_out > 0 && round->held_out_correct >= 0)
        pane_printf(pane, 0, row++, ROLE_CLEAN, "held-out %6.2f %% of %d",
            number_percent(round->held_out_correct, s->n_held_out), s->n_held_out);
    int n_own, own = branches_own(s, round, &n_own);
    if (n_own > 0)
        pane_printf(pane, 0, row++, ROLE_GOOD, "own people %d of %d", own, n_own);
    return row;
}

static int draw_pruned(const struct sheet *sheet, int row)
{
    const struct round *round = sheet->s->rounds[sheet->round];
    const struct pane *pane = sheet->pane;
    int c = round->channel;
    if (round->repair.name)
        return draw_repair(sheet, row);
    if (c < 0) {
        int base = snapshot_base(sheet->s);
        pane_printf(pane, 0, row, ROLE_STRONG,
            base > 0 ? "the net with %d pruned elsewhere" : "the unpruned net", base);
        return row + 1;
    }
    char name[SNAPSHOT_TEXT];
    int at =
        pane_printf(pane, 0, row, ROLE_STRONG, "pruned ch %s", channels_name(sheet->s, c, name));
    if (round->by_hand)
        at = pane_text(pane, at + 1, row, ROLE_WARNING, "by hand");
    if (!sheet->s->activations)
        return row + 1;
    bool poisoned = sheet->s->of.attack > 0, wide = at + 24 + 17 * poisoned <= pane->columns;
    at = pane_printf(pane, at + 2, row, ROLE_CLEAN, wide ? "mean activation %.4f" : "mean %.4f",
        channels_mean(sheet->s, SET_CLEAN, c));
    if (poisoned && at + 17 <= pane->columns)
        pane_printf(pane, at + 1, row, ROLE_ATTACK, "poisoned %.4f",
            channels_mean(sheet->s, SET_POISONED, c));
    return row + 1;
}

/* Where no line of its own is left for them: both counts, or the first, or none, never a part. */
static void draw_brief_flips(const struct sheet *sheet, int at, int row, enum image_set set)
{
    const struct round *round = sheet->s->rounds[sheet->round];
    bool clean = set == SET_CLEAN;
    int lost = clean ? round->broken : round->rescued;
    int back = clean ? round->recovered : round->reinfected;
    char first[32], second[32];
    snprintf(first, sizeof first, "%s%d", clean ? "✗" : panel_rescued_mark(round), lost);
    snprintf(second, sizeof second, "%s%d", clean ? "↺" : "!", back);
    if (at + cells_width(first) > sheet->pane->columns)
        return;
    at = pane_text(sheet->pane, at, row,
        clean ? panel_count_role(lost, ROLE_BAD) : panel_rescued_role(round), first);
    if (at + 1 + cells_width(second) <= sheet->pane->columns)
        pane_text(
            sheet->pane, at + 1, row, panel_count_role(back, clean ? ROLE_GOOD : ROLE_BAD), second);
}

static int draw_value(
    const struct sheet *sheet, int row, enum role role, const char *name, enum image_set set)
{
    double now = set == SET_CLEAN ? snapshot_clean_accuracy(sheet->s, sheet->round)
                                  : snapshot_asr(sheet->s, sheet->round);
    bool brief = sheet->pane->rows < 6;
    int at = pane_printf(sheet->pane, 0, row, role, "%-5s %6.2f %%", name, now);
    if (sheet->round > 0) {
        char text[32];
        double before = set == SET_CLEAN ? snapshot_clean_accuracy(sheet->s, sheet->round - 1)
                                         : snapshot_asr(sheet->s, sheet->round - 1);
        number_signed(text, now - before, 2);
        bool room = !brief || sheet->pane->columns >= 34;
        if (room)
            at = pane_printf(sheet->pane, at + 1, row, ROLE_STRONG, "%s pp", text);
        else
            pane_right(sheet->pane, at += 7, row, ROLE_STRONG, "%s", text);
        if (brief)
            draw_brief_flips(sheet, at + 1, row, set);
    }
    return row + 1;
}

static int draw_flips(const struct sheet *sheet, int row, enum image_set set)
{
    const struct round *round = sheet->s->rounds[sheet->round];
    bool clean = set == SET_CLEAN;
    int lost = clean ? round->broken : round->rescued;
    int back = clean ? round->recovered : round->reinfected;
    bool known = !clean && round->rescued_right >= 0;
    int good = known ? round->rescued_right : lost;
    const char *what = clean ? "✗ broken" : known ? "✓ rescued" : "~ no longer hit";
    enum role role = clean ? ROLE_BAD : known ? ROLE_GOOD : ROLE_WARNING;
    int at = pane_printf(sheet->pane, 1, row, panel_count_role(good, role), "%s %d", what, good);
    if (known && lost > good)
        at = pane_printf(
            sheet->pane, at + 1, row, ROLE_WARNING, "~ no longer the target %d", lost - good);
    pane_printf(sheet->pane, at < 14 ? 14 : at + 1, row,
        panel_count_role(back, clean ? ROLE_GOOD : ROLE_BAD), "%s %d",
        clean ? "↺ recovered" : "! hit again", back);
    return row + 1;
}

static int draw_next(const struct sheet *sheet, int row)
{
    struct channels channels;
    const struct pane *pane = sheet->pane;
    channels_init(&channels, sheet->s, sheet->input->view_state);
    int next = channels.next;
    if (next < 0) {
        pane_text(pane, 0, row, ROLE_FAINT, "no channel is left to prune");
    } else {
        int at = pane_printf(pane, 0, row, ROLE_NEXT, "▸ next ch %d", next);
        if (sheet->s->activations)
            at = pane_printf(pane, at + 1, row, ROLE_CLEAN, "mean %.4f",
                channels_mean(sheet->s, SET_CLEAN, next));
        bool first = true;
        for (int i = 0; i < sheet->s->n_ranking && at + 6 < pane->columns; i++) {
            int c = sheet->s->ranking[i];
            if (c == next || c < 0 || c >= channels.n || channels.pruned_in[c])
                continue;
            at = pane_printf(pane, at, row, ROLE_FAINT, first ? ", then %d" : " %d", c);
            first = false;
        }
    }
    const struct what_if *answer = what_if_of(sheet->s, next);
    if (answer && sheet->round == sheet->s->position && row + 1 < pane->rows) {
        row++;
        int at = pane_text(pane, 0, row, ROLE_NEXT, "→");
        what_if_brief(pane, at + 1, row, sheet->s, answer);
    }
    channels_finish(&channels);
    return row + 1;
}

/* How many images the round computed again, and how many of them through all layers. */
static int draw_work(const struct sheet *sheet, int row)
{
    const struct round *round = sheet->s->rounds[sheet->round];
    const struct pane *pane = sheet->pane;
    int all = sheet->s->n_images[SET_CLEAN] + sheet->s->n_images[SET_POISONED];
    bool wide = pane->columns >= 40;
    pane_printf(pane, 0, row, ROLE_FAINT,
        wide ? "recomputed %d of %d images, %.0f ms" : "recomputed %d of %d, %.0f ms",
        round->touched, all, 1000 * round->seconds);
    if (round->touched == 0 || pane->rows < 12)
        return row + 1;
    pane_printf(pane, 0, row + 1, ROLE_FAINT,
        wide ? "of these up to the last layer: %d" : "up to the last layer: %d", round->finished);
    return row + 2;
}

/* Clean images that each class lost in this round: [n_classes], the caller frees. */
static int *count_lost(const struct sheet *sheet)
{
    const struct snapshot *s = sheet->s;
    const uint16_t *now = s->rounds[sheet->round]->predicted[SET_CLEAN];
    const uint16_t *before = s->rounds[sheet->round - 1]->predicted[SET_CLEAN];
    int *lost = memory_array((size_t)s->n_classes + 1, sizeof *lost);
    for (int i = 0; now && before && i < s->n_images[SET_CLEAN]; i++) {
        int label = s->labels[SET_CLEAN][i];
        if (before[i] == label && now[i] != label && label >= 0 && label < s->n_classes)
            lost[label]++;
    }
    return lost;
}

/* The class that lost most, and how many; it is not found again. */
static int worst_class(int *lost, int n, int *images)
{
    int worst = 0;
    for (int k = 0; k < n; k++)
        worst = lost[k] > lost[worst] ? k : worst;
    *images = lost[worst];
    lost[worst] = 0;
    return worst;
}

/* Most first; a line each, or all in one where there is but one. */
static void draw_classes(const struct sheet *sheet, const struct pane *pane, int row)
{
    const struct snapshot *s = sheet->s;
    int rows = pane->rows - row, digits = faces_digits(s), images, at = 0;
    if (rows < 1 || sheet->round < 1)
        return;
    int *lost = count_lost(sheet);
    int class = worst_class(lost, s->n_classes, &images);
    if (images > 0)
        at = pane_text(
            pane, 0, row, ROLE_FAINT, rows < 3 ? "worst classes:" : "classes that lost most");
    for (int i = 1; images > 0 && (rows < 3 || i < rows); i++) {
        char text[48];
        snprintf(text, sizeof text, "%0*d lost %d", digits, class, images);
        if (rows < 3 && at + 2 + cells_width(text) > pane->columns)
            break;
        if (rows < 3)
            at = pane_text(pane, at + 1 + (i > 1), row, ROLE_TEXT, text);
        else
            pane_printf(pane, 2, row + i, ROLE_TEXT, "%0*d %4d %s", digits, class, images,
                images == 1 ? "image" : "images");
        class = worst_class(lost, s->n_classes, &images);
    }
    free(lost);
}

/* Returns the row behind. */
static int draw_summary(const struct sheet *sheet)
{
    const struct snapshot *s = sheet->s;
    const struct pane *pane = sheet->pane;
    int row = 0;
    bool roomy = pane->rows >= 12, poisoned = s->of.attack > 0;
    row = draw_pruned(sheet, row) + roomy;
    row = draw_value(sheet, row, ROLE_CLEAN, "clean", SET_CLEAN);
    if (sheet->round > 0 && pane->rows >= 6)
        row = draw_flips(sheet, row, SET_CLEAN);
    if (poisoned)
        row = draw_value(
            sheet, row, ROLE_ATTACK, attack_rate_short(&sheet->s->attacked), SET_POISONED);
    if (poisoned && sheet->round > 0 && pane->rows >= 6)
        row = draw_flips(sheet, row, SET_POISONED);
    if (!branches_repair(s))
        row = draw_next(sheet, row + roomy) + roomy;
    if (pane->rows >= 7 && sheet->round > 0)
        row = draw_work(sheet, row);
    return row;
}

enum { CLASSES = 52 }; /* column of the classes above the table */

/* The table of rounds stands at the right where it fits beside the summary, else below. */
static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside), left = pane, table;
    struct sheet sheet = {input, input->snapshot, &left, view_shown_round(input)};
    if (input->snapshot->n_rounds == 0) {
        panel_waiting(&pane, input, "rounds appear once the unpruned net is measured");
        return;
    }
    bool beside = pane.columns >= ROUND_TABLE_WIDTH + 42;
    if (beside)
        left = pane_part(&pane, (struct area){0, 0, 40, pane.rows});
    int row = draw_summary(&sheet), gap = pane.rows >= row + 4;
    bool below = !beside && pane.columns >= ROUND_TABLE_WIDTH && row + gap + 4 < pane.rows;
    if (below) { /* the upper right is free */
        struct pane part = pane_part(&pane, (struct area){CLASSES, 0, pane.columns - CLASSES, 6});
        draw_classes(&sheet, &part, 0);
    } else {
        draw_classes(&sheet, &left, row + gap);
    }
    row += gap;
    if (beside)
        table = pane_part(&pane, (struct area){42, 0, pane.columns - 42, pane.rows});
    else if (below)
        table = pane_part(&pane, (struct area){0, row, pane.columns, pane.rows - row});
    if (beside || below)
        round_table_draw(&table, input);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    int last = s->n_rounds - 1;
    if (last >= 0)
        panel_show_round(s, view_state,
            panel_moved(view_shown_round_of(s, view_state), last + 1, inside.rows, way));
}

static void note(const struct view_input *input, char *text, int size)
{
    *text = '\0';
    if (input->snapshot->n_rounds > 0)
        snprintf(text, (size_t)size, "round %d", view_shown_round(input));
}

const struct view view_round = {
    .name = "round",
    .title = "What changed",
    .help =
        "the round shown: its channel, broken and rescued images, what is pruned next; all rounds",
    .min_columns = 24,
    .min_rows = 4,
    .place = {[SCREEN_STANDARD] = {REGION_RIGHT},
        [SCREEN_LARGE] = {REGION_RIGHT},
        [SCREEN_HUGE] = {REGION_RIGHT}},
    .rank = 8,
    .draw = draw,
    .note = note,
    .move = move,
};
