/* Criteria side by side: a table, and every order in one plot. */
#include "views/charts/comparison_plot.h"
#include "views/facts/comparison.h"
#include "views/cells/panel.h"

#include <stdio.h>
#include <string.h>

enum {
    LETTER = 2,
    NAME = 18,
    STOP = 6,
    READ = 10,
    NUMBER = 7,
    PLOT_LEAST = 30, /* columns */
    DETAIL = 4,      /* rows below: what is known of the order under the cursor */
    HEAD = 1
};

/* Where the parts stand; rows 0: not there. */
struct parts {
    struct area list, plot, detail;
};

/* What the list has room for. */
struct columns {
    int layer, stops, area, read, seconds; /* widths, 0: left out; stops: how many */
    int all;
};

static bool several_sites(const struct criteria_comparison *compared)
{
    for (int i = 1; i < compared->n; i++)
        if (compared->orders[i]->site != compared->orders[0]->site)
            return true;
    return false;
}

/* Stops first, then area, what was read, time. */
static struct columns columns_of(const struct criteria_comparison *compared, int room)
{
    struct columns c = {.all = LETTER + NAME};
    if (several_sites(compared) && c.all + NAME + 2 * STOP <= room)
        c.all += c.layer = NAME;
    while (c.stops < TRADEOFF_STOPS && c.all + STOP <= room) {
        c.stops++;
        c.all += STOP;
    }
    if (comparison_has_attack(compared) && c.all + NUMBER <= room)
        c.all += c.area = NUMBER;
    if (c.all + READ <= room)
        c.all += c.read = READ;
    if (c.all + NUMBER <= room)
        c.all += c.seconds = NUMBER;
    return c;
}

static struct parts parts_of(const struct criteria_comparison *compared, struct area inside)
{
    int detail = inside.rows >= 14 ? DETAIL : 0;
    struct area all = {0, 0, inside.columns, inside.rows - detail};
    struct parts p = {.list = all, .detail = {0, all.rows, all.columns, detail}};
    int most = all.columns / 2 > LETTER + NAME + TRADEOFF_STOPS * STOP
                   ? all.columns / 2
                   : LETTER + NAME + TRADEOFF_STOPS * STOP;
    if (all.columns >= most + PLOT_LEAST && all.rows >= 6) {
        p.list.columns = columns_of(compared, most).all;
        p.plot = all;
        p.plot.column = p.list.columns + 1;
        p.plot.columns -= p.plot.column;
    } else if (all.rows >= 16) {
        p.list.rows = compared->n + HEAD < all.rows / 2 ? compared->n + HEAD : all.rows / 2;
        p.plot = (struct area){0, p.list.rows, all.columns, all.rows - p.list.rows};
    }
    return p;
}

static void draw_head(const struct pane *pane, const struct snapshot *s, const struct columns *c)
{
    int at = LETTER;
    pane_text(pane, at, 0, ROLE_FAINT, "criterion");
    at += NAME;
    if (c->layer)
        pane_text(pane, at, 0, ROLE_FAINT, "layer");
    at += c->layer;
    bool attack = comparison_has_attack(s->compared);
    for (int k = 0; k < c->stops; k++)
        pane_right(pane, at += STOP, 0, ROLE_FAINT, attack ? "@%g" : "−%g", tradeoff_stops[k]);
    if (c->area)
        pane_right(pane, at += c->area, 0, ROLE_FAINT, "area");
    if (c->read)
        pane_text(pane, at + 1, 0, ROLE_FAINT, "read");
    at += c->read;
    if (c->seconds)
        pane_right(pane, at + c->seconds, 0, ROLE_FAINT, "s");
}

static void draw_numbers(
    const struct pane *pane, int row, const struct snapshot *s, int index, const struct columns *c)
{
    const struct criteria_comparison *compared = s->compared;
    const struct compared_order *order = compared->orders[index];
    bool attack = comparison_has_attack(compared);
    int at = LETTER + NAME + c->layer;
    char read[KNOWLEDGE_TEXT];
    for (int k = 0; k < c->stops; k++)
        pane_right(pane, at += STOP, row,
            comparison_best_at(compared, index, k) ? ROLE_GOOD : ROLE_TEXT, "%.*f", attack ? 1 : 0,
            comparison_at_stop(compared, order, k));
    if (c->area)
        pane_right(pane, at += c->area, row, ROLE_TEXT, "%.1f", order->tradeoff.area);
    if (c->read)
        pane_text(pane, at + 1, row, order->badge == BADGE_ORACLE ? ROLE_WARNING : ROLE_FAINT,
            comparison_read(order, read));
    at += c->read;
    if (c->seconds)
        pane_right(pane, at + c->seconds, row, ROLE_FAINT, "%.2f", order->seconds);
}

