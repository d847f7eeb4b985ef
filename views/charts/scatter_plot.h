/* Images as points along two principal components: clean, poisoned, and flagged in a round; drawn
 * once for screen and paper. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_SCATTER_PLOT_H
#define SECATEUR_VIEWS_CHARTS_SCATTER_PLOT_H

#include "engine/api/scatter.h"
#include "engine/api/snapshot.h"
#include "views/charts/canvas.h"

enum scatter_kind { SCATTER_CLEAN, SCATTER_POISONED, SCATTER_FLAGGED, N_SCATTER_KINDS };

/* Flagged: the net of the scatter's round answers otherwise than the unpruned net. */
enum scatter_kind scatter_plot_kind(const struct snapshot *snapshot, int point);
const char *scatter_plot_word(enum scatter_kind kind); /* "clean" … */
/* The sign of a kind where dots have no colour, and its role. */
const char *scatter_plot_sign(enum scatter_kind kind, enum role *role);
/* Is every point where all others are? */
bool scatter_plot_coincide(const struct scatter *scatter);
/* signs: one for each cell in place of dots; of a canvas of cells. */
void scatter_plot_draw(
    struct canvas *canvas, const struct snapshot *snapshot, struct canvas_box box, bool signs);

#endif
