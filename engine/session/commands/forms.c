/* Lines of a journal that consist of a word and perhaps a number. */
#include "engine/session/commands/forms.h"

#include "engine/base/memory.h"

#include <limits.h>

char *forms_write_name(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_string(engine_commands_at(command->kind)->name);
}

bool forms_read_name(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now, (void)command;
    return !*rest || fail_as(err, ERROR_INPUT, "nothing may follow");
}

char *forms_write_number(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("%s %d", engine_commands_at(command->kind)->name, command->number);
}

char *forms_write_count(const struct command *command, const struct snapshot *after)
{
    struct command counted = *command;
    counted.number = command->number > 0 ? command->number : 1;
    return forms_write_number(&counted, after);
}

bool forms_read_number(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    const char *behind = forms_number(rest, INT_MAX, &command->number, err);
    return behind && (!*behind || fail_as(err, ERROR_INPUT, "one number may follow"));
}

const char *forms_number(const char *text, int most, int *number, struct error *err)
{
    long long value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= most; at++)
        value = 10 * value + (*at - '0');
    if (at == text || (*at && *at != ' ') || value > most) {
        fail_as(err, ERROR_INPUT, "a number from 0 to %d must follow", most);
        return NULL;
    }
    *number = (int)value;
    return at;
}
