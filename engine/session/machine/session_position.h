/* Which round stands. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_POSITION_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_POSITION_H

#include "engine/session/machine/fields.h"

/* Adds a round (taken over) behind the position, which stands, and tells what it crossed. */
void session_take_round(struct session *session, struct round *round);
bool session_stand(struct session *session, int round); /* at a known one of this branch; true */

#endif
