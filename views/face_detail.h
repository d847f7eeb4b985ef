/* One image in every pixel: clean and with the trigger side by side, and its story over the
 * rounds. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACE_DETAIL_H
#define SECATEUR_VIEWS_FACE_DETAIL_H

#include "views/faces.h"
#include "views/pane.h"

void face_detail_draw(
    const struct pane *pane, const struct view_input *input, struct face face, int round);

#endif
