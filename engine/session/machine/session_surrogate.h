/* Surrogate poisoned sets of the session: its clean images with a suspect's inverted trigger.
 * Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SURROGATE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SURROGATE_H

#include "engine/api/suspects.h"
#include "engine/session/machine/fields.h"

/* Of a suspect with a trigger; owner: the caller. NULL with err. */
struct dataset *session_make_surrogate(
    const struct session *session, const struct suspect *suspect, struct error *err);

#endif
