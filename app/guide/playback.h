/* Finished rounds shown one after the other: looking alone, the net stays where it is. Pure but for
 * the time it is told. Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_GUIDE_PLAYBACK_H
#define SECATEUR_APP_GUIDE_PLAYBACK_H

#include "app/commands/ui.h"

/* From the round shown, at the last one from the first; says why where there is nothing to play. */
void playback_start(struct ui *ui, double now);
void playback_stop(struct ui *ui);
/* When the next round is to be shown, in seconds of the clock; 0: nothing plays. */
double playback_due(const struct ui *ui);
/* Shows the next round where it is time; true: something changed. */
bool playback_tick(struct ui *ui, double now);

#endif
