/* Rounds forward and back. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ROUNDS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ROUNDS_H

#include "engine/session/machine/fields.h"

/* The round that pruning a channel would add. NULL with err. */
struct round *session_try_channel(struct session *session, int channel, struct error *err);
/* The same; behind it the evaluator has the channel pruned. */
struct round *session_measure_channel(struct session *session, int channel, struct error *err);
/* Prunes a channel that the order or a person chose and adds the round; on failure everything is
 * as it was. */
bool session_commit_channel(struct session *session, int channel, bool person, struct error *err);
/* Begins rounds until round `goal`. */
bool session_start_rounds(struct session *session, int goal, struct error *err);
bool session_work_round(struct session *session, struct error *err); /* the unit of that work */
bool session_runs_rounds(const struct session *session);
bool session_move_to(struct session *session, int round, struct error *err); /* a known one */

#endif
