/* A toy command: says a word. */
#include "app/commands/command.h"
#include "app/commands/ui.h"

static void command_toy(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_say(ui, "toy command");
}

const struct action action_toy = {
    .name = "toy",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "toy command: a word",
    .run = command_toy,
};
