/* A queue of command lines from files, a pipe or a journal; app/shell/script_runner.h runs them.
 * Scripts may run scripts. Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_SCRIPT_SCRIPT_H
#define SECATEUR_APP_SCRIPT_SCRIPT_H

#include "engine/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { SCRIPTS_DEPTH = 8, SCRIPT_LINE = 512 /* bytes with the end */ };

struct script {
    char *name;             /* of the file, for errors */
    char *text;             /* malloc'd, what was read and not run yet included */
    size_t size, at, taken; /* taken: where the line that was taken last begins */
    int line;               /* its number */
    bool open;              /* more may be fed */
    bool replay;            /* of a journal: data for the engine, never commands of the prompt */
};

struct scripts {
    int n;
    struct script script[SCRIPTS_DEPTH]; /* the last one runs */
    bool ran;                            /* a line was run; whether it failed is not known yet */
    bool refused;                        /* that line of a replay could not be taken */
    unsigned complaints, failures;       /* there were, before that: the UI's, the engine's */
    bool kept_out;                       /* a key was, and should hear when it is over */
};

/* Begins a file, "-" for standard input, read to its end. Fails (ERROR_INPUT) where it cannot be
 * read or where scripts run too deep. */
bool script_open(struct scripts *scripts, const char *path, struct error *err);
/* Begins a stream that is fed piece by piece. */
void script_stream(struct scripts *scripts, const char *name);
void script_feed(struct scripts *scripts, const char *bytes, size_t n);
void script_close(struct scripts *scripts); /* nothing more will be fed */

bool script_is_fed(const struct scripts *scripts); /* a stream is there, and open */
/* What a journal holds; `line`: lines of the file before it. */
void script_replay(
    struct scripts *scripts, const char *name, const char *text, size_t size, int line);
bool script_replays(const struct scripts *scripts);

bool script_runs(const struct scripts *scripts);
void script_drop(struct scripts *scripts); /* forgets all of them */

/* For the runner: the script that runs now, its next line (false: there is no whole one), and its
 * end. */
struct script *script_top(struct scripts *scripts);
bool script_take_line(struct script *script, char line[SCRIPT_LINE], bool *too_long);
void script_pop(struct scripts *scripts);

#endif
