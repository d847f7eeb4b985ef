/* Command known: sets that somebody chose with elsewhere. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/session_known.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <string.h>

static bool tell_known(struct session *session, const struct command *command, struct error *err)
{
    bool here = strcmp(command->text, "here") == 0;
    unsigned sets = (unsigned)command->number;
    if (sets == 0 || (sets & ~(unsigned)KNOWLEDGE_SETS))
        return fail_as(err, ERROR_USAGE, "known: use clean, poisoned, test or surrogate");
    if (here)
        session_stop_here(session, sets);
    else
        session_saw(session, sets);
    return true;
}

static char *write_known(const struct command *command, const struct snapshot *after)
{
    (void)after;
    char sets[KNOWLEDGE_TEXT];
    return memory_format("known %s%s", *command->text ? "here " : "",
        knowledge_sets((unsigned)command->number, sets));
}

/* "here clean, test": sets in any order, each followed by a comma or the end. */
static bool read_known(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    static const char *const names[] = {"clean", "poisoned", "test", "surrogate"};
    if (strncmp(rest, "here ", 5) == 0) {
        snprintf(command->text, sizeof command->text, "here");
        rest += 5;
    }
    for (bool more = true; more;) {
        size_t length = strcspn(rest, ","), i = 0;
        while (i < KNOWLEDGE_N_SETS &&
               (strlen(names[i]) != length || strncmp(names[i], rest, length) != 0))
            i++;
        if (i == KNOWLEDGE_N_SETS)
            return fail_as(err, ERROR_INPUT, "say clean, poisoned, test or surrogate");
        command->number |= 1 << i;
        more = strncmp(rest + length, ", ", 2) == 0;
        if (!more && rest[length])
            return fail_as(err, ERROR_INPUT, "a comma and a blank are between sets");
        rest += length + (more ? 2 : 0);
    }
    return true;
}

/* Sets `number` (engine/api/knowledge.h) were looked at elsewhere: what is chosen from now on knows
 * them; text "here": they chose where the net stands. */
const struct engine_command engine_command_known = {
    .name = "known",
    .alters = ALTERS_KNOWLEDGE,
    .run = tell_known,
    .write = write_known,
    .read = read_known,
};
