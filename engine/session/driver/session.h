/* The state machine behind the door, without threads: commands go in, work is done step by step,
 * snapshots come out. The engine thread drives it, and so do the command line and the tests.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_SESSION_DRIVER_SESSION_H
#define SECATEUR_ENGINE_SESSION_DRIVER_SESSION_H

#include "engine/api/command.h"
#include "engine/api/options.h"
#include "engine/session/machine/hooks.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_snapshot.h"

struct session *session_create(const struct options *options, const struct session_hooks *hooks);
void session_destroy(struct session *session);

/* Takes a command. Quick ones are done at once; others make session_busy true. A command that
 * makes no sense now fails with err, and changes nothing. */
bool session_command(struct session *session, const struct command *command, struct error *err);
bool session_busy(const struct session *session);
/* One unit of work (a round, a layer of an examination). False with err when it failed; a cancelled
 * unit leaves the session as it was before it, paused. */
bool session_step(struct session *session, struct error *err);

/* Why there are fewer workers than options ask for, in one line (a message too); NULL: there are
 * not. */
const char *session_shortage(const struct session *session);

#endif
