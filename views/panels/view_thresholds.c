/* The round that crossed each threshold, its net, and what GoodNet makes of it. */
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/goodnet.h"
#include "views/facts/thresholds.h"
#include "views/cells/panel.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <string.h>

/* Columns behind the numbers, and how many GoodNet's, what it flags, and the tests take. */
enum {
    ROUND_END = 11,
    CLEAN_END = 19,
    ASR_END = 26,
    GOOD = 18,
    FLAGGED = 21,
    TEST = 22,
    SAVED = 16
};

struct sheet {
    const struct view_input *input;
    const struct snapshot *s;
    const struct pane *pane;
    bool poisoned, good, flagged, test, saved; /* columns; flagged: beside good */
    int end;                                   /* of the numbers of the validation images */
};

static void draw_head(const struct sheet *sheet)
{
    const struct pane *pane = sheet->pane;
    pane_text(pane, 0, 0, ROLE_FAINT, "  loss round");
    pane_right(pane, CLEAN_END, 0, ROLE_CLEAN, "clean");
    if (sheet->poisoned)
        pane_right(pane, ASR_END, 0, ROLE_ATTACK, "%s", attack_rate_short(&sheet->s->attacked));
    int end = ASR_END;
    if (sheet->good) {
        pane_right(pane, end += 10, 0, ROLE_CLEAN, "G clean");
        pane_right(pane, end += 8, 0, ROLE_ATTACK, "G %s", attack_rate_short(&sheet->s->attacked));
    }
    if (sheet->flagged) {
        pane_right(pane, end += 11, 0, ROLE_FAINT, "N+1 clean");
        pane_right(pane, end += 10, 0, ROLE_FAINT, "poisoned");
    }
    if (sheet->test) {
        pane_right(pane, end += 12, 0, ROLE_CLEAN, "test clean");
        pane_right(pane, end += 10, 0, ROLE_ATTACK, "test %s",
            attack_rate_short(&sheet->s->test_attacked));
    }
    if (sheet->saved)
        pane_text(pane, end + 2, 0, ROLE_FAINT, "saved as");
}

static void draw_goodnet(const struct sheet *sheet, int row, int round)
{
    struct goodnet g;
    if (!sheet->good || !goodnet_count(sheet->s, round, &g))
        return;
    pane_right(sheet->pane, ASR_END + 10, row, ROLE_TEXT, "%.2f",
        number_percent(g.labelled[SET_CLEAN], g.n[SET_CLEAN]));
    pane_right(sheet->pane, ASR_END + GOOD, row, ROLE_TEXT, "%.2f",
        number_percent(g.labelled[SET_POISONED], g.n[SET_POISONED]));
    if (!sheet->flagged)
        return;
    pane_right(sheet->pane, ASR_END + GOOD + 11, row, ROLE_TEXT, "%.2f %%",
        number_percent(g.flagged[SET_CLEAN], g.n[SET_CLEAN]));
    pane_right(sheet->pane, ASR_END + GOOD + FLAGGED, row, ROLE_TEXT, "%.2f %%",
        number_percent(g.flagged[SET_POISONED], g.n[SET_POISONED]));
}

static void draw_test(const struct sheet *sheet, int row, int clean, int hits)
{
    const struct snapshot *s = sheet->s;
    int end = sheet->end;
    if (clean >= 0)
        pane_right(sheet->pane, end + 12, row, ROLE_TEXT, "%.2f",
            number_percent(clean, s->n_test[SET_CLEAN]));
    if (hits >= 0)
        pane_right(sheet->pane, end + TEST, row, ROLE_TEXT, "%.2f",
            number_percent(hits, s->test_of.attack));
}

/* Clean and ASR of a known round, GoodNet's with it. */
static void draw_round(const struct sheet *sheet, int row, int round, int test_clean, int test_hits)
{
    const struct pane *pane = sheet->pane;
    pane_right(pane, ROUND_END, row, ROLE_TEXT, "%d", round);
    pane_right(pane, CLEAN_END, row, ROLE_TEXT, "%.2f", snapshot_clean_accuracy(sheet->s, round));
    if (sheet->poisoned)
        pane_right(pane, ASR_END, row, ROLE_TEXT, "%.2f", snapshot_asr(sheet->s, round));
    if (round > 0 || snapshot_base(sheet->s) > 0)
        draw_goodnet(sheet, row, round);
    if (sheet->test)
        draw_test(sheet, row, test_clean, test_hits);
}

/* B itself: round 0, unless the branch begins on top of other cuts. */
static void draw_unpruned(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->s;
    const struct round *b = branches_unpruned(s);
    const struct pane *pane = sheet->pane;
    if (snapshot_base(s) == 0)
        pane_right(pane, ROUND_END, row, ROLE_TEXT, "0");
    pane_right(pane, CLEAN_END, row, ROLE_TEXT, "%.2f", branches_unpruned_clean(s));
    if (sheet->poisoned)
        pane_right(
            pane, ASR_END, row, ROLE_TEXT, "%.2f", number_percent(b->attack_hits, s->of.attack));
    if (sheet->test)
        draw_test(sheet, row, s->test_clean_correct, s->test_attack_hits);
}

