/* Pasted text: it only ever types into an open prompt, whatever is in it. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_PASTE_H
#define SECATEUR_APP_SHELL_PASTE_H

#include "app/commands/ui.h"

void paste_event(struct ui *ui, const struct event *event);
/* Of a terminal that does not mark pastes: many characters at once are no keys unless they begin
 * a prompt or one is open. True: this one was dropped. */
bool paste_drops(struct ui *ui, const struct event *event);

#endif
