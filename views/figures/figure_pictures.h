/* Images side by side, pixel for pixel: what the figures face, pair and faces have in common.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_FIGURE_PICTURES_H
#define SECATEUR_VIEWS_FIGURES_FIGURE_PICTURES_H

#include "views/facts/faces.h"
#include "views/figures/figure.h"

/* The images of the present filter, and the place of the cursor among them. False with err when
 * there is none; else the caller finishes `faces`. */
bool figure_pictures_select(
    const struct figure *figure, struct faces *faces, int *cursor, struct error *err);
/* The picture and the table of n >= 1 images; name and caption are the caller's. */
bool figure_pictures_make(
    struct figure *figure, const struct face *faces, int n, struct error *err);

#endif
