/* The figures of the curves: over the rounds, as losses, as trade-off. */
#include "views/figures/figure_curves.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/charts/curves.h"
#include "views/charts/plot_series.h"
#include "views/facts/branches.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a repair's plot shows besides. */
static void add_repair(struct csv *csv, const struct snapshot *s, const struct round *r)
{
    int n, own = branches_own(s, r, &n);
    csv_printf(csv, ",%s,", r->repair.name ? r->repair.name : "none");
    if (s->n_held_out > 0 && r->held_out_correct >= 0)
        csv_printf(csv, "%.17g", number_percent(r->held_out_correct, s->n_held_out));
    csv_printf(csv, ",");
    if (n > 0)
        csv_printf(csv, "%.17g", number_percent(own, n));
}

static void add_branch(
    struct csv *csv, const struct snapshot *s, const struct branch_line *b, int number)
{
    const struct branch_line start = {.rounds = (const struct round *[]){branches_unpruned(s)}};
    bool known = b->site >= 0 && b->site < s->n_sites;
    char sets[KNOWLEDGE_TEXT];
    for (int i = 0; i < b->n_rounds; i++) {
        const struct round *r = b->rounds[i];
        double clean = branches_value(s, b, SET_CLEAN, i);
        double attack = branches_value(s, b, SET_POISONED, i);
        double lost = branches_value(s, &start, SET_CLEAN, 0) - clean;
        csv_printf(csv, "%d,%d,%d,%d,%.17g,", i, r->channel, r->by_hand, r->clean_correct, clean);
        if (s->n_images[SET_POISONED] > 0)
            csv_printf(csv, "%d,%.17g,%.17g,%.17g,", r->attack_hits, attack, lost,
                branches_value(s, &start, SET_POISONED, 0) - attack);
        else
            csv_printf(csv, ",,%.17g,,", lost);
        csv_printf(csv, "%d,%d,%d,%d,%d,%d,", r->broken, r->recovered, r->rescued, r->reinfected,
            r->touched, number);
        csv_text(csv, known ? s->sites[b->site].name : "?");
        branches_chosen(csv, b, i);
        csv_printf(csv, ",%d,%s", b->n_base, knowledge_sets_word(&r->known, sets));
        if (branches_repair(s))
            add_repair(csv, s, r);
        csv_printf(csv, "\n");
    }
}

/* The present branch, then those that are drawn behind it. */
static void add_rounds(struct csv *csv, const struct snapshot *s)
{
    int past[CURVES_PAST], n = branches_past(s, CURVES_PAST, past);
    struct branch_line now = {.site = s->site,
        .n_base = snapshot_base(s),
        .criterion = s->criterion,
        .descending = s->descending,
        .n_rounds = s->n_rounds,
        .rounds = s->rounds};
    csv_printf(csv, "round,channel,by_hand,clean_correct,clean_accuracy,attack_hits,"
                    "attack_success,clean_loss,attack_loss,broken,recovered,rescued,reinfected,"
                    "touched,branch,layer,criterion,order,base,read");
    csv_printf(csv, branches_repair(s) ? ",repair,held_out_accuracy,own_accuracy\n" : "\n");
    add_branch(csv, s, &now, s->branch + 1);
    for (int i = 0; i < n; i++)
        add_branch(csv, s, &s->branches[past[i]], past[i] + 1);
}

static void add_thresholds(struct metadata *metadata, const struct snapshot *s)
{
    char text[256] = "";
    int used = 0;
    for (int i = 0; i < s->n_thresholds && used < (int)sizeof text; i++) {
        const struct threshold *t = &s->thresholds[i];
        used += snprintf(text + used, sizeof text - (size_t)used,
            t->round >= 0 ? "%s%g pp in round %d" : "%s%g pp not crossed", i ? ", " : "", t->points,
            t->round);
    }
    metadata_add(metadata, "thresholds", "%s", text);
}

/* On the trade-off thresholds are places on the curve. */
static void mark_crossings(struct plot *plot, const struct snapshot *s)
{
    plot->n_levels = 0;
    for (int i = 0; i < s->n_thresholds && plot->n_levels < PLOT_LEVELS; i++) {
        int round = s->thresholds[i].round;
        if (round < 0 || round >= s->n_rounds)
            continue;
        struct plot_level *level = &plot->levels[plot->n_levels++];
        *level = (struct plot_level){.value = NAN,
            .crossed_x = snapshot_clean_accuracy(s, round),
            .crossed_y = snapshot_asr(s, round)};
        snprintf(level->label, sizeof level->label, "−%g", s->thresholds[i].points);
    }
}

/* What is drawn beside the curves of the screen. */
struct drawing {
    struct curves curves;
    char across[64];                   /* name of the axis */
    struct canvas_point *band[N_SETS]; /* [2 n_rounds] NULL: none */
};

static const char trade_label[] = "attack success (arrows: more channels pruned)";

