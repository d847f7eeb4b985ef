/* The kinds of overlays, for overlay.c alone. */
#ifndef SECATEUR_APP_SCREEN_OVERLAY_KINDS_H
#define SECATEUR_APP_SCREEN_OVERLAY_KINDS_H

#include "app/screen/overlay.h"
#include "views/cells/pane.h"

extern const struct overlay_kind overlay_kind_prompt, overlay_kind_picker, overlay_kind_question,
    overlay_kind_help,
    overlay_kind_text;

/* The index-th item that the filter lets through, -1: there are not so many. */
int overlay_shown(const struct overlay *overlay, int index);

/* An empty frame with a title; returns its inside. */
struct pane overlay_box(
    const struct view_input *input, struct cells *cells, struct area area, const char *title);

/* Cells in front of the cursor, as the pane shows them. */
int overlay_column(const struct pane *pane, const struct edit *edit);

#endif
