/* The table of interactive commands, from the list in meson.build: keys, the line after ':', hints,
 * help and completions are made from it. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMANDS_H
#define SECATEUR_APP_COMMANDS_COMMANDS_H

#include "app/commands/command.h"

const struct action *commands_at(int index); /* NULL behind the last */
const struct action *commands_find(const char *name);
/* The command whose name is nearest in spelling, NULL: none is near. */
const char *commands_nearest(const char *name);
/* What a key does while a view has the focus; the view's own come first. */
const struct action *commands_key(int key, const char *view);

#endif
