/* What a session calls while it works. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_HOOKS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_HOOKS_H

#include <stdatomic.h>

struct session;

struct session_hooks {
    /* Called between batches of long work; it may take a snapshot. May be NULL. */
    void (*progress)(void *context, struct session *session);
    void *context;
    const atomic_bool *stop; /* tested between batches: true abandons the work. May be NULL. */
};

#endif
