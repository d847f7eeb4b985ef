/* Drives a session without an engine thread, for the verbs of the command line: progress on
 * standard error, Ctrl-C abandons. Owner: the caller. Thread: one. */
#ifndef SECATEUR_APP_HEADLESS_HEADLESS_H
#define SECATEUR_APP_HEADLESS_HEADLESS_H

#include "engine/api/command.h"
#include "engine/api/options.h"
#include "engine/api/snapshot.h"
#include "engine/base/error.h"

struct headless;

/* Opens the files and measures the unpruned net. NULL with err when that failed. */
struct headless *headless_create(const struct options *options, struct error *err);
void headless_destroy(struct headless *headless); /* accepts NULL */

/* Calls `round` (may be NULL) for every round that becomes known while commands run. */
void headless_watch(struct headless *headless,
    void (*round)(void *context, const struct snapshot *snapshot, int round), void *context);

/* Gives a command and works until it is done. */
bool headless_run(struct headless *headless, const struct command *command, struct error *err);
/* The newest snapshot, borrowed until the next call. */
const struct snapshot *headless_snapshot(struct headless *headless);

#endif
