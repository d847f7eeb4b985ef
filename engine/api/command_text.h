/* Commands as lines of a journal. What can be read back is a closed set: rounds, branches, orders
 * and thresholds, by numbers and by names that the engine itself knows. Nothing else is a command
 * here: no line reads a file, writes one, or changes a setting. Thread: any. */
#ifndef SECATEUR_ENGINE_API_COMMAND_TEXT_H
#define SECATEUR_ENGINE_API_COMMAND_TEXT_H

#include "engine/api/command.h"
#include "engine/api/snapshot.h"
#include "engine/base/error.h"

/* Lines that lead to the snapshot again, without the end of the last: malloc'd. NULL: the command
 * alters nothing, or what it alters is told by other commands. `after`: when it was done. */
char *command_write(const struct command *command, const struct snapshot *after);
/* One line, without its end. Fails with ERROR_INPUT where it is no such line, or names what is not
 * in the snapshot. */
bool command_read(
    const char *line, const struct snapshot *now, struct command *command, struct error *err);

#endif
