/* The figures of the curves: over the rounds, as losses, as trade-off. */
#include "views/figures/figure_curves.h"

#include "engine/measures/number.h"
#include "views/charts/curves.h"
#include "views/facts/branches.h"

#include <math.h>
#include <stdio.h>

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
        if (round >= 0 && round < s->n_rounds)
            plot->levels[plot->n_levels++] = (struct plot_level){.value = NAN,
                .crossed_x = snapshot_clean_accuracy(s, round),
                .crossed_y = snapshot_asr(s, round)};
    }
}

static void draw(const struct figure *f, const struct view_state *view_state)
{
    struct canvas *canvas = f->canvas;
    struct curves curves;
    curves_init(&curves, f->snapshot, view_state, true);
    if (view_state->axis != AXIS_TRADE) {
        snprintf(curves.label[SET_CLEAN], sizeof curves.label[0], "clean accuracy");
        snprintf(curves.label[SET_POISONED], sizeof curves.label[0], "%s rate",
            attack_rate_words(&f->snapshot->attacked));
        snprintf(curves.more_label[0], sizeof curves.more_label[0], "images held out");
        snprintf(curves.more_label[1], sizeof curves.more_label[1], "the class's own people");
    }
    if (view_state->viewed < 0)
        curves.plot.cursor = NAN;
    if (view_state->axis == AXIS_TRADE && view_state->viewed < 0)
        mark_crossings(&curves.plot, f->snapshot);
    plot_draw(
        canvas, &curves.plot, (struct canvas_box){4, 2, canvas->width - 8, canvas->height - 5});
    curves_finish(&curves);
}

/* What the figure shows, before and behind what it runs over. */
static const char *const whats[N_AXES][2] = {{"Clean accuracy and attack success rate over", "."},
    {"Clean accuracy and attack success rate over", "."},
    {"Loss of clean accuracy and of attack success, in percentage points on a logarithmic scale, "
     "over",
        "."},
    {"Attack success rate over clean accuracy, one point for each of",
        "; black circles: first beyond a threshold."}};
/* The same without poisoned images: no attack is counted, or drawn. */
static const char *const alone[N_AXES] = {"Clean accuracy over", "Clean accuracy over",
    "Loss of clean accuracy, in percentage points on a logarithmic scale, over", ""};

static void tell(struct figure *f, enum axis axis)
{
    const struct snapshot *s = f->snapshot;
    bool repair = branches_repair(s) != NULL, clean = s->n_images[SET_POISONED] == 0;
    figure_tell(f, "%s %s%s%s", clean ? alone[axis] : whats[axis][0],
        repair               ? "the rounds of a repair"
        : axis == AXIS_TRADE ? "the numbers of pruned channels"
                             : "the number of pruned channels",
        whats[axis][1],
        s->n_thresholds > 0 && axis != AXIS_TRADE
            ? " Dotted: thresholds below the clean accuracy of the unpruned net, circles where "
              "they are crossed."
            : "");
}

bool figure_curves_make(struct figure *f, enum axis axis, struct error *err)
{
    static const char *const endings[] = {"", "_full", "_loss", "_trade"};
    const struct snapshot *s = f->snapshot;
    struct view_state view_state = *f->view_state;
    int past[CURVES_PAST], n = branches_past(s, CURVES_PAST, past);
    view_state.axis = axis;
    if (!figure_measured(f, err))
        return false;
    if (axis == AXIS_TRADE && s->of.attack == 0)
        return fail_as(err, ERROR_FAILED, "without poisoned images there is no trade-off");
    figure_name(f, "curves", "%s", endings[axis]);
    tell(f, axis);
    add_thresholds(&f->metadata, s);
    /* curves are named below the plot */
    double names = 11.6 * ((n > 0 ? n + 2 : 1) + (branches_repair(s) != NULL));
    if (!figure_begin(f, figure_plot_height(f, names), err))
        return false;
    add_rounds(&f->csv, s);
    draw(f, &view_state);
    return true;
}
