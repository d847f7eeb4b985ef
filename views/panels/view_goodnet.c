/* What GoodNet makes of every repaired net there is, and what detectors see: live from the
 * predictions of rounds, files and test sets from the last detection. */
#include "engine/measures/number.h"
#include "views/charts/roc_plot.h"
#include "views/facts/branches.h"
#include "views/facts/goodnet.h"
#include "views/cells/panel.h"

#include <stdio.h>
#include <string.h>

enum { LIST_NAME = 18, LIST_STEP = 8, LEFT = 41, LEFT_WIDE = 66, SHARE = 22 };

struct sheet {
    const struct view_input *input;
    const struct snapshot *s;
    const struct pane *pane;
    int n;
    struct goodnet_line lines[GOODNET_LINES];
};

/* Where a column ends; the last one has a longer name. */
static int list_end(int column)
{
    return LIST_NAME + LIST_STEP * (column + 1) + (column == 6);
}

/* A number of the list; faint dash where nothing is counted. */
static void put(const struct pane *pane, int column, int row, enum role role, int count, int n)
{
    if (n > 0)
        pane_right(pane, list_end(column), row, role, "%.2f", number_percent(count, n));
    else
        pane_right(pane, list_end(column), row, ROLE_FAINT, "—");
}

static void draw_head(const struct pane *pane, const struct snapshot *s)
{
    const bool surrogate = s->attacked.surrogate;
    const struct {
        const char *name;
        enum role role;
    } heads[] = {{"clean", ROLE_CLEAN}, {surrogate ? "sASR" : "ASR", ROLE_ATTACK},
        {"G clean", ROLE_CLEAN}, {surrogate ? "G sASR" : "G ASR", ROLE_ATTACK}, {"FPR", ROLE_CLEAN},
        {"TPR", ROLE_ATTACK}, {"accepted", ROLE_FAINT}};
    pane_text(pane, 0, 0, ROLE_FAINT, "B′      round");
    for (int i = 0; i < (int)(sizeof heads / sizeof *heads); i++)
        pane_right(pane, list_end(i), 0, heads[i].role, "%s", heads[i].name);
}

static void draw_unpruned(const struct sheet *sheet, int row)
{
    const struct round *b = branches_unpruned(sheet->s);
    const int n[N_SETS] = {sheet->s->n_images[SET_CLEAN], sheet->s->of.attack};
    pane_text(sheet->pane, 0, row, ROLE_TEXT, "B");
    put(sheet->pane, 0, row, ROLE_TEXT, b->clean_correct, n[SET_CLEAN]);
    put(sheet->pane, 1, row, ROLE_TEXT, b->attack_hits, n[SET_POISONED]);
}

/* What every repaired net has to beat; there is no G of it. */
static void draw_trivial(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->s;
    pane_printf(sheet->pane, 0, row, ROLE_FAINT, "never answer %d", s->target);
    put(sheet->pane, 0, row, ROLE_TEXT, s->trivial.clean, s->of.clean);
    put(sheet->pane, 1, row, ROLE_TEXT, s->trivial.attack, s->of.attack);
}

static bool has_trivial(const struct snapshot *s)
{
    return s->target >= 0 && s->trivial.clean >= 0 && s->of.attack > 0;
}

static void draw_line(const struct sheet *sheet, int row, int index)
{
    const struct goodnet_line *line = &sheet->lines[index];
    const struct goodnet_counts *c = &line->defence.clean, *p = &line->defence.poisoned;
    const struct pane *pane = sheet->pane;
    if (line->round >= 0) {
        pane_text(pane, 0, row, ROLE_TEXT, line->name);
        pane_right(pane, 13, row, ROLE_TEXT, "%d", line->round);
    } else {
        char name[PANE_TEXT];
        pane_text(
            pane, 0, row, ROLE_TEXT, pane_elide(pane, line->name, LIST_NAME, name, sizeof name));
    }
    put(pane, 0, row, ROLE_TEXT, goodnet_repaired(c), c->n);
    put(pane, 1, row, ROLE_TEXT, goodnet_repaired(p), p->n);
    put(pane, 2, row, ROLE_TEXT, c->both, c->n);
    put(pane, 3, row, ROLE_TEXT, p->both, p->n);
    put(pane, 4, row, ROLE_TEXT, goodnet_flagged(c), c->n);
    put(pane, 5, row, ROLE_TEXT, goodnet_flagged(p), p->n);
    put(pane, 6, row, ROLE_TEXT, c->both, goodnet_accepted(c));
    if (index == sheet->input->view_state->good) {
        pane_row(pane, row, ROLE_CURSOR);
        if (sheet->input->focused) {
            pane->cells->cursor_column = pane->column;
            pane->cells->cursor_row = pane->row + row;
        }
    }
}

