/* What a new snapshot means to the person: cursors that follow, answers to what was asked.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_SNAPSHOT_EVENTS_H
#define SECATEUR_APP_SHELL_SNAPSHOT_EVENTS_H

#include "app/commands/ui.h"

/* Cursors stay where they mean something, and follow as long as nobody moved them. */
void snapshot_events_follow(struct ui *ui, const struct snapshot *old);
/* The newest message, the answer to a what-if. */
void snapshot_events_tell(struct ui *ui);

#endif
