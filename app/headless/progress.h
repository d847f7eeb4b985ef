/* A progress bar on one line of standard error with rate and time left; silent when standard
 * error is no terminal. Owner: the caller. Thread: one. */
#ifndef SECATEUR_APP_HEADLESS_PROGRESS_H
#define SECATEUR_APP_HEADLESS_PROGRESS_H

#include <stdbool.h>

enum { PROGRESS_LABEL = 64 };

struct progress {
    bool shown, drawn, unicode;
    int columns;
    double next; /* time of the next drawing: at most ten a second */
    char label[PROGRESS_LABEL];
    double label_since, seen; /* when this label began and was last looked at, seconds */
    int first, last;          /* done at its beginning, and then */
    double rate;              /* smoothed, units a second */
};

void progress_init(struct progress *progress);
bool progress_due(struct progress *progress); /* is it worth telling? */
/* total 0: unknown, shows what is done. eta < 0: the mean of all units so far is taken. */
void progress_show(struct progress *progress, const char *label, int done, int total, double eta);
void progress_clear(struct progress *progress); /* before other lines are written */

/* Writes the line into text; pure, for tests. */
void progress_line(
    const struct progress *progress, int done, int total, double eta, char *text, int size);

#endif
