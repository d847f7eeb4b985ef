/* The hint bar: what keys do here, from the table of commands. Pure. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_HINTS_H
#define SECATEUR_APP_SHELL_HINTS_H

#include "app/commands/command.h"
#include "app/commands/ui.h"
#include "views/cells/pane.h"

enum { HINTS_MAX = 32 };

struct hint {
    const struct action *action;
    char key[32];
    int column, columns;
};

/* Those that fit; returns how many. */
int hints_make(const struct ui *ui, struct hint hints[HINTS_MAX]);
void hints_draw(const struct ui *ui, const struct pane *pane);

#endif
