/* An event of the terminal or a new snapshot, handed to the command, the overlay or the cursor that
 * it is for. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_UI_EVENTS_H
#define SECATEUR_APP_SHELL_UI_EVENTS_H

#include "app/commands/ui.h"

void ui_event(struct ui *ui, const struct event *event);
void ui_snapshot(struct ui *ui, const struct snapshot *snapshot); /* takes over a count */

#endif
