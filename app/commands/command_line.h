/* Running commands: by key, by click, or as a line typed after ':', with candidates for a line that
 * is being typed. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMAND_LINE_H
#define SECATEUR_APP_COMMANDS_COMMAND_LINE_H

#include "app/commands/command.h"
#include "app/commands/ui.h"

/* Runs a command for a key, a click or a line. Where another round is seen than the one at which
 * the net stands, a command that acts on the net does not run but says where it would act; asked
 * again it runs. Scripts get no such warning. */
void commands_run(struct ui *ui, const struct action *action, const char *argument);
/* Runs a command by its name, which is in the table, without that warning. */
void commands_call(struct ui *ui, const char *name, const char *argument);
/* Runs a line as typed after ':'. */
void commands_line(struct ui *ui, const char *line);
/* Renews the candidates for a line that is being typed. */
void commands_offer(struct ui *ui, const char *line);
/* Lines for the help view; malloc'd with the texts of the keys behind them. */
struct help_line *commands_help(const struct keymap *keymap, int *n);

#endif
