/* What a newcomer is told on the empty curve: which line is which, where it should go, three keys.
 * It goes away with any key, with the first round, and by itself. Owner: struct ui. Thread: the
 * UI's. */
#ifndef SECATEUR_APP_GUIDE_WELCOME_H
#define SECATEUR_APP_GUIDE_WELCOME_H

#include "app/commands/ui.h"
#include "views/cells/view.h"

enum { WELCOME_LINES = 8, WELCOME_SECONDS = 20 /* a calm reader's time */ };

/* Begins where a net was just measured and a person is there; ends where that is over. */
void welcome_follow(struct ui *ui, double now);
void welcome_end(struct ui *ui); /* for good */
bool welcome_shows(const struct ui *ui);
double welcome_due(const struct ui *ui); /* seconds of the clock, 0: nothing */
bool welcome_tick(struct ui *ui, double now);

/* Its lines, the number of them; 0: it is not shown. */
int welcome_lines(const struct ui *ui, struct welcome_line lines[WELCOME_LINES]);

#endif
