/* Which curves a plot has: this branch, past ones, thresholds, axis. */
#include "views/charts/curves.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/thresholds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double least_drop = 0.01; /* points, where the logarithmic axis begins */

/* A count that repair rounds have besides, of *of images; *of 0: not known. */
static int more_count(
    const struct snapshot *s, const struct round *round, int which, int *of, const char **name)
{
    static const char *const names[CURVES_MORE] = {"held-out", "own people"};
    *name = names[which];
    *of = 0;
    if (!branches_repair(s))
        return -1;
    if (which == 1)
        return branches_own(s, round, of);
    *of = round->held_out_correct >= 0 ? s->n_held_out : 0;
    return round->held_out_correct;
}

static double more_low(const struct snapshot *s, int round)
{
    double low = 100;
    const char *name;
    for (int k = 0, of; k < CURVES_MORE; k++) {
        int count = more_count(s, s->rounds[round], k, &of, &name);
        low = of > 0 ? fmin(low, number_percent(count, of)) : low;
    }
    return low;
}

/* Five-point steps below everything that was measured and below the nearer thresholds. */
static double automatic_low(const struct snapshot *s)
{
    double low = 100, base = branches_unpruned_clean(s);
    for (int i = 0; i < s->n_rounds; i++) {
        low = fmin(low, snapshot_clean_accuracy(s, i));
        if (s->of.attack > 0)
            low = fmin(low, snapshot_asr(s, i));
        low = fmin(low, more_low(s, i));
    }
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].points <= 10)
            low = fmin(low, base - s->thresholds[i].points);
    low = fmin(90, floor((low - 1) / 5) * 5);
    return low < 30 ? 0 : low; /* then the whole scale says more */
}

/* Pruning and repairs have other numbers of rounds: branches of the other kind are then drawn over
 * the whole width. */
static bool other_kind(const struct snapshot *s, int branch)
{
    return (s->branches[branch].repair.name != NULL) != (branches_repair(s) != NULL);
}

static const char *x_name(const struct snapshot *s)
{
    int past[CURVES_PAST], n = branches_past(s, CURVES_PAST, past);
    bool mixed = false, repair = branches_repair(s) != NULL;
    for (int i = 0; i < n; i++)
        mixed = mixed || other_kind(s, past[i]);
    return !mixed   ? repair ? "repair rounds" : "pruned channels"
           : repair ? "repair rounds (pruning: its whole run)"
                    : "pruned channels (repairs: their whole run)";
}

static void set_scale(struct plot *plot, const struct snapshot *s, enum axis axis)
{
    int length = branches_length(s, s->branch);
    plot->x_high = length > 0 ? length : 1;
    plot->x_label = x_name(s);
    plot->y_label = "images (%)";
    plot->y_high = 100;
    if (axis == AXIS_AUTO)
        plot->y_low = automatic_low(s);
    if (axis == AXIS_DROP) {
        plot->log = true;
        plot->y_low = 100;
        plot->y_high = least_drop;
        plot->y_label = "loss (percentage points)";
    }
    if (axis == AXIS_TRADE) {
        plot->x_high = 100;
        plot->x_label = "clean accuracy (%)";
        plot->y_label =
            s->attacked.surrogate ? "surrogate attack success (%)" : "attack success (%)";
    }
}

/* Heights of narrower ranges, in points. */
static const double spans[] = {50, 20, 10, 5, 2, 1};
enum { N_SPANS = sizeof spans / sizeof *spans };

static bool narrows(enum axis axis)
{
    return axis == AXIS_AUTO || axis == AXIS_FULL;
}

/* How many of the heights are as high as the axis itself. */
static int wider(const struct plot *plot)
{
    int n = 0;
    while (n < N_SPANS && spans[n] > plot->y_high - plot->y_low - 1e-9)
        n++;
    return n;
}

int curves_closer(const struct snapshot *snapshot, const struct view_state *view_state)
{
    struct plot plot = {0};
    set_scale(&plot, snapshot, view_state->axis);
    return narrows(view_state->axis) ? N_SPANS - wider(&plot) : 0;
}

/* From 100 % down where the round's clean accuracy is seen so, else around it. */
static void come_closer(
    struct plot *plot, const struct snapshot *s, const struct view_state *view_state, int round)
{
    int first = wider(plot), at = first + view_state->closer - 1;
    if (view_state->closer < 1 || !narrows(view_state->axis) || first == N_SPANS)
        return;
    double span = spans[at < N_SPANS ? at : N_SPANS - 1];
    double clean = snapshot_clean_accuracy(s, round), step = span / 10;
    double high = ceil((clean + span / 2) / step) * step;
    plot->y_high = clean >= 100 - 0.9 * span || high > 100 ? 100 : high;
    plot->y_low = fmax(0, plot->y_high - span);
}

