/* Clean accuracy against attack success over the rounds. */
#include "engine/measures/number.h"
#include "views/charts/curves.h"
#include "views/facts/branches.h"
#include "views/facts/channels.h"
#include "views/facts/thresholds.h"
#include "views/cells/panel.h"

#include <stdio.h>

static void footer(const struct pane *pane, int row, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    int round = view_shown_round(input), channel = s->rounds[round]->channel;
    char name[SNAPSHOT_TEXT];
    double clean = snapshot_clean_accuracy(s, round), asr = snapshot_asr(s, round);
    double base = branches_unpruned_clean(s);
    int at = pane_printf(pane, 1, row, ROLE_STRONG, "round %d", round);
    const struct repair_result *repair = &s->rounds[round]->repair;
    if (channel >= 0)
        at = pane_printf(pane, at + 2, row, ROLE_TEXT, "ch %s", channels_name(s, channel, name));
    else if (repair->name && repair->mask >= 0)
        at = pane_printf(pane, at + 2, row, ROLE_TEXT, "trigger %.1f px", repair->mask);
    at = pane_printf(pane, at + 2, row, ROLE_CLEAN, "clean %.2f %%", clean);
    if (round > 0) {
        char change[32];
        number_signed(change, clean - snapshot_clean_accuracy(s, round - 1), 2);
        at = pane_printf(pane, at + 1, row, ROLE_FAINT, "(%s)", change);
    }
    if (s->of.attack > 0)
        at = pane_printf(
            pane, at + 2, row, ROLE_ATTACK, "%s %.2f %%", attack_rate_short(&s->attacked), asr);
    pane_printf(pane, at + 2, row, ROLE_TEXT, "%s %.2f pp", clean > base ? "gained" : "lost",
        clean > base ? clean - base : base - clean);
}

static void crossings(const struct pane *pane, int row, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    int at = 1;
    for (int i = 0; i < s->n_thresholds; i++) {
        const struct threshold *t = &s->thresholds[i];
        bool crossed = t->round >= 0;
        at = pane_printf(pane, at, row, crossed ? ROLE_GOOD : ROLE_FAINT, "%s −%g pp ",
            crossed ? "✓" : "·", t->points);
        at = crossed ? pane_printf(pane, at, row, ROLE_TEXT, "round %d   ", t->round)
                     : pane_text(pane, at, row, ROLE_FAINT,
                           thresholds_possible(s, i) ? "not yet   " : "never   ");
    }
}

/* Do lines up to that rank fit into so many rows? */
static bool fits(const struct view_input *input, int rank, int rows)
{
    int n = 0;
    for (int i = 0; i < input->n_welcome; i++)
        n += input->welcome[i].rank <= rank;
    return n <= rows;
}

/* Beside the first round, in the plot's own place. */
static void draw_welcome(
    const struct pane *pane, const struct view_input *input, struct canvas_box region)
{
    enum { BESIDE = 3, RANKS = 9 };
    struct area area = {(int)region.x + BESIDE, (int)region.y + 1, (int)region.width - BESIDE,
        (int)region.height - 1};
    struct pane part = pane_part(pane, area);
    int rank = RANKS, row = 0;
    while (rank > 0 && !fits(input, rank, part.rows))
        rank--;
    for (int i = 0; i < input->n_welcome; i++) {
        const struct welcome_line *line = &input->welcome[i];
        char text[WELCOME_TEXT];
        bool whole = pane_width(&part, line->text) <= part.columns;
        if (line->rank > rank)
            continue;
        for (int column = 0; column < part.columns; column++)
            pane_text(&part, column, row, ROLE_TEXT, " ");
        pane_text(&part, 0, row++, line->role,
            pane_elide(&part, whole ? line->text : line->brief, part.columns, text, sizeof text));
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    struct curves curves;
    bool welcome = input->n_welcome > 0 && input->snapshot->n_rounds == 1 &&
                   input->view_state->axis != AXIS_TRADE;
    if (input->snapshot->n_rounds == 0) {
        panel_waiting(&pane, input, "curves appear once the unpruned net is measured");
        return;
    }
    int lines = input->zoomed && pane.rows >= 12 ? 2 : 0;
    struct pane above = pane_part(&pane, (struct area){0, 0, pane.columns, pane.rows - lines});
    struct canvas *canvas = canvas_cells_create(&above);
    curves_init(
        &curves, input->snapshot, input->view_state, input->view_state->depth == DEPTH_MONO);
    curves.plot.n_levels = welcome ? 0 : curves.plot.n_levels;
    for (int i = 0; i < curves.plot.n_series && welcome; i++) /* the welcome names them */
        curves.plot.series[i].label = NULL;
    struct canvas_box box = {0, 0, above.columns, above.rows};
    plot_draw(canvas, &curves.plot, box);
    if (welcome)
        draw_welcome(&above, input, plot_region(canvas, &curves.plot, box));
    curves_finish(&curves);
    canvas_destroy(canvas);
    if (lines) {
        crossings(&pane, pane.rows - 2, input);
        footer(&pane, pane.rows - 1, input);
    }
}

static void note(const struct view_input *input, char *text, int size)
{
    struct curves curves;
    curves_init(&curves, input->snapshot, input->view_state, false);
    curves_axis(&curves, input->view_state->axis, text, size);
    curves_finish(&curves);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    static const int steps[] = {[MOVE_LEFT] = -1,
        [MOVE_RIGHT] = 1,
        [MOVE_UP] = 1,
        [MOVE_DOWN] = -1,
        [MOVE_PAGE_UP] = -10,
        [MOVE_PAGE_DOWN] = 10,
        [MOVE_FIRST] = -1000000,
        [MOVE_LAST] = 1000000};
    (void)inside;
    if (s->n_rounds > 0)
        panel_show_round(s, view_state, view_shown_round_of(s, view_state) + steps[way]);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    struct view_input input = {.snapshot = s, .view_state = view_state, .theme = themes_at(0)};
    struct cells cells;
    cells_init(&cells, inside.column + inside.columns, inside.row + inside.rows);
    struct pane pane = pane_of(&input, &cells, inside);
    struct canvas *canvas = canvas_cells_create(&pane);
    struct curves curves;
    curves_init(&curves, s, view_state, false);
    struct canvas_box region =
        plot_region(canvas, &curves.plot, (struct canvas_box){0, 0, pane.columns, pane.rows});
    double share = (column - inside.column + 0.5 - region.x) / region.width;
    view_state->sliding = view_state->dragging;
    if (view_state->sliding) /* the pointer may leave the plot */
        share = share < 0 ? 0 : share > 1 ? 1 : share;
    bool hit = s->n_rounds > 0 && share >= 0 && share <= 1 && view_state->axis != AXIS_TRADE;
    if (hit)
        panel_show_round(s, view_state, (int)(share * branches_length(s, s->branch) + 0.5));
    (void)row;
    curves_finish(&curves);
    canvas_destroy(canvas);
    cells_finish(&cells);
    return hit;
}

const struct view view_curves = {
    .name = "curves",
    .title = "Curves",
    .help = "clean accuracy and attack success by round; dotted: thresholds; arrows: past rounds",
    .min_columns = 24,
    .min_rows = 5,
    .place = {{REGION_MAIN}, {REGION_MAIN}, {REGION_MAIN}, {REGION_MAIN}},
    .rank = 4,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
    .slides = true,
};