/* Rows above the nets of a list of so many rows: its head, the unpruned net, the trivial defence.
 */
static int rows_above(const struct snapshot *s, int n, int rows)
{
    return 1 + (rows >= 3) + (rows >= n + 3 && has_trivial(s));
}

/* The list scrolls; returns the row behind it. */
static int draw_list(const struct sheet *sheet, int rows)
{
    int row = rows_above(sheet->s, sheet->n, rows), first;
    draw_head(sheet->pane, sheet->s);
    if (row > 1)
        draw_unpruned(sheet, 1);
    if (row > 2)
        draw_trivial(sheet, 2);
    first = panel_first(sheet->input->view_state->good, sheet->n, rows - row);
    panel_more(sheet->pane, (struct area){3, 0, 4, 1}, first, rows - row, sheet->n);
    for (int i = first; i < sheet->n && row < rows; i++)
        draw_line(sheet, row++, i);
    if (sheet->n == 0 && row < rows)
        pane_text(sheet->pane, 0, row++, ROLE_FAINT, "no pruned net yet");
    return row;
}

/* G of the line under the cursor on a set: shares with intervals, column by column. */
static int draw_measures(
    const struct pane *pane, int row, int column, const struct defence *defence, const char *data)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    pane_printf(pane, column, row++, ROLE_FAINT, "%s, 95 %%", data);
    for (int i = 0; i < GOODNET_MEASURES; i++, row++) {
        const struct goodnet_measure *m = &measures[i];
        struct number_interval wilson = number_interval(m->count[WHO_GOOD], m->n);
        if (column == 20)
            pane_text(pane, 0, row, ROLE_FAINT, m->label);
        if (m->n > 0)
            pane_printf(pane, column, row, ROLE_TEXT, "%6.2f  %.2f–%.2f",
                number_percent(m->count[WHO_GOOD], m->n), wilson.low, wilson.high);
        else
            pane_text(pane, column + 5, row, ROLE_FAINT, "—");
    }
    double rating = goodnet_rating(defence, WHO_GOOD);
    if (column == 20)
        pane_text(pane, 0, row, ROLE_FAINT, "DER of G, of B′");
    if (rating >= 0)
        pane_printf(pane, column, row, ROLE_TEXT, "%6.3f  %.3f", rating,
            goodnet_rating(defence, WHO_REPAIRED));
    return row + 1;
}

/* B against B', two by two; the counts of images of a set. */
static int draw_agreement(
    const struct pane *pane, int row, const struct defence *defence, const char *data)
{
    const struct goodnet_counts *c = &defence->clean, *p = &defence->poisoned;
    pane_printf(pane, 0, row, ROLE_FAINT, "%.5s", data);
    pane_right(pane, 18, row, ROLE_CLEAN, "B′ right");
    pane_right(pane, 24, row, ROLE_CLEAN, "wrong");
    pane_right(pane, 33, row, ROLE_ATTACK, "B′ hits");
    pane_right(pane, 40, row++, ROLE_ATTACK, "misses");
    pane_text(pane, 0, row, ROLE_FAINT, "B right/hit");
    pane_right(pane, 18, row, ROLE_TEXT, "%d", c->both);
    pane_right(pane, 24, row, ROLE_TEXT, "%d", c->only_b);
    pane_right(pane, 33, row, ROLE_TEXT, "%d", p->both);
    pane_right(pane, 40, row++, ROLE_TEXT, "%d", p->only_b);
    pane_text(pane, 0, row, ROLE_FAINT, "B wrong/miss");
    pane_right(pane, 18, row, ROLE_TEXT, "%d", c->only_repaired);
    pane_right(pane, 24, row, ROLE_TEXT, "%d", c->same_other + c->different_other);
    pane_right(pane, 33, row, ROLE_TEXT, "%d", p->only_repaired);
    pane_right(pane, 40, row, ROLE_TEXT, "%d", p->same_other + p->different_other);
    return row + 1;
}

