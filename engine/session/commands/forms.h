/* Forms that lines of several commands have in common, to be named by their entries. */
#ifndef SECATEUR_ENGINE_SESSION_COMMANDS_FORMS_H
#define SECATEUR_ENGINE_SESSION_COMMANDS_FORMS_H

#include "engine/session/commands/commands.h"

/* "NAME" */
char *forms_write_name(const struct command *command, const struct snapshot *after);
bool forms_read_name(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err);
/* "NAME 3": `number`, from 0 on; the counted form writes 1 for 0. */
char *forms_write_number(const struct command *command, const struct snapshot *after);
char *forms_write_count(const struct command *command, const struct snapshot *after);
bool forms_read_number(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err);

/* Digits alone, up to the end of the text or a blank, 0..most; NULL with err, else what follows. */
const char *forms_number(const char *text, int most, int *number, struct error *err);

#endif