static double value_at(const struct snapshot *s, enum image_set set, int round)
{
    return set == SET_CLEAN ? snapshot_clean_accuracy(s, round) : snapshot_asr(s, round);
}

/* Rounds of a branch in the values of the axis. */
static void set_points(struct canvas_point *points[N_SETS], const struct snapshot *s,
    const struct branch_line *branch, enum axis axis)
{
    const struct branch_line start = {.rounds = (const struct round *[]){branches_unpruned(s)}};
    for (int set = 0; set < N_SETS; set++) {
        points[set] = memory_array((size_t)branch->n_rounds + 1, sizeof *points[set]);
        for (int i = 0; i < branch->n_rounds; i++) {
            double y = branches_value(s, branch, set, i);
            if (axis == AXIS_DROP)
                y = fmax(least_drop, branches_value(s, &start, set, 0) - y);
            points[set][i] = (struct canvas_point){i, y};
        }
    }
    for (int i = 0; axis == AXIS_TRADE && i < branch->n_rounds; i++)
        points[SET_POISONED][i].x = points[SET_CLEAN][i].y;
}

static void stretch(struct canvas_point *points[N_SETS], int n, double factor)
{
    for (int set = 0; set < N_SETS; set++)
        for (int i = 0; i < n; i++)
            points[set][i].x *= factor;
}

/* A branch behind the present one: dimmed, clean in long dashes, attack success in dots. */
static void add_past(struct curves *c, const struct snapshot *s, int place, enum axis axis)
{
    static const struct canvas_style styles[] = {
        {ROLE_CLEAN_PAST, LINE_SPACED, 0.9}, {ROLE_ATTACK_PAST, LINE_DOTTED, 0.9}};
    const struct branch_line *branch = &s->branches[c->past[place]];
    struct plot *plot = &c->plot;
    set_points(c->past_points[place], s, branch, axis);
    if (axis != AXIS_TRADE && other_kind(s, c->past[place]))
        stretch(c->past_points[place], branch->n_rounds,
            plot->x_high / fmax(1, branches_length(s, c->past[place])));
    branches_name(s, c->past[place], true, c->past_label[place], sizeof c->past_label[place]);
    for (int set = axis == AXIS_TRADE ? SET_POISONED : SET_CLEAN; set < N_SETS; set++) {
        if (s->n_images[set] == 0)
            continue;
        struct plot_series *series = &plot->series[plot->n_series++];
        bool first = set == SET_CLEAN || axis == AXIS_TRADE;
        *series = (struct plot_series){.points = c->past_points[place][set],
            .label = first ? c->past_label[place] : NULL,
            .beside = !first,
            .past = true,
            .n = branch->n_rounds,
            .style = styles[set]};
        snprintf(series->tag, sizeof series->tag, "%d", c->past[place] + 1);
    }
}

/* What stands, and faintly what is known beyond it after going back. */
static void add_series(struct curves *c, const struct snapshot *s, enum image_set set, bool dashed)
{
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    static const enum canvas_mark marks[] = {MARK_DISC, MARK_RING};
    struct plot *plot = &c->plot;
    int stands = s->position + 1 < s->n_rounds ? s->position + 1 : s->n_rounds;
    if (stands < s->n_rounds)
        plot->series[plot->n_series++] = (struct plot_series){
            .points = c->points[set] + stands - 1,
            .n = s->n_rounds - stands + 1,
            .style = {ROLE_FAINT, LINE_DOTTED, 0.8},
        };
    plot->series[plot->n_series++] = (struct plot_series){
        .label = c->label[set][0] ? c->label[set] : NULL,
        .points = c->points[set],
        .n = stands,
        .style = {roles[set], dashed && set == SET_POISONED ? LINE_DASHED : LINE_SOLID, 1.2},
        .mark = marks[set],
    };
}

static void add_more(struct curves *c, const struct snapshot *s, enum axis axis, int round)
{
    static const struct canvas_style styles[CURVES_MORE] = {
        {ROLE_CLEAN, LINE_DOTTED, 1}, {ROLE_GOOD, LINE_DASHED, 1}};
    const char *name;
    int of;
    for (int k = 0; k < CURVES_MORE && axis != AXIS_TRADE; k++) {
        double start = number_percent(more_count(s, branches_unpruned(s), k, &of, &name), of);
        int n = 0, seen = more_count(s, s->rounds[round], k, &of, &name);
        if (of == 0)
            continue;
        snprintf(c->more_label[k], sizeof c->more_label[k], "%s %6.2f %% of %d", name,
            number_percent(seen, of), of);
        c->more[k] = memory_array((size_t)s->n_rounds, sizeof *c->more[k]);
        for (; n < s->n_rounds; n++) {
            double y = number_percent(more_count(s, s->rounds[n], k, &of, &name), of);
            c->more[k][n] =
                (struct canvas_point){n, axis == AXIS_DROP ? fmax(least_drop, start - y) : y};
        }
        c->plot.series[c->plot.n_series++] = (struct plot_series){
            .label = c->more_label[k], .points = c->more[k], .n = n, .style = styles[k]};
    }
}

