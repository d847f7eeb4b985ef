/* Command repair: prunes what an examination of the layers suggested. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/fields.h"

#include "engine/base/memory.h"

#include <stdio.h>

static bool repair(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    if (session->suggested < 0 && session->suggestion[0])
        return fail_as(err, ERROR_USAGE, "no repair is suggested: %.200s", session->suggestion);
    if (session->suggested < 0)
        return fail_as(err, ERROR_USAGE, "no repair is suggested yet: examine the layers first");
    const struct finding *finding = &session->states[session->suggested].finding;
    if (!finding->criterion || finding->repair_channels < 1)
        return fail_as(err, ERROR_USAGE, "no repair is suggested: no layer and criterion gave one");
    struct command steps[] = {{.kind = COMMAND_LAYER, .number = session->suggested},
        {.kind = COMMAND_JUMP}, {.kind = COMMAND_CRITERION},
        {.kind = COMMAND_RUN, .number = finding->repair_channels}};
    snprintf(steps[2].text, sizeof steps[2].text, "%s", finding->criterion->name);
    bool good = true;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && good; i++)
        good = engine_commands_run(session, &steps[i], err);
    if (good)
        session->work.stop = session->suggested_known.sets;
    return good;
}

/* Without what suggested it; the rounds follow as steps. */
static char *write_repair(const struct command *command, const struct snapshot *after)
{
    (void)command;
    return memory_format("layer %d\ngoto 0\ncriterion %s", after->site, after->criterion);
}

/* What an examination suggested: that layer from the unpruned net, by that criterion, so many
 * rounds. */
const struct engine_command engine_command_repair = {
    .name = "repair",
    .alters = ALTERS_POSITION | ALTERS_BRANCH | ALTERS_ORDER,
    .run = repair,
    .write = write_repair,
};
