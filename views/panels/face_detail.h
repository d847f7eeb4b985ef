/* One image in every pixel: clean and with the trigger side by side, and its story over the
 * rounds. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_FACE_DETAIL_H
#define SECATEUR_VIEWS_PANELS_FACE_DETAIL_H

#include "views/cells/pane.h"
#include "views/facts/faces.h"

void face_detail_draw(
    const struct pane *pane, const struct view_input *input, struct face face, int round);

#endif
