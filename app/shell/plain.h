/* The application without a screen: command lines in, one plain line out for every event. For
 * pipes, scripts and screen readers; no colours, no control characters. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_PLAIN_H
#define SECATEUR_APP_SHELL_PLAIN_H

#include "app/shell/workspace.h"

/* Runs what ui's scripts hold; a stream among them is fed from standard input. wake_fd as for the
 * loop. False with err where a line failed: a person at a terminal goes on, a file or a pipe ends.
 * ended_by: the signal that ended it, 0: none. */
bool plain_run(
    struct ui *ui, struct workspace *workspace, int wake_fd, int *ended_by, struct error *err);

#endif
