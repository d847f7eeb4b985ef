/* Command compare: prunes by one criterion after the other, each to its end, and shows them side
 * by side; nothing of what stands is altered. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/session_compare.h"

static bool work(struct session *session, struct error *err)
{
    bool good = session_compare_next(session, err);
    if (good && !session_compare_done(session))
        return true;
    session_compare_drop(session);
    session->work.unit = NULL;
    return good;
}

static bool compare(struct session *session, const struct command *command, struct error *err)
{
    if (!session_compare_begin(session, command->text, command->number == 1, command->value, err))
        return false;
    session->work.unit = work;
    return true;
}

/* Compare criteria. Text: their names, apart by commas; "": all. Number 1: at every layer, else at
 * the one that stands. Value: from how many standard deviations on a rule takes scores for
 * outliers; 0: as published. */
const struct engine_command engine_command_compare = {
    .name = "compare",
    .begins = "a comparison",
    .run = compare,
};
