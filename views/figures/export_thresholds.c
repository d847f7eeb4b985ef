/* Clean accuracy and attack success of the unpruned net, of B' at each threshold and of the trivial
 * defence, as bars. */
#include "engine/measures/number.h"
#include "views/charts/bars.h"
#include "views/charts/plot.h"
#include "views/facts/thresholds.h"
#include "views/figures/figure.h"

#include <math.h>
#include <stdio.h>

static void add_share(struct csv *csv, int hits, int n)
{
    struct number_interval wilson = number_interval(hits, n);
    if (n <= 0 || hits < 0)
        csv_printf(csv, ",,,,,");
    else
        csv_printf(csv, ",%d,%d,%.17g,%.17g,%.17g", n, hits, number_percent(hits, n), wilson.low,
            wilson.high);
}

static void add_plain(struct csv *csv, int hits, int n)
{
    if (n <= 0 || hits < 0)
        csv_printf(csv, ",,,");
    else
        csv_printf(csv, ",%d,%d,%.17g", n, hits, number_percent(hits, n));
}

static void add_rows(struct csv *csv, const struct threshold_nets *nets)
{
    static const char *const names[] = {"validation", "test"};
    csv_printf(csv, "threshold,channels_pruned,data,n_clean,clean_correct,clean_accuracy,clean_low,"
                    "clean_high,n_poisoned,attack_hits,attack_success,attack_low,attack_high,"
                    "n_own,own_correct,own_accuracy,n_robust,robust_correct,robust_accuracy\n");
    for (int data = 0; data <= nets->tested; data++)
        for (int i = 0; i < nets->n; i++) {
            const struct threshold_net *net = &nets->net[i];
            if (i == 0 || net->trivial)
                csv_printf(csv, net->trivial ? "never answer target," : "unpruned,");
            else
                csv_printf(csv, "%.17g,", net->points);
            if (net->round >= 0)
                csv_printf(csv, "%d", net->pruned);
            csv_printf(csv, ",%s", names[data]);
            const struct outcome *count = &net->count[data], *of = &nets->of[data];
            add_share(csv, count->clean, of->clean);
            add_share(csv, count->attack, of->attack);
            add_plain(csv, count->own, of->own);
            add_plain(csv, count->robust, of->robust);
            csv_printf(csv, "\n");
        }
}

/* One bar with its interval, the ring of another set (NAN: none), and its number above all. */
static void draw_bar(struct canvas *canvas, const struct plot *plot, struct canvas_box box,
    double centre, double half, int hits, int n, enum image_set set, double ring)
{
    double value = number_percent(hits, n);
    struct number_interval wilson = number_interval(hits, n);
    struct canvas_point foot =
        plot_place(canvas, plot, box, (struct canvas_point){centre - half, 0});
    struct canvas_point top =
        plot_place(canvas, plot, box, (struct canvas_point){centre + half, value});
    struct canvas_point low =
        plot_place(canvas, plot, box, (struct canvas_point){centre, wilson.low});
    struct canvas_point high =
        plot_place(canvas, plot, box, (struct canvas_point){centre, wilson.high});
    double width = top.x - foot.x;
    bars_draw(canvas, (struct canvas_box){foot.x, top.y, width, foot.y - top.y},
        set == SET_CLEAN ? ROLE_CLEAN : ROLE_ATTACK, set == SET_CLEAN ? FILL_PLAIN : FILL_HATCHED);
    bars_whisker(canvas, low.x, low.y, high.y, fmin(4, 0.5 * width));
    char text[16];
    snprintf(text, sizeof text, value == 100 ? "%.0f" : "%.1f", value);
    double above = high.y;
    if (isfinite(ring)) {
        struct canvas_point at = plot_place(canvas, plot, box, (struct canvas_point){centre, ring});
        canvas_mark(canvas, ROLE_BOTH, at.x, at.y, MARK_RING);
        above = fmin(above, at.y - 2);
    }
    if (canvas_text_width(canvas, text) <= 1.12 * width)
        canvas_text(canvas, ROLE_TEXT, low.x, above - 0.55 * canvas->line, ALIGN_CENTRE, text);
}

