/* The configuration file: lines of `set`, `bind`, `unbind` and `theme`, as they are typed behind
 * ':'. What the command line says goes before it. Owner: verb_app. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_CONFIG_H
#define SECATEUR_APP_COMMANDS_CONFIG_H

#include "app/commands/ui.h"

struct config {
    char *path, *text; /* NULL: there is none */
};

/* Reads it unless arguments say not to. A file that is not there is no error. */
bool config_read(struct config *config, const struct arguments *arguments, struct error *err);
void config_finish(struct config *config);
/* Takes over what the program starts with; errors name file and line. */
bool config_start(const struct config *config, struct arguments *arguments, struct error *err);
/* Takes over everything else. */
bool config_apply(const struct config *config, struct ui *ui, struct error *err);
/* All that can be configured, with its present values, as a configuration file. */
void config_print(struct ui *ui, FILE *out);

#endif
