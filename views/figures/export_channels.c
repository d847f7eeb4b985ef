/* The channels' activations and what is pruned, as a figure. */
#include "views/charts/heatmap.h"
#include "views/charts/plot_ticks.h"
#include "views/figures/figure.h"

#include <math.h>
#include <stdio.h>

static void add_channels(struct csv *csv, const struct snapshot *s, const struct channels *c)
{
    csv_printf(csv, "place,channel,rank,pruned_in_round,score,clean_mean,clean_deviation,"
                    "clean_spread,clean_max,clean_zeros,poisoned_mean,poisoned_deviation,"
                    "poisoned_spread,poisoned_max,poisoned_zeros\n");
    for (int i = 0; i < c->n; i++) {
        int channel = c->order[i];
        const struct channel_activation *a = &s->activations[channel];
        csv_printf(csv, "%d,%d,%d,%d,%.9g", i, channel, c->rank[channel], c->pruned_in[channel],
            s->scores ? (double)s->scores[channel] : 0.0);
        for (int set = 0; set < N_SETS; set++)
            csv_printf(csv, ",%.9g,%.9g,%.9g,%.9g,%.9g", (double)a->mean[set],
                (double)a->deviation[set], (double)a->spread[set], (double)a->max[set],
                (double)a->zeros[set]);
        csv_printf(csv, "\n");
    }
}

/* Numbers that stand below a scale. */
struct numbers {
    int n;
    double from[PLOT_TICKS], to[PLOT_TICKS];
};

/* Below x, unless one that stands there already is too near. */
static void write_number(
    struct canvas *canvas, struct numbers *numbers, double value, double x, double y)
{
    char text[32];
    snprintf(text, sizeof text, "%s%g", value < 0 ? "−" : "", fabs(value));
    double half = canvas_text_width(canvas, text) / 2, gap = 0.6 * canvas->em;
    for (int i = 0; i < numbers->n; i++)
        if (x - half < numbers->to[i] + gap && x + half > numbers->from[i] - gap)
            return;
    numbers->from[numbers->n] = x - half;
    numbers->to[numbers->n++] = x + half;
    canvas_rule(canvas, (struct canvas_style){ROLE_FRAME, LINE_SOLID, 0.5}, x, y, x, y + 2);
    canvas_text(canvas, ROLE_FAINT, x, y + 0.75 * canvas->line, ALIGN_CENTRE, text);
}

/* Round numbers on the root scale of a ramp: 0, then from the ends inwards, where there is room. */
static void write_numbers(struct canvas *canvas, struct canvas_box box, double low, double most)
{
    double ticks[PLOT_TICKS], y = box.y + box.height;
    struct numbers numbers = {0};
    int n = 0;
    for (int wanted = 5; n < 3 && wanted < 12; wanted++) /* on both sides of 0 */
        n = plot_ticks(low * most, most, wanted, ticks);
    for (int order = -1; order < n; order++) {
        int from = order % 2 ? order / 2 : n - 1 - order / 2; /* right end, left end, … */
        double value = order < 0 ? 0 : ticks[from];
        double root = copysign(sqrt(fabs(value) / most), value);
        write_number(canvas, &numbers, value, box.x + box.width * (root - low) / (1 - low), y);
    }
}

static void draw_scale(
    struct canvas *canvas, const struct heatmap *map, struct canvas_box box, bool difference)
{
    enum { STEPS = 64 };
    double low = difference ? -1 : 0;
    for (int i = 0; i < STEPS; i++) {
        double share = low + (1 - low) * (i + 0.5) / STEPS;
        struct canvas_box step = {
            box.x + box.width * i / STEPS, box.y, box.width / STEPS + 0.2, box.height};
        canvas_shade(canvas, step,
            difference ? theme_difference(canvas->theme, share) : theme_activation(share), share);
    }
    write_numbers(
        canvas, box, low, difference ? map->channels->most_difference : map->channels->most);
    canvas_text(canvas, ROLE_TEXT, box.x + box.width / 2, box.y - 0.6 * canvas->line, ALIGN_CENTRE,
        difference ? "change by the trigger" : "mean activation");
}

static void draw(struct canvas *canvas, const struct snapshot *s, const struct channels *channels)
{
    struct canvas_box box = {4, 4, canvas->width - 8, canvas->height - 4.4 * canvas->line};
    struct heatmap map;
    if (!heatmap_fit(&map, canvas, s, channels, box))
        return;
    heatmap_draw(canvas, &map, box);
    double room = box.width - map.label, y = canvas->height - 1.9 * canvas->line;
    struct canvas_box scale = {box.x + map.label, y, 0.44 * room, 0.5 * canvas->line};
    draw_scale(canvas, &map, scale, false);
    scale.x += 0.54 * room;
    if (channels->poisoned)
        draw_scale(canvas, &map, scale, true);
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct channels channels;
    if (!figure_measured(f, err))
        return false;
    if (!s->activations)
        return fail_as(err, ERROR_FAILED, "the activations are not measured yet");
    bool poisoned = s->n_images[SET_POISONED] > 0;
    figure_name(f, "channels", "_round%d", f->round);
    figure_tell(f,
        "Mean activation of every channel on clean%s on a root scale. Crosses: the %d channels "
        "that are pruned in %s.",
        poisoned ? " and poisoned images and their difference, all" : " images,", f->round, f->net);
    if (!figure_begin(f, poisoned ? 127 : 90, err))
        return false;
    channels_init(&channels, s, f->view_state);
    add_channels(&f->csv, s, &channels);
    draw(f->canvas, s, &channels);
    channels_finish(&channels);
    return true;
}

const struct export export_channels = {
    .name = "channels",
    .view = "channels",
    .help = "activations of all channels and what is pruned",
    .title = "Activations of the channels",
    .of = EXPORT_NET,
    .make = make,
};
