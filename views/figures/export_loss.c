/* What both curves have lost, on a logarithmic scale. */
#include "views/figures/figure_curves.h"

static bool make(struct figure *f, struct error *err)
{
    return figure_curves_make(f, AXIS_DROP, err);
}

const struct export export_loss = {
    .name = "loss",
    .view = "curves",
    .help = "points lost by both curves, on a logarithmic scale",
    .title = "Points lost while pruning",
    .make = make,
};
