/* A toy engine command: says a word. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"

static bool toy(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session_say(session, false, "toy engine command");
    return true;
}

const struct engine_command engine_command_toy = {
    .name = "toy",
    .run = toy,
    .write = forms_write_name,
    .read = forms_read_name,
};
