/* Points on the axes of a plot. */
#include "views/charts/scatter_plot.h"

#include "views/charts/plot.h"
#include "views/facts/faces.h"

#include <math.h>
#include <stdio.h>

enum { LABEL = 48, PROJECTION_LABELS = 2 };

static const struct {
    const char *word, *sign;
    enum role role;
    enum canvas_mark mark;
} kinds[N_SCATTER_KINDS] = {
    {"clean", "·", ROLE_CLEAN, MARK_DISC},
    {"poisoned", "×", ROLE_ATTACK, MARK_CROSS},
    {"flagged", "o", ROLE_GOOD, MARK_RING},
};

enum scatter_kind scatter_plot_kind(const struct snapshot *s, int point)
{
    const struct scatter_point *at = &s->scatter->points[point];
    const struct face face = {at->set, at->image};
    if (s->scatter->branch == s->branch && s->scatter->round > 0 &&
        s->scatter->round < s->n_rounds && faces_flagged(s, s->scatter->round, face))
        return SCATTER_FLAGGED;
    return at->set == SET_CLEAN ? SCATTER_CLEAN : SCATTER_POISONED;
}

const char *scatter_plot_word(enum scatter_kind kind)
{
    return kinds[kind].word;
}

const char *scatter_plot_sign(enum scatter_kind kind, enum role *role)
{
    *role = kinds[kind].role;
    return kinds[kind].sign;
}

bool scatter_plot_coincide(const struct scatter *scatter)
{
    const struct scatter_point *p = scatter->points;
    for (int i = 1; i < scatter->n; i++)
        if (p[i].x < p[0].x || p[i].x > p[0].x || p[i].y < p[0].y || p[i].y > p[0].y)
            return false;
    return scatter->n > 1;
}

static void set_range(const struct scatter *scatter, int axis, double *low, double *high)
{
    double least = (double)scatter->least[axis], most = (double)scatter->most[axis];
    double margin = most > least ? 0.03 * (most - least) : 1;
    *low = least - margin;
    *high = most + margin;
}

static void draw_point(
    struct canvas *canvas, enum scatter_kind kind, struct canvas_point at, bool signs)
{
    if (canvas->paper)
        canvas_mark(canvas, kinds[kind].role, at.x, at.y, kinds[kind].mark);
    else if (signs)
        canvas_text(
            canvas, kinds[kind].role, floor(at.x), floor(at.y), ALIGN_LEFT, kinds[kind].sign);
    else
        canvas_polyline(canvas, (struct canvas_style){kinds[kind].role, LINE_SOLID, 1}, &at, 1);
}

void scatter_plot_draw(
    struct canvas *canvas, const struct snapshot *s, struct canvas_box box, bool signs)
{
    const struct scatter *scatter = s->scatter;
    char labels[PROJECTION_LABELS][LABEL];
    struct plot plot = {.cursor = NAN};
    for (int a = 0; a < PROJECTION_LABELS; a++)
        snprintf(
            labels[a], LABEL, "component %d (%.1f %% of variance)", a + 1, 100 * scatter->share[a]);
    plot.x_label = labels[0];
    plot.y_label = labels[1];
    set_range(scatter, 0, &plot.x_low, &plot.x_high);
    set_range(scatter, 1, &plot.y_low, &plot.y_high);
    for (int k = 0; canvas->paper && k < N_SCATTER_KINDS; k++) {
        bool there = false;
        for (int i = 0; i < scatter->n; i++)
            there = there || (int)scatter_plot_kind(s, i) == k;
        if (there)
            plot.series[plot.n_series++] = (struct plot_series){.label = kinds[k].word,
                .style = {kinds[k].role, LINE_SOLID, 0},
                .mark = kinds[k].mark,
                .marks_only = true};
    }
    plot_draw(canvas, &plot, box);
    struct canvas_box region = plot_region(canvas, &plot, box);
    for (int k = 0; k < N_SCATTER_KINDS; k++) /* what is flagged lies above all */
        for (int i = 0; i < scatter->n; i++) {
            const struct scatter_point *p = &scatter->points[i];
            double x = ((double)p->x - plot.x_low) / (plot.x_high - plot.x_low);
            double y = ((double)p->y - plot.y_low) / (plot.y_high - plot.y_low);
            struct canvas_point at = {
                region.x + x * region.width, region.y + (1 - y) * region.height};
            if ((int)scatter_plot_kind(s, i) == k)
                draw_point(canvas, (enum scatter_kind)k, at, signs);
        }
}
