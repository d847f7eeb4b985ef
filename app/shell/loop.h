/* Sleeps until a key, a snapshot or a signal comes, and shows what follows. No timers when idle,
 * at most 30 frames a second from the engine, keys at once. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_LOOP_H
#define SECATEUR_APP_SHELL_LOOP_H

#include "app/commands/ui.h"
#include "app/shell/workspace.h"
#include "app/terminal/terminal.h"

/* wake_fd: becomes readable when there is a new snapshot. ended_by: the signal that ended it, 0:
 * the person left. False with err where a script that was there from the start failed. */
bool loop_run(struct ui *ui, struct terminal *terminal, struct workspace *workspace, int wake_fd,
    int *ended_by, struct error *err);

#endif