static void draw_threshold(const struct sheet *sheet, int row, int index)
{
    const struct snapshot *s = sheet->s;
    const struct threshold *t = &s->thresholds[index];
    const struct pane *pane = sheet->pane;
    bool crossed = t->round >= 0 && t->round < s->n_rounds;
    pane_printf(
        pane, 0, row, crossed ? ROLE_GOOD : ROLE_FAINT, "%s %4.3g", crossed ? "✓" : "·", t->points);
    if (crossed) {
        draw_round(sheet, row, t->round, t->test_clean_correct, t->test_attack_hits);
        char shown[PANE_TEXT];
        const char *slash = strrchr(t->saved, '/'), *name = slash ? slash + 1 : t->saved;
        int at = sheet->end + 2 + (sheet->test ? TEST : 0);
        if (sheet->saved)
            pane_text(pane, at, row, ROLE_TEXT,
                pane_elide(pane, t->saved[0] ? name : "not saved", pane->columns - at, shown,
                    sizeof shown));
        else if (t->saved[0] && pane->columns >= at + 4)
            pane_text(pane, at, row, ROLE_GOOD, "saved");
    } else {
        pane_right(pane, ROUND_END, row, ROLE_FAINT, "—");
        if (thresholds_possible(s, index))
            pane_right(
                pane, CLEAN_END, row, ROLE_FAINT, "≤%.2f", branches_unpruned_clean(s) - t->points);
        else
            pane_right(pane, CLEAN_END, row, ROLE_FAINT, "never");
    }
    if (index == sheet->input->view_state->threshold && sheet->input->focused) {
        pane_row(pane, row, ROLE_CURSOR);
        pane->cells->cursor_column = pane->column;
        pane->cells->cursor_row = pane->row + row;
    }
}

/* What a threshold's net costs beside clean accuracy, against the trivial defence; the row behind.
 */
static int draw_worth(const struct sheet *sheet, int row, int index)
{
    const struct snapshot *s = sheet->s;
    const struct round *b = branches_unpruned(s), *repaired = s->rounds[s->thresholds[index].round];
    const struct worth worth = {
        round_outcome(b), round_outcome(repaired), s->of, s->trivial, s->target};
    char said[WORTH_TEXT], text[WORTH_TEXT + 32];
    worth_say(&worth, said, sizeof said);
    snprintf(text, sizeof text, "B′(%g) %s.", s->thresholds[index].points, said);
    return *said ? pane_paragraph(sheet->pane, row, sheet->pane->rows - row, ROLE_TEXT, text) : row;
}

/* Returns the row behind. */
static int draw_explanation(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->s;
    char text[512];
    snprintf(text, sizeof text,
        "B′ is the net of the first round that has lost that much clean accuracy. GoodNet G "
        "answers what B and B′ agree on, else N+1 (label %d: labels begin at 0): flagging clean "
        "images costs accuracy, flagging poisoned ones is the defence.",
        s->n_classes);
    row = pane_paragraph(sheet->pane, row, sheet->pane->rows - row, ROLE_FAINT, text);
    for (int i = 0; i < s->n_thresholds && row < sheet->pane->rows; i++) {
        const struct knowledge *known = &s->thresholds[i].known;
        if (s->thresholds[i].round < 0)
            continue;
        pane_printf(sheet->pane, 0, row++, knowledge_oracle(known) ? ROLE_WARNING : ROLE_FAINT,
            "B′(%g) %s", s->thresholds[i].points, knowledge_sentence(known, text));
        row = draw_worth(sheet, row, i);
    }
    for (int set = 0; set < N_SETS; set++) {
        static const char *const names[] = {"clean", "poisoned"};
        if (s->n_images[set] > 0 && row < sheet->pane->rows)
            pane_printf(sheet->pane, 0, row++, ROLE_FAINT, "%-8s %s, n = %d", names[set],
                s->set_name[set] ? s->set_name[set] : "?", s->n_images[set]);
        if (sheet->test && s->n_test[set] > 0 && row < sheet->pane->rows)
            pane_printf(sheet->pane, 0, row++, ROLE_FAINT, "test     %s, n = %d",
                s->test_name[set] ? s->test_name[set] : "?", s->n_test[set]);
    }
    return row;
}

/* Where they lie on the way down, in what is left of a large screen. */
static void draw_curves(
    const struct view_input *input, struct cells *cells, struct area inside, int row)
{
    struct view_input shown = *input;
    struct area rest = {inside.column, inside.row + row, inside.columns, inside.rows - row};
    shown.zoomed = shown.focused = false;
    if (rest.rows >= 12 && rest.columns >= 60)
        views_find("curves")->draw(&shown, cells, rest);
}

