/* The journal: what altered the session, on the disk as soon as it happened, so that a kill loses
 * at most the round in progress. A file of lines: a head with the inputs and their SHA-256, then
 * commands (engine/api/command_text.h), each with a line that says what it led to. It is data:
 * resuming reads each line into a command for the engine, does it and compares.
 * Thread: the UI's, but for journal_note. */
#ifndef SECATEUR_APP_SCRIPT_JOURNAL_H
#define SECATEUR_APP_SCRIPT_JOURNAL_H

#include "app/options/arguments.h"
#include "app/script/script.h"
#include "engine/api/command.h"
#include "engine/api/snapshot.h"

struct journal;

/* A new one; its file is made when there is something to write. NULL with err: there is no place
 * for it, and the work goes on without. */
struct journal *journal_begin(const struct arguments *arguments, struct error *err);
/* Goes on with the journal that arguments->resume names, "": the newest. Takes over the arguments
 * it was begun with and puts its commands on top of the scripts. Fails (ERROR_INPUT) where an
 * input is not what it was, where arguments say otherwise, or where another process writes it. */
struct journal *journal_resume(
    struct arguments *arguments, struct scripts *scripts, struct error *err);
void journal_end(struct journal *journal); /* accepts NULL; the engine is gone */

/* For engine_watch: what was done. */
void journal_note(void *context, const struct command *command, const struct snapshot *snapshot);
/* From now on what is done is new: the replay is over. What a kill left of a last line goes. */
void journal_record(struct journal *journal);
/* The same where the replay ended before its end: the file stays as it is, and a new one takes over
 * what was replayed, once there is more to write. `text`: the commands so far. */
void journal_part(
    struct journal *journal, const char *text, size_t size, const struct snapshot *snapshot);
/* Reads a line of a replay: a command, or what the last one led to ("= …"), which must be what the
 * snapshot shows; then *is_command is false. Fails with ERROR_INPUT. */
bool journal_read(const struct journal *journal, const char *line, const struct snapshot *snapshot,
    struct command *command, bool *is_command, struct error *err);

/* The files that a resumed journal named and that are read again, "": none. */
const char *journal_inputs(const struct journal *journal);

/* Why nothing is written any more: told once, then NULL. */
const char *journal_trouble(struct journal *journal);
const char *journal_path(const struct journal *journal); /* NULL: nothing was written */

#endif
