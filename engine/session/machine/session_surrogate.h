/* Surrogate poisoned sets of the session: its clean images with a trigger that a search for
 * suspects inverted. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SURROGATE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SURROGATE_H

#include "engine/api/suspects.h"
#include "engine/session/machine/fields.h"

/* The trigger to take: of a class, or for -1 what the verdict says: the one that leads each class
 * to another, that of the one class which is led astray, else that of the first suspect. NULL with
 * err (may be NULL): it was not inverted. */
const struct inverted_trigger *session_trigger_of(
    const struct session *session, int class, struct error *err);
/* With a trigger of the session's suspects; owner: the caller. NULL with err. */
struct dataset *session_make_surrogate(
    const struct session *session, const struct inverted_trigger *trigger, struct error *err);

#endif
