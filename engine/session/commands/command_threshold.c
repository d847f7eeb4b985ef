/* Command threshold: a loss of clean accuracy at which a net is kept, added or removed. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool threshold(struct session *session, const struct command *command, struct error *err)
{
    return session_toggle_threshold(session, command->value, err);
}

static char *write_threshold(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("threshold %.17g", command->value);
}

static bool read_threshold(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    char *end;
    bool digits = strspn(rest, "0123456789.e-") == strlen(rest) && *rest >= '0' && *rest <= '9';
    command->value = digits ? strtod(rest, &end) : -1;
    if (!digits || *end)
        return fail_as(err, ERROR_INPUT, "a number of points must follow");
    return session_check_points(command->value, err);
}

/* Value: percentage points to add, or to remove when already there. */
const struct engine_command engine_command_threshold = {
    .name = "threshold",
    .alters = ALTERS_THRESHOLDS,
    .run = threshold,
    .write = write_threshold,
    .read = read_threshold,
};
