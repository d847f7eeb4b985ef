/* What there is to know about one channel, asked for by hand. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_INSPECT_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_INSPECT_H

#include "engine/api/inspection.h"
#include "engine/session/machine/session_private.h"

/* One pass over both sets up to the site; everything else stays as it was. */
session_handler session_inspect;
/* inspect_weights.c: the weights around the channel, once it is set. */
void session_inspect_weights(const struct session *session, struct inspection *inspection);

#endif