static void draw_line(
    const struct pane *pane, int row, const struct snapshot *s, int index, const struct columns *c)
{
    const struct compared_order *order = s->compared->orders[index];
    char name[64], letter[2] = {comparison_letter(index), '\0'};
    bool refused = order->refused[0];
    pane_text(pane, 0, row, refused ? ROLE_FAINT : comparison_role(index), letter);
    pane_text(pane, LETTER, row, refused ? ROLE_FAINT : ROLE_TEXT,
        pane_elide(pane, order->criterion, NAME - 1, name, sizeof name));
    if (c->layer)
        pane_text(pane, LETTER + NAME, row, ROLE_FAINT,
            pane_elide(pane, s->sites[order->site].name, NAME - 1, name, sizeof name));
    if (refused)
        pane_text(pane, LETTER + NAME + c->layer, row, ROLE_FAINT, "not defined here");
    else
        draw_numbers(pane, row, s, index, c);
}

static void draw_list(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    int n = s->compared->n, rows = pane->rows - HEAD;
    int cursor = comparison_cursor(s, input->view_state), first = panel_first(cursor, n, rows);
    struct columns c = columns_of(s->compared, pane->columns);
    draw_head(pane, s, &c);
    for (int i = 0; i < rows && first + i < n; i++) {
        draw_line(pane, HEAD + i, s, first + i, &c);
        if (first + i != cursor || !(input->focused || input->zoomed))
            continue;
        pane_row(pane, HEAD + i, ROLE_CURSOR);
        if (input->focused) {
            pane->cells->cursor_column = pane->column;
            pane->cells->cursor_row = pane->row + HEAD + i;
        }
    }
}

/* How far the comparison is: a line with a bar. */
static void draw_progress(const struct pane *pane, int row, const struct snapshot *s)
{
    bool works = s->phase == PHASE_SCANNING && s->total > 0;
    int at = pane_printf(pane, 0, row, ROLE_WARNING, "%s %d of %d   ",
        works ? "compared" : "stopped after", s->compared->n, s->compared->wanted);
    if (works && pane->columns > at + 12) {
        pane_bar(pane, at, row, 10, ROLE_CLEAN, (double)s->done / s->total);
        pane_text(pane, at + 12, row, ROLE_FAINT, s->activity);
    }
}

static const char *help_of(const struct snapshot *s, const char *criterion)
{
    for (int i = 0; i < s->n_criteria; i++)
        if (strcmp(s->criteria[i].name, criterion) == 0)
            return s->criteria[i].help;
    return strcmp(criterion, "order-file") == 0 ? "channels as a file lists them" : "";
}

/* Counts of the order under the cursor, in a row. */
static void draw_counts(const struct pane *pane, int row, const struct snapshot *s, int index)
{
    const struct compared_order *order = s->compared->orders[index];
    double rho = 0;
    int nearest = comparison_nearest(s->compared, index, &rho);
    int at = 0;
    if (comparison_has_attack(s->compared))
        at = pane_printf(pane, 0, row, ROLE_TEXT, "%d of %d rounds on the front; ",
            comparison_front_rounds(s->compared, index), order->n_rounds - 1);
    if (nearest >= 0)
        at = pane_printf(pane, at, row, ROLE_TEXT, "most like %s (%.2f); ",
            s->compared->orders[nearest]->criterion, rho);
    if (order->rule_channels >= 0 && order->rule_channels < order->n_rounds)
        at = pane_printf(pane, at, row, ROLE_TEXT, "its rule prunes %d; ", order->rule_channels);
    if (order->tradeoff.area >= 0)
        at = pane_printf(pane, at, row, ROLE_FAINT, "area %.1f, ", order->tradeoff.area);
    pane_printf(pane, at, row, ROLE_FAINT, "%.2f s", order->seconds);
}

