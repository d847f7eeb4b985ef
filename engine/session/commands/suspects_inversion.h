/* Triggers of the classes that a search for suspects looks at, inverted on clean images, and what
 * they come to. Of few classes all are inverted; of many those that lead a shortlist
 * (defence/suspects/shortlist.h), and others by chance to compare with. Poisoned and test images
 * are not looked at. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_COMMANDS_SUSPECTS_INVERSION_H
#define SECATEUR_ENGINE_SESSION_COMMANDS_SUSPECTS_INVERSION_H

#include "engine/api/suspects.h"
#include "engine/session/machine/fields.h"

/* Fills masks, class map and verdict; moves the classes of the shortlist to the front of
 * suspect[suspects->n]. What is known so far is shown on the way. */
bool suspects_invert(
    struct session *session, struct suspects *suspects, struct suspect *suspect, struct error *err);
/* Of a counted struct suspects. */
void suspects_finish(void *object);

#endif
