/* A repair that held-out clean images choose: each try is a branch of its own from the net as it
 * stood, and the net is measured behind it. The one that is kept learns once more, from all clean
 * images, in a branch of its own, and that one stands in the end; or the net as it stood. Poisoned
 * and test images are not looked at. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_COMMANDS_REPAIR_CHOICE_H
#define SECATEUR_ENGINE_SESSION_COMMANDS_REPAIR_CHOICE_H

#include "engine/defence/repairs/choice.h"
#include "engine/session/machine/fields.h"

/* Begins the first try. rounds: of each; 0: as many as a repair takes by itself. Any other work,
 * and a pause, ends the choice; the branches stay. */
bool repair_choice_begin(
    struct session *session, const struct choice_plan *plan, int rounds, struct error *err);
void repair_choice_drop(struct session *session); /* what is under way, if anything is */

#endif
