/* The next match of a search. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMANDS_SEARCH_H
#define SECATEUR_APP_COMMANDS_COMMANDS_SEARCH_H

#include "app/commands/ui.h"

/* In the panel that has the focus; step: 1 forward, -1 back. False: the panel has no list, or no
 * search was made. */
bool commands_search_again(struct ui *ui, int step);

#endif
