/* Drives a session without an engine thread, for the verbs of the command line: progress on
 * standard error, Ctrl-C abandons. Owner: the caller. Thread: one. */
#ifndef SECATEUR_APP_VERBS_DRIVER_H
#define SECATEUR_APP_VERBS_DRIVER_H

#include "engine/api/command.h"
#include "engine/api/options.h"
#include "engine/api/snapshot.h"
#include "engine/base/error.h"

struct driver;

/* Opens the files and measures the unpruned net. NULL with err when that failed. */
struct driver *driver_create(const struct options *options, struct error *err);
void driver_destroy(struct driver *driver); /* accepts NULL */

/* Calls `round` (may be NULL) for every round that becomes known while commands run. */
void driver_watch(struct driver *driver,
    void (*round)(void *context, const struct snapshot *snapshot, int round), void *context);

/* Gives a command and works until it is done. */
bool driver_run(struct driver *driver, const struct command *command, struct error *err);
/* The newest snapshot, borrowed until the next call. */
const struct snapshot *driver_snapshot(struct driver *driver);

#endif
