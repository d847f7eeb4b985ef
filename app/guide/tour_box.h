/* The tour's text below the panels. Pure. Thread: the UI's. */
#ifndef SECATEUR_APP_GUIDE_TOUR_BOX_H
#define SECATEUR_APP_GUIDE_TOUR_BOX_H

#include "app/commands/ui.h"
#include "views/cells/pane.h"

void tour_box_draw(const struct ui *ui, const struct pane *pane);

#endif