static bool shown(const struct detector_result *result, int net)
{
    return result->net < 0 || result->net == net;
}

/* Poisoned and clean images flagged at each rate allowed, thresholds from clean validation. */
static int draw_detectors(
    const struct pane *pane, int row, const struct detection *d, enum detection_data data, int net)
{
    pane_text(pane, 0, row, ROLE_FAINT, data == DATA_TEST ? "on test" : "on validation");
    pane_right(pane, 21, row, ROLE_FAINT, "AUC");
    for (int r = 0; r < DETECTION_RATES; r++)
        pane_right(pane, 36 + 14 * r, row, ROLE_FAINT, "TPR at %g %%", d->detectors[0].at[r].rate);
    row++;
    for (int i = 0; i < d->n_detectors; i++) {
        const struct detector_result *result = &d->detectors[i];
        const struct roc *roc = &result->roc[data];
        if (!shown(result, net))
            continue;
        pane_text(pane, 0, row, ROLE_TEXT, result->name);
        if (roc->auc >= 0)
            pane_right(pane, 21, row, ROLE_TEXT, "%.4f", roc->auc);
        for (int r = 0; r < DETECTION_RATES; r++) {
            const int *flagged = result->at[r].flagged[data];
            pane_right(pane, 36 + 14 * r, row, ROLE_TEXT, "%.1f (%.1f)",
                number_percent(flagged[SET_POISONED], roc->n[SET_POISONED]),
                number_percent(flagged[SET_CLEAN], roc->n[SET_CLEAN]));
        }
        row++;
    }
    pane_text(pane, 0, row, ROLE_FAINT, "(FPR there); thresholds from clean validation images");
    return row + 1;
}

/* Where the plot has no room for a legend; on as many rows as they need. Returns rows used. */
static int name_curves(
    const struct pane *pane, const struct roc_plot *roc, enum detection_data data)
{
    int at = 0, row = 1;
    if (pane->rows >= 14 && pane->columns >= 46)
        return 0;
    for (int i = 0; i < roc->n; i++) {
        const struct detector_result *result = roc->result[i];
        char text[DETECTION_NAME];
        snprintf(text, sizeof text, "%s %.2f ", result->name, result->roc[data].auc);
        if (at > 0 && at + (int)strlen(text) - 1 > pane->columns) {
            at = 0;
            row++;
        }
        at = pane_printf(pane, at, row, roc->plot.series[i + 1].style.role, "%s", text);
    }
    return row;
}

static void draw_roc(const struct sheet *sheet, struct area area, enum detection_data data, int net)
{
    struct pane part = pane_part(sheet->pane, area);
    struct roc_plot roc;
    roc_plot_init(&roc, sheet->s->detection, data, net);
    if (roc.n > 0 && area.rows >= 7 && area.columns >= 24) {
        pane_printf(&part, 0, 0, ROLE_FAINT, "AUC, TPR over FPR (%%) on %s images",
            data == DATA_TEST ? "test" : "validation");
        int head = 1 + name_curves(&part, &roc, data);
        struct canvas *canvas = canvas_cells_create(&part);
        plot_draw(canvas, &roc.plot, (struct canvas_box){0, head, area.columns, area.rows - head});
        canvas_destroy(canvas);
    } else if (sheet->s->phase == PHASE_MEASURING) {
        panel_waiting(&part, sheet->input, "");
    } else if (!sheet->s->detection) {
        pane_paragraph(&part, 1, area.rows - 1, ROLE_FAINT,
            "Press D: the detectors score every image, and their ROC curves are drawn; test sets "
            "and repaired nets from files are counted too.");
    }
    roc_plot_finish(&roc);
}

