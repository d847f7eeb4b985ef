/* Attack success over clean accuracy, a point for each round. */
#include "views/figures/figure_curves.h"

static bool make(struct figure *f, struct error *err)
{
    return figure_curves_make(f, AXIS_TRADE, err);
}

const struct export export_tradeoff = {
    .name = "tradeoff",
    .view = "curves",
    .help = "attack success over clean accuracy",
    .title = "Attack success against clean accuracy",
    .make = make,
};
