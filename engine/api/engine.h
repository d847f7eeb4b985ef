/* The door: an engine thread that owns a session. The front end posts commands and draws the
 * newest snapshot; nothing else crosses. */
#ifndef SECATEUR_ENGINE_API_ENGINE_H
#define SECATEUR_ENGINE_API_ENGINE_H

#include "engine/api/command.h"
#include "engine/api/options.h"
#include "engine/api/snapshot.h"

struct engine;

/* Starts the thread, which opens the files at once; the first snapshot is of PHASE_FAILED, and says
 * why, if there can be none. `wake` is called on the engine thread after
 * each new snapshot and may only unblock the front end (write to a pipe). */
struct engine *engine_create(
    const struct options *options, void (*wake)(void *context), void *context);
/* Stops within one batch and joins. Accepts NULL. */
void engine_destroy(struct engine *engine);

/* Before the first command: calls `done`, on the engine thread, for each command that altered the
 * session and for each round of a run (as COMMAND_STEP), before anybody sees the snapshot. */
void engine_watch(struct engine *engine,
    void (*done)(void *context, const struct command *command, const struct snapshot *snapshot),
    void *context);

bool engine_post(struct engine *engine, const struct command *command); /* false: no room */
/* Everything posted is done, and the newest snapshot shows it. A wake comes when it becomes so. */
bool engine_rests(struct engine *engine);
/* The newest snapshot, counted for the caller (snapshot_unref); never NULL. */
const struct snapshot *engine_snapshot(struct engine *engine);

#endif
