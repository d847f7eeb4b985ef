/* Runs queued command lines: one at a time, each when the engine has finished what the one before
 * began. Blank lines and lines that begin with # are skipped. The first error ends all scripts.
 * Lines of a journal are not run but read, into commands of the engine.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_SCRIPT_RUNNER_H
#define SECATEUR_APP_SHELL_SCRIPT_RUNNER_H

#include "app/commands/ui.h"

enum script_answer {
    SCRIPT_RAN,    /* a line; ask again when the engine rests */
    SCRIPT_WAITS,  /* for more to be fed */
    SCRIPT_ENDED,  /* nothing is left of any of them */
    SCRIPT_FAILED, /* err says "file:line: what"; all of them are dropped */
};

/* The next line; only while the engine rests and ui has its newest snapshot. */
enum script_answer script_step(struct ui *ui, struct error *err);

#endif
