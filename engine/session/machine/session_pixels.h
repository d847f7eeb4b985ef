/* How the net wants its pixels. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_PIXELS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_PIXELS_H

#include "engine/session/machine/fields.h"

/* Finds the scaling, unless it is given; says what was found, and where none makes the net right.
 */
bool session_find_pixels(struct session *session, struct error *err);

#endif
