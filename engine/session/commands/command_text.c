/* Lines of a journal: each by the entry of its command. */
#include "engine/api/command_text.h"

#include "engine/session/commands/commands.h"

#include <string.h>

char *command_write(const struct command *command, const struct snapshot *after)
{
    const struct engine_command *entry = engine_commands_at(command->kind);
    return entry && entry->write ? entry->write(command, after) : NULL;
}

bool command_read(
    const char *line, const struct snapshot *now, struct command *command, struct error *err)
{
    size_t length = strcspn(line, " ");
    const char *rest = line[length] ? line + length + 1 : "";
    *command = (struct command){0};
    for (int kind = 0; kind < N_COMMAND_KINDS && !(line[length] && !*rest); kind++) {
        const struct engine_command *entry = engine_commands_at((enum command_kind)kind);
        if (strlen(entry->name) != length || strncmp(entry->name, line, length) != 0)
            continue;
        command->kind = (enum command_kind)kind;
        if (!entry->read)
            break;
        struct error why = {0};
        return entry->read(rest, now, command, &why) ||
               fail_as(err, ERROR_INPUT, "'%.80s' does not fit: %s", line, why.text);
    }
    return fail_as(err, ERROR_INPUT, "'%.80s' is no line of a journal", line);
}
