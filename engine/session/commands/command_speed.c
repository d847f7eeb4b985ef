/* Command speed: how many rounds a second a run takes at most, so that it can be watched. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/fields.h"

static bool set_speed(struct session *session, const struct command *command, struct error *err)
{
    if (!(command->value >= 0 && command->value <= COMMAND_SPEED_MOST))
        return fail_as(err, ERROR_USAGE, "a speed is 0 to %d rounds a second", COMMAND_SPEED_MOST);
    session->speed = command->value;
    return true;
}

/* Value: rounds a second, 0: as fast as it goes. Changes when rounds are run, never what they
 * give. */
const struct engine_command engine_command_speed = {
    .name = "speed",
    .net_alone = true,
    .alters = ALTERS_NOTHING,
    .run = set_speed,
};
