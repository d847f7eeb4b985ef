/* The weights around a channel. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_INSPECT_WEIGHTS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_INSPECT_WEIGHTS_H

#include "engine/api/inspection.h"
#include "engine/session/machine/fields.h"

/* Fills what is known of the filter of inspection->channel, and of what it is multiplied by. */
void session_inspect_weights(const struct session *session, struct inspection *inspection);

#endif
