/* What the kinds of overlays draw with. */
#ifndef SECATEUR_APP_SCREEN_OVERLAY_KINDS_H
#define SECATEUR_APP_SCREEN_OVERLAY_KINDS_H

#include "app/screen/overlay.h"
#include "views/cells/pane.h"

/* An empty frame with a title; returns its inside. */
struct pane overlay_box(
    const struct view_input *input, struct cells *cells, struct area area, const char *title);

/* Cells in front of the cursor, as the pane shows them. */
int overlay_column(const struct pane *pane, const struct edit *edit);

#endif
