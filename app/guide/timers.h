/* What happens by time alone. At rest nothing is due: an idle program never wakes up. Thread: the
 * UI's. */
#ifndef SECATEUR_APP_GUIDE_TIMERS_H
#define SECATEUR_APP_GUIDE_TIMERS_H

#include "app/commands/ui.h"

/* Seconds of the clock, 0: nothing. */
double timers_due(const struct ui *ui);
/* Does what is due; true: what is seen changed. rests: the engine does nothing, and ui shows it. */
bool timers_run(struct ui *ui, double now, bool rests);

#endif
