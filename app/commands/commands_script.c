/* Running a file of commands. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include <string.h>

static void accept_source(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        commands_call(ui, "source", text);
}

/* The lines run one by one once this command is done, see script.h. */
static void command_source(struct ui *ui, const char *argument)
{
    struct error err;
    if (!argument) {
        overlay_prompt(&ui->overlay, "file of commands: ", "");
        ui->accept = accept_source;
    } else if (strcmp(argument, "-") == 0) {
        ui_complain(ui, "standard input can be read only once: name a file");
    } else if (!script_open(&ui->scripts, argument, &err)) {
        ui_complain(ui, "%s", err.text);
    }
}

const struct action action_source = {
    .name = "source",
    .argument = "[FILE]",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "run the commands in a file",
    .run = command_source,
};
