/* Ways of pruning side by side: what each leaves of the attack for the clean accuracy it costs. */
#include "engine/base/memory.h"
#include "views/charts/plot.h"
#include "views/charts/plot_series.h"
#include "views/facts/branches.h"
#include "views/figures/figure.h"
#include "views/files/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAYS_MAX = 5 };

struct ways {
    int n, branch[WAYS_MAX];
    struct branch_line line[WAYS_MAX];
    struct canvas_point *points[WAYS_MAX]; /* [n_rounds] points lost, attack success */
    char label[WAYS_MAX][96];
};

static void take(struct ways *ways, const struct snapshot *s)
{
    int past[WAYS_MAX - 1], n = branches_past(s, WAYS_MAX - 1, past);
    double base = branches_unpruned_clean(s);
    for (int i = 0; i <= n; i++) {
        int k = ways->n++, branch = i < n ? past[i] : s->branch;
        struct branch_line *line = &ways->line[k];
        *line = s->branches[branch];
        if (i == n) { /* the present one is further than its line tells */
            line->rounds = s->rounds;
            line->n_rounds = s->n_rounds;
        }
        ways->branch[k] = branch;
        char name[sizeof ways->label[k] - sizeof "branch"]; /* begins with its number */
        branches_name(s, branch, true, name, sizeof name);
        snprintf(ways->label[k], sizeof ways->label[k], "branch %s", name);
        ways->points[k] = memory_array((size_t)line->n_rounds, sizeof *ways->points[k]);
        for (int j = 0; j < line->n_rounds; j++)
            ways->points[k][j] = (struct canvas_point){base - branches_value(s, line, SET_CLEAN, j),
                branches_value(s, line, SET_POISONED, j)};
    }
}

static void add_rows(struct csv *csv, const struct snapshot *s, const struct ways *ways)
{
    char sets[KNOWLEDGE_TEXT];
    csv_printf(csv, "branch,layer,criterion,order,base,round,"
                    "channel,clean_loss,attack_success,read\n");
    for (int k = 0; k < ways->n; k++)
        for (int i = 0; i < ways->line[k].n_rounds; i++) {
            const struct branch_line *line = &ways->line[k];
            bool known = line->site >= 0 && line->site < s->n_sites;
            csv_printf(csv, "%d,", ways->branch[k] + 1);
            csv_text(csv, known ? s->sites[line->site].name : "?");
            branches_chosen(csv, line, i);
            csv_printf(csv, ",%d,%d,%d,%.17g,%.17g,%s\n", line->n_base, i, line->rounds[i]->channel,
                ways->points[k][i].x, ways->points[k][i].y,
                knowledge_sets_word(&line->rounds[i]->known, sets));
        }
}

/* As many points as the widest threshold allows and a little more, or as were lost. */
static double widest(const struct snapshot *s, const struct ways *ways)
{
    double most = 10, lost = 1;
    for (int i = 0; i < s->n_thresholds; i++)
        most = fmax(most, s->thresholds[i].points);
    for (int k = 0; k < ways->n; k++)
        for (int i = 0; i < ways->line[k].n_rounds; i++)
            lost = fmax(lost, ways->points[k][i].x);
    return fmin(most * 1.2, lost);
}

/* Below 0 where pruning made the net better, to tenths. */
static double least(const struct ways *ways)
{
    double least = 0;
    for (int k = 0; k < ways->n; k++)
        for (int i = 0; i < ways->line[k].n_rounds; i++)
            least = fmin(least, ways->points[k][i].x);
    return floor(10 * least) / 10;
}

/* The present way has the colour of the attack, the others are grey. */
static struct plot plot_of(const struct snapshot *s, const struct ways *ways)
{
    struct plot plot = {.x_low = least(ways),
        .x_high = widest(s, ways),
        .y_high = 100,
        .x_label = "clean accuracy lost (percentage points)",
        .y_label = s->attacked.surrogate ? "surrogate attack success (%)" : "attack success (%)",
        .cursor = NAN};
    for (int i = 0; i < ways->n; i++) {
        struct plot_series *series = &plot.series[plot.n_series++];
        *series = plot_series_arm(i);
        if (i == ways->n - 1) {
            series->style = (struct canvas_style){ROLE_ATTACK, LINE_SOLID, 1.3};
            series->mark = MARK_RING;
        }
        series->label = ways->label[i];
        series->points = ways->points[i];
        series->n = ways->line[i].n_rounds;
    }
    return plot;
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct ways ways = {0};
    int past[1];
    if (!figure_measured(f, err))
        return false;
    if (s->of.attack == 0)
        return fail_as(err, ERROR_FAILED, "comparing branches needs poisoned images");
    if (s->branch < 0 || s->n_rounds < 2 || branches_past(s, 1, past) == 0)
        return fail_as(err, ERROR_FAILED, "there is only one way of pruning so far");
    take(&ways, s);
    file_stem(f->stem, sizeof f->stem, "branches_%d", ways.n);
    figure_tell(f,
        "Attack success that %d ways of pruning leave, over the clean accuracy that they cost; one "
        "point for every number of pruned channels. Arrows: more of them; orange: the present way.",
        ways.n);
    struct plot plot = plot_of(s, &ways);
    bool begun = figure_begin(f, figure_legend_height(f, &plot), err);
    if (begun) {
        add_rows(&f->csv, s, &ways);
        plot_draw(f->canvas, &plot,
            (struct canvas_box){4, 2, f->canvas->width - 8, f->canvas->height - 5});
    }
    for (int i = 0; i < ways.n; i++)
        free(ways.points[i]);
    return begun;
}

const struct export export_branches = {
    .name = "branches",
    .help = "ways of pruning compared: attack left over accuracy lost",
    .title = "Ways of pruning compared",
    .of = EXPORT_MODEL,
    .make = make,
};
