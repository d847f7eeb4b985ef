/* What a slow line is spared: faces stay as they were sent until they are looked at, or a run, not
 * a single round, has led elsewhere. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_LINK_H
#define SECATEUR_APP_SHELL_LINK_H

#include "app/commands/ui.h"

/* Before each drawing: sets view_state.lean and view_state.still. */
void link_settle(struct ui *ui);

#endif