/* Is there a row for the unpruned net above the thresholds? */
static bool has_unpruned(const struct snapshot *s, int rows)
{
    return rows >= s->n_thresholds + 3;
}

static int first_shown(const struct snapshot *s, const struct view_state *view_state, int rows)
{
    return panel_first(view_state->threshold, s->n_thresholds, rows - 2);
}

/* Where not all have room, test images say more than what GoodNet flags. */
static void choose_columns(struct sheet *sheet)
{
    int room = sheet->pane->columns - ASR_END;
    sheet->poisoned = sheet->s->of.attack > 0 && room >= 0;
    sheet->test = sheet->s->n_test[SET_CLEAN] > 0 && room >= TEST;
    room -= sheet->test ? TEST : 0;
    sheet->flagged = sheet->poisoned && room >= GOOD + FLAGGED;
    sheet->good = sheet->flagged || (sheet->poisoned && sheet->test && room >= GOOD);
    sheet->end = ASR_END + (sheet->good ? GOOD : 0) + (sheet->flagged ? FLAGGED : 0);
    sheet->saved = sheet->pane->columns >= sheet->end + (sheet->test ? TEST : 0) + SAVED;
}

/* How much accuracy is left, and where the columns are that have no room. Returns the row behind.
 */
static int draw_distance(const struct sheet *sheet, int row)
{
    const struct pane *pane = sheet->pane;
    char distance[80];
    thresholds_distance(sheet->s, view_shown_round(sheet->input), distance, sizeof distance);
    int at = row + (pane->rows >= row + 2);
    if (at < pane->rows)
        pane_text(pane, 0, at, ROLE_TEXT, distance);
    if (!sheet->input->zoomed || !sheet->good || sheet->flagged || at + 1 >= pane->rows)
        return row;
    pane_printf(pane, 0, at + 1, ROLE_FAINT,
        "N+1 of clean and poisoned: in the GoodNet panel, or with %d columns",
        ASR_END + GOOD + FLAGGED + TEST + 2);
    return row + 1;
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    struct sheet sheet = {.input = input, .s = s, .pane = &pane};
    if (s->n_rounds == 0) {
        panel_waiting(&pane, input, "thresholds appear once the unpruned net is measured");
        return;
    }
    choose_columns(&sheet);
    int row = 0, first = first_shown(s, input->view_state, pane.rows);
    draw_head(&sheet);
    row++;
    bool unpruned = has_unpruned(s, pane.rows);
    if (unpruned) {
        pane_text(&pane, 0, row, ROLE_FAINT, "   B");
        draw_unpruned(&sheet, row++);
    }
    for (int i = first; i < s->n_thresholds && row < pane.rows; i++)
        draw_threshold(&sheet, row++, i);
    panel_more(&pane, (struct area){0, 0, 1, 1}, first, row - 1 - unpruned, s->n_thresholds);
    row = draw_distance(&sheet, row);
    if (input->zoomed && pane.rows > row + 6)
        draw_curves(input, cells, inside, draw_explanation(&sheet, row + 3) + 1);
}

/* Where they count from; what more than clean images chose the nets. */
static void add_note(const struct snapshot *s, char *text, int size)
{
    struct knowledge known = {0};
    char badge[KNOWLEDGE_TEXT];
    for (int i = 0; i < s->n_thresholds; i++)
        knowledge_add(&known, &s->thresholds[i].known);
    knowledge_badge(&known, badge);
    bool plain = !*badge || strcmp(badge, "clean") == 0;
    snprintf(text, (size_t)size, "of %.2f %%%s%.60s", branches_unpruned_clean(s), plain ? "" : "; ",
        plain ? "" : badge);
}

static void note(const struct view_input *input, char *text, int size)
{
    *text = '\0';
    if (input->snapshot->n_rounds > 0)
        add_note(input->snapshot, text, size);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    view_state->threshold = panel_moved(view_state->threshold, s->n_thresholds, inside.rows, way);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    int line = row - inside.row - 1 - has_unpruned(s, inside.rows);
    int item = first_shown(s, view_state, inside.rows) + line;
    (void)column;
    if (line < 0 || item >= s->n_thresholds)
        return false;
    view_state->threshold = item;
    return true;
}

const struct view view_thresholds = {
    .name = "thresholds",
    .title = "Thresholds",
    .brief = "kept",
    .help = "first round at each loss of accuracy, its net, GoodNet, test sets",
    .min_columns = 22,
    .min_rows = 4,
    .place = {[SCREEN_STANDARD] = {REGION_RIGHT, .share = 0.5, .most = 100},
        [SCREEN_LARGE] = {REGION_RIGHT, .share = 0.375, .most = 100},
        [SCREEN_HUGE] = {REGION_MIDDLE, .least = 9, .most = 9}},
    .rank = 5,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