static void add_levels(struct plot *plot, const struct snapshot *s, enum axis axis)
{
    for (int i = 0; i < s->n_thresholds && plot->n_levels < PLOT_LEVELS && s->n_rounds > 0; i++) {
        const struct threshold *threshold = &s->thresholds[i];
        if (!thresholds_possible(s, i))
            continue;
        struct plot_level *level = &plot->levels[plot->n_levels++];
        bool crossed = threshold->round >= 0 && threshold->round < s->n_rounds;
        double clean = crossed ? snapshot_clean_accuracy(s, threshold->round) : NAN;
        double base = branches_unpruned_clean(s);
        snprintf(level->label, sizeof level->label, "−%g", threshold->points);
        level->value = axis == AXIS_DROP ? threshold->points : base - threshold->points;
        level->crossed_x = crossed ? threshold->round : NAN;
        level->crossed_y = axis == AXIS_DROP ? base - clean : clean;
    }
}

/* On the trade-off there are no levels, only the point where we are. */
static void add_here(struct plot *plot, const struct snapshot *s, int round)
{
    plot->cursor = NAN;
    plot->levels[0].value = NAN;
    plot->levels[0].crossed_x = snapshot_clean_accuracy(s, round);
    plot->levels[0].crossed_y = snapshot_asr(s, round);
    plot->n_levels = 1;
}

void curves_init(struct curves *curves, const struct snapshot *snapshot,
    const struct view_state *view_state, bool dashed)
{
    const char *const names[] = {"clean accuracy", attack_rate_words(&snapshot->attacked)};
    int round = view_shown_round_of(snapshot, view_state);
    *curves = (struct curves){.plot = {.cursor = NAN}};
    set_scale(&curves->plot, snapshot, view_state->axis);
    if (snapshot->n_rounds == 0)
        return;
    come_closer(&curves->plot, snapshot, view_state, round);
    const struct branch_line now = {.n_rounds = snapshot->n_rounds, .rounds = snapshot->rounds};
    set_points(curves->points, snapshot, &now, view_state->axis);
    curves->n_past = branches_past(snapshot, CURVES_PAST, curves->past);
    for (int i = 0; i < curves->n_past; i++)
        add_past(curves, snapshot, i, view_state->axis);
    curves->plot.cursor = round;
    for (int set = N_SETS - 1; set >= 0; set--) {
        if (set == SET_POISONED && snapshot->of.attack == 0)
            continue;
        if (set == SET_CLEAN && view_state->axis == AXIS_TRADE)
            continue;
        if (view_state->axis != AXIS_TRADE)
            snprintf(curves->label[set], sizeof curves->label[set], "%s %6.2f %%", names[set],
                value_at(snapshot, set, round));
        else if (curves->n_past > 0)
            branches_name(
                snapshot, snapshot->branch, true, curves->label[set], sizeof curves->label[set]);
        add_series(curves, snapshot, set, dashed);
    }
    add_more(curves, snapshot, view_state->axis, round);
    if (view_state->axis == AXIS_TRADE)
        add_here(&curves->plot, snapshot, round);
    else
        add_levels(&curves->plot, snapshot, view_state->axis);
}

void curves_finish(struct curves *curves)
{
    for (int set = 0; set < N_SETS; set++)
        free(curves->points[set]);
    for (int k = 0; k < CURVES_MORE; k++)
        free(curves->more[k]);
    for (int i = 0; i < curves->n_past; i++)
        for (int set = 0; set < N_SETS; set++)
            free(curves->past_points[i][set]);
}

void curves_axis(const struct curves *curves, enum axis axis, char *text, int size)
{
    static const char *const names[] = {"auto", "", "loss in points, log", "attack over clean, "};
    if (axis == AXIS_DROP)
        snprintf(text, (size_t)size, "%s", names[axis]);
    else
        snprintf(text, (size_t)size, "%s%s%g–%g %%", names[axis], axis == AXIS_AUTO ? " " : "",
            curves->plot.y_low, curves->plot.y_high);
}
