/* Both curves over the rounds, on the axis of the screen. */
#include "views/figures/figure_curves.h"

static bool make(struct figure *f, struct error *err)
{
    return figure_curves_make(f, f->view_state->axis, err);
}

const struct export export_curves = {
    .name = "curves",
    .view = "curves",
    .help = "accuracy and attack success over the rounds",
    .title = "Clean accuracy and attack success",
    .make = make,
};
