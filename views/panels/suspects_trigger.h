/* A trigger as pictures with captions, side by side. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_SUSPECTS_TRIGGER_H
#define SECATEUR_VIEWS_PANELS_SUSPECTS_TRIGGER_H

#include "engine/api/inverted_trigger.h"
#include "views/cells/pane.h"

/* Fills the pane from the top; returns the row behind. */
int suspects_trigger_draw(const struct pane *pane, const struct snapshot *snapshot,
    const struct inverted_trigger *trigger);

#endif
