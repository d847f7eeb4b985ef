/* The frame of a panel: double lines where the keys go. Pure. Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_FRAME_H
#define SECATEUR_APP_SCREEN_FRAME_H

#include "views/cells/pane.h"

/* Title on the left, note on the right of the upper edge; both may be "". */
void frame_draw(const struct pane *pane, const char *title, const char *note, bool focused);

#endif
