/* The suffix caches of the chosen site. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_CACHES_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_CACHES_H

#include "engine/session/machine/fields.h"

void session_make_caches(struct session *session);  /* empty ones */
void session_check_caches(struct session *session); /* what a pass could not fill is dropped */
bool session_fill_caches(struct session *session, struct error *err); /* unless they are */

#endif
