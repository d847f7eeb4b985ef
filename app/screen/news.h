/* What a new snapshot means to the person: cursors that follow, answers to what was asked.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_NEWS_H
#define SECATEUR_APP_SCREEN_NEWS_H

#include "app/commands/ui.h"

/* Cursors stay where they mean something, and follow as long as nobody moved them. */
void news_follow(struct ui *ui, const struct snapshot *old);
/* The newest message, the answer to a what-if. */
void news_tell(struct ui *ui);

#endif
