/* Images as points, by what the net reads of them behind all layers but the last. */
#include "views/charts/scatter_plot.h"
#include "views/figures/figure.h"

static void add_rows(struct csv *csv, const struct snapshot *s)
{
    static const char *const sets[] = {"clean", "poisoned"};
    csv_printf(csv, "set,image,component_1,component_2,flagged\n");
    for (int i = 0; i < s->scatter->n; i++) {
        const struct scatter_point *p = &s->scatter->points[i];
        csv_printf(csv, "%s,%d,%.9g,%.9g,%d\n", sets[p->set], p->image, (double)p->x, (double)p->y,
            scatter_plot_kind(s, i) == SCATTER_FLAGGED);
    }
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    const struct scatter *scatter = s->scatter;
    if (!figure_measured(f, err))
        return false;
    if (!scatter || scatter->branch != s->branch || scatter->n == 0)
        return fail_as(err, ERROR_FAILED, "no image is placed yet: :scatter places them");
    figure_name(f, "scatter", "_round%d", scatter->round);
    figure_tell(f,
        "The %d features of %s in the net of round %d, of %d images, along the first two principal "
        "components of the unpruned net's features (%.1f %% and %.1f %% of their variance)%s.",
        scatter->n_features, scatter->layer, scatter->round, scatter->n, 100 * scatter->share[0],
        100 * scatter->share[1],
        scatter->round > 0 ? "; flagged: read otherwise than by the unpruned net" : "");
    if (!figure_begin(f, 0.8 * figure_width(f), err))
        return false;
    add_rows(&f->csv, s);
    scatter_plot_draw(f->canvas, s,
        (struct canvas_box){4, 4, f->canvas->width - 8, f->canvas->height - 7}, false);
    return true;
}

const struct export export_scatter = {
    .name = "scatter",
    .view = "scatter",
    .help = "images as points: what the last layer reads of them",
    .make = make,
};