/* The series of the present rounds of a set. */
static struct plot_series *series_of(struct curves *c, enum image_set set)
{
    for (int i = 0; i < c->plot.n_series; i++)
        if (c->plot.series[i].points == c->points[set] && c->points[set])
            return &c->plot.series[i];
    return NULL;
}

/* The last place of the present curves, or of earlier ones. */
static double last_x(const struct plot *plot, bool past)
{
    double last = 1;
    for (int i = 0; i < plot->n_series; i++)
        for (int k = 0; plot->series[i].past == past && k < plot->series[i].n; k++)
            last = fmax(last, plot->series[i].points[k].x);
    return last;
}

/* Do the curves end well before the axis does, as 7 rounds of 160 would? Earlier ones that are much
 * longer are cut: the present one is what the figure is about. */
static void fit_rounds(struct drawing *d, const struct snapshot *s)
{
    struct plot *plot = &d->curves.plot;
    double last = last_x(plot, false), past = last_x(plot, true);
    if (past < 2.5 * last)
        last = fmax(last, past);
    if (last > 0.8 * plot->x_high)
        return;
    snprintf(d->across, sizeof d->across, "%s (of %g)",
        branches_repair(s) ? "repair rounds" : "pruned channels", plot->x_high);
    plot->x_high = last;
    plot->x_label = d->across;
}

/* The clean accuracies that there are, to round numbers. */
static void fit_trade(struct plot *plot)
{
    double low = 100, high = 0;
    for (int i = 0; i < plot->n_series; i++)
        for (int k = 0; k < plot->series[i].n; k++) {
            low = fmin(low, plot->series[i].points[k].x);
            high = fmax(high, plot->series[i].points[k].x);
        }
    double span = high - low, step = span > 40 ? 10 : span > 10 ? 5 : 1;
    plot->x_low = fmax(0, floor(low / step) * step);
    plot->x_high = fmin(100, ceil(high / step) * step);
    enum { LEAST = 5 }; /* points, so that one net alone is no line of its own */
    if (plot->x_high - plot->x_low < LEAST)
        plot->x_low = fmax(0, plot->x_high - LEAST);
    if (plot->x_high - plot->x_low < LEAST)
        plot->x_high = LEAST;
}

/* Earlier ways in greys, all with a direction, and what stands for what. */
static void dress_trade(struct drawing *d, const struct figure *f, const struct view_state *look)
{
    struct plot *plot = &d->curves.plot;
    int arm = 0;
    for (int i = 0; i < plot->n_series; i++) {
        struct plot_series *series = &plot->series[i];
        if (series->past) {
            const struct plot_series dress = plot_series_arm(arm++);
            series->style = dress.style;
            series->mark = dress.mark;
        }
        series->arrows = true;
    }
    struct plot_series *now = series_of(&d->curves, SET_POISONED);
    if (now && !now->label)
        now->label = trade_label;
    if (look->viewed < 0)
        mark_crossings(plot, f->snapshot);
    fit_trade(plot);
}

/* The edge of the 95 % intervals: along their lower ends, and back along the upper ones. */
static void add_band(struct drawing *d, const struct figure *f, enum image_set set)
{
    const struct snapshot *s = f->snapshot;
    struct plot_series *series = series_of(&d->curves, set);
    int n = s->n_rounds, of = snapshot_counted(s, set);
    char *label = d->curves.label[set];
    if (!series || of <= 0)
        return;
    d->band[set] = memory_array(2 * (size_t)n, sizeof *d->band[set]);
    for (int i = 0; i < n; i++) {
        const struct round *r = s->rounds[i];
        const struct number_interval wilson =
            number_interval(set == SET_CLEAN ? r->clean_correct : r->attack_hits, of);
        d->band[set][i] = (struct canvas_point){i, wilson.low};
        d->band[set][2 * n - 1 - i] = (struct canvas_point){i, wilson.high};
    }
    series->band = d->band[set];
    series->n_band = 2 * n;
    size_t used = strlen(label);
    snprintf(label + used, sizeof d->curves.label[set] - used, ", n = %d", of);
}

/* Dashes of the attack let the line of clean accuracy below them be seen. */
static void bring_attack_forward(struct curves *c)
{
    struct plot_series *clean = series_of(c, SET_CLEAN), *attack = series_of(c, SET_POISONED);
    if (!clean || !attack || clean < attack)
        return;
    struct plot_series swapped = *clean;
    *clean = *attack;
    *attack = swapped;
}

/* On paper nobody knows what the number in front of a branch's name is. */
static void name_past(struct drawing *d, const struct snapshot *s)
{
    struct curves *c = &d->curves;
    char name[sizeof c->past_label[0] - sizeof "branch"];
    for (int i = 0; i < c->n_past; i++) {
        branches_name(s, c->past[i], true, name, sizeof name);
        snprintf(c->past_label[i], sizeof c->past_label[i], "branch %s", name);
    }
}

