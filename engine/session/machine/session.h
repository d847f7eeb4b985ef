/* The state machine behind the door, without threads: commands go in, work is done step by step,
 * snapshots come out. The engine thread drives it, and so do the command line and the tests.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_H

#include "engine/api/command.h"
#include "engine/api/options.h"
#include "engine/api/snapshot.h"
#include "engine/base/error.h"

#include <stdatomic.h>

struct session;

struct session_hooks {
    /* Called between batches of long work; it may take a snapshot. May be NULL. */
    void (*progress)(void *context, struct session *session);
    void *context;
    const atomic_bool *stop; /* tested between batches: true abandons the work. May be NULL. */
};

struct session *session_create(const struct options *options, const struct session_hooks *hooks);
void session_destroy(struct session *session);

/* Reads the files, finds the pixel scale, measures the unpruned net and the chosen layer. */
bool session_open(struct session *session, struct error *err);
/* Takes a command. Quick ones are done at once; others make session_busy true. A command that
 * makes no sense now fails with err, and changes nothing. */
bool session_command(struct session *session, const struct command *command, struct error *err);
bool session_busy(const struct session *session);
/* One unit of work (a round, a layer of a scan). False with err when it failed; a cancelled unit
 * leaves the session as it was before it, paused. */
bool session_step(struct session *session, struct error *err);

/* Instead of opening: nothing will come of it, for this reason. */
void session_refuse(struct session *session, const struct error *err);
/* Why there are fewer workers than options ask for, in one line (a message too); NULL: there are
 * not. */
const char *session_shortage(const struct session *session);

/* A new snapshot, counted for the caller. */
const struct snapshot *session_snapshot(struct session *session);
/* Adds a line to the messages that snapshots show. */
void session_say(struct session *session, bool error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
