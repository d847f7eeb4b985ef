/* The channels in the order of their mean activation, as bars: where pruning by it begins. */
#include "engine/base/memory.h"
#include "views/charts/bars.h"
#include "views/charts/plot.h"
#include "views/facts/channels.h"
#include "views/figures/figure.h"

#include <math.h>
#include <stdlib.h>

static double mean_of(const struct snapshot *s, enum image_set set, int channel)
{
    return (double)s->activations[channel].mean[set];
}

struct entry {
    double mean;
    int channel;
};

/* Largest first, the lower number where they are equal. */
static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->mean != y->mean)
        return x->mean < y->mean ? 1 : -1;
    return x->channel - y->channel;
}

static struct entry *sorted(const struct snapshot *s)
{
    struct entry *entries = memory_array((size_t)s->n_channels, sizeof *entries);
    for (int i = 0; i < s->n_channels; i++)
        entries[i] = (struct entry){mean_of(s, SET_CLEAN, i), i};
    qsort(entries, (size_t)s->n_channels, sizeof *entries, compare);
    return entries;
}

/* 1, 2 or 5 times a power of ten above a value. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value)));
    for (int i = 0; i < 10; i++)
        if (value <= (i + 1) * power)
            return (i + 1) * power;
    return 10 * power;
}

static void add_rows(
    struct csv *csv, const struct snapshot *s, const struct entry *entries, int round)
{
    csv_printf(csv, "place,channel,clean_mean,poisoned_mean,pruned_in_round\n");
    for (int i = 0; i < s->n_channels; i++) {
        int channel = entries[i].channel;
        csv_printf(csv, "%d,%d,%.9g,", i + 1, channel, mean_of(s, SET_CLEAN, channel));
        if (s->n_images[SET_POISONED] > 0)
            csv_printf(csv, "%.9g", mean_of(s, SET_POISONED, channel));
        csv_printf(csv, ",%d\n", snapshot_pruned_in(s, round, channel));
    }
}

static void draw_bars(struct canvas *canvas, const struct plot *plot, struct canvas_box box,
    const struct figure *f, const struct entry *entries)
{
    const struct snapshot *s = f->snapshot;
    for (int i = 0; i < s->n_channels; i++) {
        int channel = entries[i].channel;
        bool pruned = snapshot_pruned_in(s, f->round, channel) > 0;
        struct canvas_point foot = {i + 0.6, plot->y_low}, top = {i + 1.4, entries[i].mean};
        struct canvas_point from = {i + 0.55, mean_of(s, SET_POISONED, channel)};
        foot = plot_place(canvas, plot, box, foot);
        top = plot_place(canvas, plot, box, top);
        from = plot_place(canvas, plot, box, from);
        struct canvas_box bar = {foot.x, fmin(top.y, foot.y), top.x - foot.x, fabs(foot.y - top.y)};
        bars_draw(canvas, bar, pruned ? ROLE_PRUNED : ROLE_CLEAN, FILL_PLAIN);
        if (s->n_images[SET_POISONED] > 0)
            canvas_rule(canvas, (struct canvas_style){ROLE_ATTACK, LINE_SOLID, 1.1}, foot.x - 0.3,
                from.y, top.x + 0.3, from.y);
    }
}

static struct plot plot_of(const struct snapshot *s)
{
    struct plot plot = {.x_low = 0.5,
        .x_high = s->n_channels + 0.5,
        .x_label = "channels, most active first",
        .y_label = "mean activation",
        .cursor = NAN};
    for (int i = 0; i < s->n_channels; i++)
        for (int set = 0; set < N_SETS; set++) {
            double mean = s->n_images[set] > 0 ? mean_of(s, (enum image_set)set, i) : 0;
            plot.y_high = fmax(plot.y_high, mean);
            plot.y_low = fmin(plot.y_low, mean);
        }
    plot.y_high = plot.y_high > 0 ? round_up(plot.y_high) : 1;
    plot.y_low = plot.y_low < 0 ? -round_up(-plot.y_low) : 0;
    return plot;
}

static void draw(const struct figure *f, const struct entry *entries)
{
    const struct snapshot *s = f->snapshot;
    struct canvas *canvas = f->canvas;
    struct plot plot = plot_of(s);
    struct canvas_box box = {4, 2, canvas->width - 8, canvas->height - 1.6 * canvas->line};
    plot_draw(canvas, &plot, box);
    draw_bars(canvas, &plot, box, f, entries);
    struct bars_key keys[3] = {{.label = "clean", .role = ROLE_CLEAN}};
    int n = 1;
    if (f->round > 0)
        keys[n++] = (struct bars_key){.label = "clean, pruned", .role = ROLE_PRUNED};
    if (s->n_images[SET_POISONED] > 0)
        keys[n++] = (struct bars_key){.label = "poisoned", .role = ROLE_ATTACK, .fill = FILL_LINE};
    bars_legend(canvas, keys, n, plot_region(canvas, &plot, box).x,
        canvas->height - 0.8 * canvas->line, canvas->width - 30);
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    if (!figure_measured(f, err))
        return false;
    if (!s->activations || s->n_channels == 0)
        return fail_as(err, ERROR_FAILED, "the activations are not measured yet");
    figure_name(f, "activations", "_round%d", f->round);
    figure_tell(f,
        "Channels in the order of their mean activation on clean images%s. Grey: the %d "
        "channels that are pruned in %s.",
        s->n_images[SET_POISONED] > 0 ? "; lines: the same channels on poisoned images" : "",
        f->round, f->net);
    if (!figure_begin(f, figure_plot_height(f, 12), err))
        return false;
    struct entry *entries = sorted(s);
    add_rows(&f->csv, s, entries, f->round);
    draw(f, entries);
    free(entries);
    return true;
}

const struct export export_activations = {
    .name = "activations",
    .view = "channels",
    .help = "channels sorted by mean activation, as bars",
    .title = "Channels by mean activation",
    .of = EXPORT_NET,
    .make = make,
};