static void name_series(struct drawing *d, const struct figure *f, enum axis axis)
{
    struct curves *c = &d->curves;
    snprintf(c->label[SET_CLEAN], sizeof c->label[0], "clean accuracy");
    snprintf(c->label[SET_POISONED], sizeof c->label[0], "%s rate",
        attack_rate_words(&f->snapshot->attacked));
    snprintf(c->more_label[0], sizeof c->more_label[0], "images held out");
    snprintf(c->more_label[1], sizeof c->more_label[1], "the class's own people");
    for (int set = 0; set < N_SETS && f->style.intervals && axis != AXIS_DROP; set++)
        add_band(d, f, (enum image_set)set);
}

/* Circles are named where there is one. */
static void name_crossings(struct plot *plot)
{
    bool crossed = false;
    for (int i = 0; i < plot->n_levels; i++)
        crossed = crossed || isfinite(plot->levels[i].crossed_x);
    if (crossed && plot->n_series < PLOT_SERIES)
        plot->series[plot->n_series++] =
            (struct plot_series){.label = "first net beyond a threshold",
                .style = {ROLE_BOTH, LINE_SOLID, 0.8},
                .mark = MARK_CIRCLE,
                .marks_only = true};
}

static void dress(struct drawing *d, const struct figure *f, const struct view_state *view_state)
{
    curves_init(&d->curves, f->snapshot, view_state, true);
    name_past(d, f->snapshot);
    if (view_state->viewed < 0)
        d->curves.plot.cursor = NAN;
    if (view_state->axis == AXIS_TRADE) {
        dress_trade(d, f, view_state);
    } else {
        name_series(d, f, view_state->axis);
        fit_rounds(d, f->snapshot);
        bring_attack_forward(&d->curves);
    }
    if (view_state->axis != AXIS_TRADE || view_state->viewed < 0)
        name_crossings(&d->curves.plot);
}

/* What the figure shows, before and behind what it runs over. */
static const char *const whats[N_AXES][2] = {{"Clean accuracy and attack success rate over", "."},
    {"Clean accuracy and attack success rate over", "."},
    {"Loss of clean accuracy and of attack success, in percentage points on a logarithmic scale, "
     "over",
        "."},
    {"Attack success rate over clean accuracy, one point for each of",
        "; arrows: more channels pruned; black circles: first net beyond a threshold, in points "
        "lost."}};
/* The same without poisoned images: no attack is counted, or drawn. */
static const char *const alone[N_AXES] = {"Clean accuracy over", "Clean accuracy over",
    "Loss of clean accuracy, in percentage points on a logarithmic scale, over", ""};

static void tell(struct figure *f, enum axis axis)
{
    const struct snapshot *s = f->snapshot;
    char seen[48] = "", bands[96] = "";
    if (f->view_state->viewed >= 0 && axis != AXIS_TRADE)
        snprintf(seen, sizeof seen, " Upright: round %d.", f->round);
    if (f->style.intervals && (axis == AXIS_AUTO || axis == AXIS_FULL))
        snprintf(bands, sizeof bands, " Bands: 95 %% Wilson intervals of n images.");
    bool repair = branches_repair(s) != NULL, clean = s->n_images[SET_POISONED] == 0;
    figure_tell(f, "%s %s%s%s%s%s", clean ? alone[axis] : whats[axis][0],
        repair               ? "the rounds of a repair"
        : axis == AXIS_TRADE ? "the numbers of pruned channels"
                             : "the number of pruned channels",
        whats[axis][1],
        s->n_thresholds > 0 && axis != AXIS_TRADE
            ? " Dotted: thresholds below the clean accuracy of the unpruned net, circles where "
              "they are crossed."
            : "",
        seen, bands);
}

bool figure_curves_make(struct figure *f, enum axis axis, struct error *err)
{
    static const char *const endings[] = {"", "_full", "_loss", "_trade"};
    const struct snapshot *s = f->snapshot;
    struct view_state view_state = *f->view_state;
    view_state.axis = axis;
    if (!figure_measured(f, err))
        return false;
    if (axis == AXIS_TRADE && s->of.attack == 0)
        return fail_as(err, ERROR_FAILED, "without poisoned images there is no trade-off");
    figure_name(f, "curves", "%s", endings[axis]);
    tell(f, axis);
    add_thresholds(&f->metadata, s);
    struct drawing drawing = {0};
    dress(&drawing, f, &view_state);
    bool begun = figure_begin(f, figure_legend_height(f, &drawing.curves.plot), err);
    if (begun) {
        add_rounds(&f->csv, s);
        plot_draw(f->canvas, &drawing.curves.plot,
            (struct canvas_box){4, 2, f->canvas->width - 8, f->canvas->height - 5});
    }
    curves_finish(&drawing.curves);
    for (int set = 0; set < N_SETS; set++)
        free(drawing.band[set]);
    return begun;
}
