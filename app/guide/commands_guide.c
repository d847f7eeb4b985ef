/* What to do next, said. */
#include "app/commands/command.h"

#include "app/guide/next_step.h"

static void command_next_step(struct ui *ui, const char *argument)
{
    char text[UI_NOTICE];
    (void)argument;
    next_step_sentence(ui, text, sizeof text);
    ui_say(ui, "%s", text);
}

const struct action action_next_step = {
    .name = "next-step",
    .keys = "H",
    .group = COMMANDS_PROGRAM,
    .help = "what may be done next",
    .run = command_next_step,
};
