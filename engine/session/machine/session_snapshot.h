/* The immutable picture that others see. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SNAPSHOT_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SNAPSHOT_H

#include "engine/api/snapshot.h"

struct session;

const struct snapshot *session_snapshot(struct session *session); /* counted for the caller */

#endif
