/* The table of engine commands: entries are found from the names in engine/api/meson.build. */
#include "engine/session/commands/commands.h"

#include <stddef.h>

#define ENTRY(KIND, name) extern const struct engine_command engine_command_##name;
#include "engine/api/commands.def"
#undef ENTRY

#define ENTRY(KIND, name) [COMMAND_##KIND] = &engine_command_##name,
static const struct engine_command *const table[N_COMMAND_KINDS] = {
#include "engine/api/commands.def"
};

const struct engine_command *engine_commands_at(enum command_kind kind)
{
    return (size_t)kind < N_COMMAND_KINDS ? table[kind] : NULL;
}

bool engine_commands_run(struct session *session, const struct command *command, struct error *err)
{
    const struct engine_command *entry = engine_commands_at(command->kind);
    if (!entry)
        return fail_as(err, ERROR_USAGE, "unknown command %d", (int)command->kind);
    return entry->run(session, command, err);
}
