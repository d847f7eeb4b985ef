/* Leaving the program. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMANDS_QUIT_H
#define SECATEUR_APP_COMMANDS_COMMANDS_QUIT_H

#include "app/commands/ui.h"

/* Is there a pruned net in no file that one more key press does not bring back? */
bool commands_unsaved(const struct ui *ui);
/* Ctrl-C: pauses and asks; the second time, or while a journal is replayed, leaves. */
void commands_interrupt(struct ui *ui);

#endif
