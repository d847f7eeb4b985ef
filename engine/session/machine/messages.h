/* What the session says while it works, for the next snapshots. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_MESSAGES_H
#define SECATEUR_ENGINE_SESSION_MACHINE_MESSAGES_H

#include "engine/api/snapshot.h"

struct session;

/* Adds a line to the messages; only the last SESSION_MESSAGES stay. */
void session_say(struct session *session, bool error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What is being done now; its progress starts anew. */
void session_activity(struct session *session, enum phase phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void session_progress(void *context, int done, int total); /* a hook of walks */

#endif