/* The order under the cursor in words. */
static void draw_detail(const struct pane *pane, const struct snapshot *s, int index)
{
    const struct compared_order *order = s->compared->orders[index];
    char text[KNOWLEDGE_TEXT];
    int at =
        pane_printf(pane, 0, 0, ROLE_STRONG, "%c %s", comparison_letter(index), order->criterion);
    at = pane_printf(pane, at, 0, ROLE_TEXT, " at %s, ", s->sites[order->site].name);
    at = pane_printf(pane, at, 0, order->badge == BADGE_ORACLE ? ROLE_WARNING : ROLE_TEXT,
        "made with: %s", comparison_read(order, text));
    if (*order->source)
        pane_printf(pane, at, 0, ROLE_FAINT, " (%s)", order->source);
    if (order->refused[0]) {
        pane_paragraph(pane, 1, 2, ROLE_WARNING, order->refused);
    } else {
        at = pane_text(pane, 0, 1, ROLE_FAINT, help_of(s, order->criterion));
        if (order->scaling && *order->scaling)
            pane_printf(pane, at, 1, ROLE_TEXT, "; %s", order->scaling);
        draw_counts(pane, 2, s, index);
    }
    if (s->compared->n < s->compared->wanted)
        draw_progress(pane, 3, s);
    else
        pane_text(pane, 0, 3, ROLE_FAINT,
            comparison_has_attack(s->compared)
                ? "@T: attack success (%) where clean accuracy has lost T points; less is better"
                : "−T: channels pruned before clean accuracy has lost T points; more is better");
}

static void draw_all(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    struct parts parts = parts_of(s->compared, (struct area){0, 0, pane->columns, pane->rows});
    struct pane list = pane_part(pane, parts.list);
    int cursor = comparison_cursor(s, input->view_state);
    draw_list(&list, input);
    if (parts.plot.rows > 0) {
        struct pane part = pane_part(pane, parts.plot);
        struct canvas *canvas = canvas_cells_create(&part);
        comparison_plot_draw(canvas, s, cursor, (struct canvas_box){0, 0, part.columns, part.rows});
        canvas_destroy(canvas);
    }
    if (parts.detail.rows > 0) {
        struct pane part = pane_part(pane, parts.detail);
        draw_detail(&part, s, cursor);
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    if (s->compared && s->compared->n > 0)
        draw_all(&pane, input);
    else if (s->phase == PHASE_SCANNING || s->n_rounds == 0)
        panel_waiting(&pane, input, "orders appear here one by one");
    else
        pane_paragraph(&pane, 0, pane.rows, ROLE_TEXT,
            "Nothing was compared yet. V (:compare) prunes this layer to its end once for every "
            "criterion, from the unpruned net, and shows them side by side; what stands is not "
            "altered. Enter then goes on with the one under the cursor, in a branch of its own.");
}

static void note(const struct view_input *input, char *text, int size)
{
    const struct criteria_comparison *compared = input->snapshot->compared;
    *text = '\0';
    if (compared && compared->of.attack > 0)
        snprintf(text, (size_t)size, "%d of %d, %d clean and %d poisoned images", compared->n,
            compared->wanted, compared->of.clean, compared->of.attack);
    else if (compared)
        snprintf(text, (size_t)size, "%d of %d, %d clean images", compared->n, compared->wanted,
            compared->of.clean);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    if (!s->compared || s->compared->n == 0)
        return;
    int rows = parts_of(s->compared, inside).list.rows - HEAD;
    view_state->compared = panel_moved(comparison_cursor(s, view_state), s->compared->n, rows, way);
}

static int hit_plot(
    const struct snapshot *s, struct view_state *view_state, struct area plot, int column, int row)
{
    struct view_input input = {.snapshot = s, .view_state = view_state, .theme = themes_at(0)};
    struct cells cells;
    cells_init(&cells, plot.columns, plot.rows);
    struct pane pane = pane_of(&input, &cells, (struct area){0, 0, plot.columns, plot.rows});
    struct canvas *canvas = canvas_cells_create(&pane);
    int hit = comparison_plot_hit(canvas, s, comparison_cursor(s, view_state),
        (struct canvas_box){0, 0, plot.columns, plot.rows}, column, row);
    canvas_destroy(canvas);
    cells_finish(&cells);
    return hit;
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    if (!s->compared || s->compared->n == 0)
        return false;
    struct parts p = parts_of(s->compared, inside);
    int x = column - inside.column, y = row - inside.row, n = s->compared->n, found = -1;
    int rows = p.list.rows - HEAD;
    if (x < p.list.columns && y >= HEAD && y < p.list.rows)
        found = panel_first(comparison_cursor(s, view_state), n, rows) + y - HEAD;
    else if (p.plot.rows > 0 && x >= p.plot.column && y >= p.plot.row &&
             y < p.plot.row + p.plot.rows)
        found = hit_plot(s, view_state, p.plot, x - p.plot.column, y - p.plot.row);
    if (found < 0 || found >= n)
        return false;
    view_state->compared = found;
    return true;
}

const struct view view_comparison = {
    .name = "comparison",
    .title = "Criteria side by side",
    .brief = "compare",
    .help = "what every criterion leaves of the attack, and of clean accuracy",
    .min_columns = 24,
    .min_rows = 3,
    .rank = 9,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
