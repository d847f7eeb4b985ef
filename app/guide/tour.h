/* The guided tour: plays the exercise by itself, explains each step, waits while somebody tries
 * something, and hands over. A step begins when the engine rests and the one before was read.
 * Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_GUIDE_TOUR_H
#define SECATEUR_APP_GUIDE_TOUR_H

#include "app/commands/ui.h"

#include <stdio.h>

struct tour_step {
    const char *title;
    const char *text; /* words in braces: guide/words.h */
    const char *view; /* panel that is looked at, NULL: the dashboard */
    /* Commands that the step begins with, each ended by a line break; then those for plain lines,
     * where there are no panels to look at. May be NULL. */
    const char *lines, *plain_lines;
    const char *arrive; /* run first by who does not come from the step before. May be NULL. */
};

const struct tour_step *tour_at(int index); /* NULL behind the last */
int tour_steps(void);

/* The demo is open as it came, or by the tour: nothing of the person's is touched. */
bool tour_may(const struct ui *ui);
void tour_start(struct ui *ui, int step, double now);
/* What was done stays, and is the person's now; a session that waits meanwhile comes back. */
void tour_leave(struct ui *ui);
void tour_pause(struct ui *ui, bool paused, double now);
void tour_next(struct ui *ui, double now); /* without waiting for the end of the step */
void tour_back(struct ui *ui, double now); /* to the step before, and the net that it began with */
bool tour_key(struct ui *ui, int key, double now); /* false: the key is not the tour's */

double tour_due(const struct ui *ui); /* seconds of the clock, 0: nothing */
bool tour_tick(struct ui *ui, double now, bool rests);

/* "Tour, 3 of 10: Prune", a step's text, and what the tour's keys do. */
void tour_title(const struct ui *ui, char *text, size_t size);
void tour_text(const struct ui *ui, int step, char *text, size_t size);
const char *tour_keys(const struct ui *ui);

/* The whole tour as a script of commands, for plain lines: malloc'd. */
char *tour_script(void);

#endif
