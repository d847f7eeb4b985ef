/* The curves on one of their axes: what the figures curves, loss and tradeoff have in common.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_FIGURE_CURVES_H
#define SECATEUR_VIEWS_FIGURES_FIGURE_CURVES_H

#include "views/cells/view_state.h"
#include "views/figures/figure.h"

bool figure_curves_make(struct figure *figure, enum axis axis, struct error *err);

#endif
