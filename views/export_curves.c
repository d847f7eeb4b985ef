/* The curves as a figure. */
#include "views/branches.h"
#include "views/curves.h"
#include "views/exports.h"
#include "views/figure.h"
#include "views/file.h"

#include <math.h>
#include <stdio.h>

static void add_branch(
    struct csv *csv, const struct snapshot *s, const struct branch_line *b, int number)
{
    bool known = b->site >= 0 && b->site < s->n_sites;
    for (int i = 0; i < b->n_rounds; i++) {
        const struct round *r = b->rounds[i];
        csv_printf(csv, "%d,%d,%d,%d,%.17g,%d,%.17g,%d,%d,%d,%d,%d,%d,%.6g,%d,%s,%s,%s,%d\n", i,
            r->channel, r->by_hand, r->clean_correct, branches_value(s, b, SET_CLEAN, i),
            r->attack_hits, branches_value(s, b, SET_POISONED, i), r->broken, r->recovered,
            r->rescued, r->reinfected, r->touched, r->judged, r->seconds, number,
            known ? s->sites[b->site].name : "?", b->criterion ? b->criterion : "?",
            b->descending ? "descending" : "ascending", b->n_base);
    }
}

/* The present branch, then those that are drawn behind it. */
static void add_rounds(struct csv *csv, const struct snapshot *s)
{
    int past[CURVES_PAST], n = branches_past(s, CURVES_PAST, past);
    struct branch_line now = {.site = s->site,
        .n_base = branches_base(s),
        .criterion = s->criterion,
        .descending = s->descending,
        .n_rounds = s->n_rounds,
        .rounds = s->rounds};
    csv_printf(csv, "round,channel,by_hand,clean_correct,clean_accuracy,attack_hits,"
                    "attack_success,broken,recovered,rescued,reinfected,touched,judged,seconds,"
                    "branch,layer,criterion,order,base\n");
    add_branch(csv, s, &now, s->branch + 1);
    for (int i = 0; i < n; i++)
        add_branch(csv, s, &s->branches[past[i]], past[i] + 1);
}

static void add_thresholds(struct notes *notes, const struct snapshot *s)
{
    char text[256] = "";
    int used = 0;
    for (int i = 0; i < s->n_thresholds && used < (int)sizeof text; i++) {
        const struct threshold *t = &s->thresholds[i];
        used += snprintf(text + used, sizeof text - (size_t)used,
            t->round >= 0 ? "%s%g pp in round %d" : "%s%g pp not crossed", i ? ", " : "", t->points,
            t->round);
    }
    notes_add(notes, "thresholds", "%s", text);
}

static void draw(struct canvas *canvas, const struct export_request *request)
{
    struct curves curves;
    curves_init(&curves, request->snapshot, request->look, true);
    if (request->look->axis != AXIS_TRADE) {
        snprintf(curves.label[SET_CLEAN], sizeof curves.label[0], "clean accuracy");
        snprintf(curves.label[SET_POISONED], sizeof curves.label[0], "attack success rate");
    }
    if (request->look->viewed < 0)
        curves.plot.cursor = NAN;
    plot_draw(
        canvas, &curves.plot, (struct canvas_box){4, 2, canvas->width - 8, canvas->height - 5});
    curves_finish(&curves);
}

static bool write_as(const struct export_request *request, enum canvas_format format,
    const char *extension, char *path, struct error *err)
{
    static const char *const axes[] = {"", "_full", "_loss", "_trade"};
    double width;
    char stem[128], where[96];
    struct notes notes;
    struct csv csv;
    if (!figure_possible(request, err) || !canvas_paper_size(request->size, &width, err))
        return false;
    notes_fill(&notes, request, "clean accuracy and attack success over pruned channels");
    add_thresholds(&notes, request->snapshot);
    figure_stem(request->snapshot, where, sizeof where);
    file_stem(stem, sizeof stem, "curves_%s%s", where, axes[request->look->axis]);
    int past[CURVES_PAST], n = branches_past(request->snapshot, CURVES_PAST, past);
    double legend = n > 0 ? 11.0 * (n + 2) : 0; /* below the plot */
    struct canvas *canvas = canvas_paper_create(format, width, 0.62 * width + legend, &notes, err);
    if (!canvas)
        return false;
    csv_init(&csv, &notes);
    add_rounds(&csv, request->snapshot);
    draw(canvas, request);
    bool written = figure_write_canvas(request, stem, extension, canvas, &csv, path, err);
    csv_finish(&csv);
    canvas_destroy(canvas);
    return written;
}

static bool write_png(const struct export_request *request, char *path, struct error *err)
{
    return write_as(request, CANVAS_PNG, "png", path, err);
}

const struct export exports_curves = {
    .name = "curves",
    .extension = "png",
    .help = "clean accuracy and attack success over the rounds, 300 dots an inch",
    .write = write_png,
};