static int count_of(const struct outcome *outcome, int set)
{
    return set == SET_CLEAN ? outcome->clean : outcome->attack;
}

static void draw_nets(struct canvas *canvas, const struct plot *plot, struct canvas_box box,
    const struct threshold_nets *nets)
{
    int data = nets->tested;
    bool both = nets->of[data].attack > 0;
    double half = both ? 0.21 : 0.3;
    for (int i = 0; i < nets->n; i++)
        for (int set = 0; set < N_SETS; set++) {
            int hits = count_of(&nets->net[i].count[data], set), n = count_of(&nets->of[data], set);
            double centre = i + (!both ? 0 : set == SET_CLEAN ? -half : half);
            if (n <= 0 || hits < 0)
                continue;
            int seen = count_of(&nets->net[i].count[DATA_VALIDATION], set);
            double ring = nets->tested && seen >= 0
                              ? outcome_percent(seen, count_of(&nets->of[DATA_VALIDATION], set))
                              : NAN;
            draw_bar(canvas, plot, box, centre, 0.94 * half, hits, n, (enum image_set)set, ring);
        }
}

static void draw(struct canvas *canvas, const struct threshold_nets *nets, const struct snapshot *s)
{
    const struct bars_key keys[] = {{.label = "clean accuracy", .role = ROLE_CLEAN},
        {.label = attack_rate_words(&s->attacked), .role = ROLE_ATTACK, .fill = FILL_HATCHED},
        {.label = "validation", .role = ROLE_BOTH, .mark = MARK_RING}};
    char text[THRESHOLD_NETS][48];
    const char *names[THRESHOLD_NETS];
    struct plot plot = {.x_low = -0.5,
        .x_high = nets->n - 0.5,
        .y_high = 100,
        .y_label = nets->tested ? "test images (%)" : "validation images (%)",
        .cursor = NAN,
        .names = names,
        .n_names = nets->n,
        .head = 1.2};
    for (int i = 0; i < nets->n; i++) {
        const struct threshold_net *net = &nets->net[i];
        if (i == 0 || net->trivial)
            snprintf(text[i], sizeof text[i], net->trivial ? "never\nthe target" : "unpruned");
        else if (net->round < 0)
            snprintf(text[i], sizeof text[i], "−%g pp\nnot lost", net->points);
        else
            snprintf(text[i], sizeof text[i], "−%g pp\n%d of %d", net->points, net->round,
                s->n_channels);
        names[i] = text[i];
    }
    struct canvas_box box = {4, 2, canvas->width - 8, canvas->height - 1.6 * canvas->line};
    plot_draw(canvas, &plot, box);
    draw_nets(canvas, &plot, box, nets);
    bool poisoned = nets->of[DATA_VALIDATION].attack > 0;
    struct bars_key shown[3] = {keys[0], keys[poisoned ? 1 : 2], keys[2]};
    bars_legend(canvas, shown, 1 + poisoned + nets->tested, plot_region(canvas, &plot, box).x,
        canvas->height - 0.8 * canvas->line, canvas->width - 30);
}

static bool make(struct figure *f, struct error *err)
{
    struct threshold_nets nets;
    if (!figure_measured(f, err))
        return false;
    threshold_nets_collect(&nets, f->snapshot);
    figure_name(f, "thresholds", "%s", "");
    figure_tell(f,
        "Clean accuracy%s of the unpruned net and of the first nets that lost the given points of "
        "clean accuracy%s, %s, with 95 %% Wilson intervals. Below the names: channels pruned.",
        f->snapshot->of.attack > 0 ? " and attack success rate" : "",
        nets.net[nets.n - 1].trivial
            ? ", and of the trivial defence: the unpruned net that never answers the target"
            : "",
        nets.tested ? "on test images, which were not used to choose; rings: validation images"
                    : "on validation images");
    if (!figure_begin(f, figure_plot_height(f, 12), err))
        return false;
    add_rows(&f->csv, &nets);
    draw(f->canvas, &nets, f->snapshot);
    return true;
}

const struct export export_thresholds = {
    .name = "thresholds",
    .view = "thresholds",
    .help = "accuracy and attack success at each threshold",
    .title = "The nets of the thresholds",
    .make = make,
};