static void draw_detail(const struct sheet *sheet, int row)
{
    const struct pane *pane = sheet->pane;
    const struct goodnet_line *line = &sheet->lines[sheet->input->view_state->good];
    const struct detection *d = sheet->s->detection;
    const struct defence *test = line->net && line->net->defence[DATA_TEST].clean.n > 0
                                     ? &line->net->defence[DATA_TEST]
                                     : NULL;
    bool wide = pane->columns >= LEFT_WIDE + 38;
    int left = wide ? LEFT_WIDE : LEFT, net = line->net ? (int)(line->net - d->nets) : -1;
    enum detection_data data = d && d->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    draw_roc(sheet, (struct area){left, row, pane->columns - left, pane->rows - row}, data, net);
    struct pane part = pane_part(pane, (struct area){0, row, left - 1, pane->rows - row});
    char name[PANE_TEXT];
    pane_printf(&part, 0, 0, ROLE_STRONG, "G with %s",
        pane_elide(&part, line->name, part.columns - 8 < 18 ? 12 : 18, name, sizeof name));
    const struct defence *first = test && !wide ? test : &line->defence;
    const char *data_name = first == test ? "test" : "validation";
    int below = draw_measures(&part, 0, 20, first, data_name);
    if (wide && test)
        draw_measures(&part, 0, 20 + SHARE, test, "test");
    below = draw_agreement(&part, below, first, data_name);
    if (d && wide && part.rows >= below + 6)
        draw_detectors(&part, below + 1, d, data, net);
}

/* Rows that the list of n nets has, with a net's numbers below it where there is room. */
static int list_rows(const struct snapshot *s, int n, int columns, int rows)
{
    bool detail = n > 0 && rows >= 17 && columns >= LEFT;
    int room = detail ? rows - 13 : rows, wanted = n + 2 + (n == 0) + has_trivial(s);
    return room < wanted ? room : wanted;
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    struct view_state view_state = *input->view_state;
    struct view_input shown = *input;
    struct sheet sheet = {.input = &shown, .s = input->snapshot, .pane = &pane};
    if (sheet.s->n_rounds == 0) {
        panel_waiting(&pane, input, "GoodNet appears once the unpruned net is measured");
        return;
    }
    sheet.n = goodnet_lines(sheet.s, view_shown_round(input), sheet.lines);
    view_state.good = view_state.good < sheet.n ? view_state.good : sheet.n - 1;
    view_state.good = view_state.good > 0 ? view_state.good : 0;
    shown.view_state = &view_state;
    bool detail = sheet.n > 0 && pane.rows >= 17 && pane.columns >= LEFT;
    int row = draw_list(&sheet, list_rows(sheet.s, sheet.n, pane.columns, pane.rows));
    if (detail)
        draw_detail(&sheet, row + (pane.rows > row + 13));
}

static void note(const struct view_input *input, char *text, int size)
{
    const struct snapshot *s = input->snapshot;
    *text = '\0';
    if (s->n_rounds > 0)
        snprintf(text, (size_t)size, "validation, n = %d clean, %d poisoned; N+1 is label %d",
            s->n_images[SET_CLEAN], s->n_images[SET_POISONED], s->n_classes);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    struct goodnet_line lines[GOODNET_LINES];
    int n = goodnet_lines(s, view_shown_round_of(s, view_state), lines);
    view_state->good = panel_moved(view_state->good, n, inside.rows, way);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    struct goodnet_line lines[GOODNET_LINES];
    int n = goodnet_lines(s, view_shown_round_of(s, view_state), lines);
    int rows = list_rows(s, n, inside.columns, inside.rows), above = rows_above(s, n, rows);
    int line = row - inside.row - above, item = panel_first(view_state->good, n, rows - above);
    (void)column;
    if (line < 0 || row - inside.row >= rows || item + line >= n)
        return false;
    view_state->good = item + line;
    return true;
}

const struct view view_goodnet = {
    .name = "goodnet",
    .title = "GoodNet",
    .help = "what B and each B′ agree on; images flagged, ROC curves of detectors",
    .min_columns = 30,
    .min_rows = 4,
    .place = {[SCREEN_HUGE] = {REGION_MIDDLE, .least = 7, .most = 7, .room = 15}},
    .rank = 6,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
