/* Commands surrogate and save_surrogates: clean images with an inverted trigger, in place of
 * poisoned ones and as files. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_anew.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_surrogate.h"

#include "engine/api/suspects.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The leading suspects with a trigger; others that have one are there to compare with. */
static int leading(const struct suspects *suspects)
{
    int n = 0;
    while (n < suspects->n && suspects->suspect[n].trigger)
        n++;
    return n;
}

static bool save_one(
    struct session *session, const struct inverted_trigger *trigger, struct error *err)
{
    struct dataset *set = session_make_surrogate(session, trigger, err);
    char *path = memory_format(
        "%s/%s.h5", session_out_folder(session), set ? dataset_name(set) : "surrogate");
    bool good = set && dataset_write(set, path, session->options.force, err);
    if (good)
        session_say(session, false, "%d clean images with an inverted trigger: %s",
            dataset_count(set), path);
    dataset_unref(set);
    free(path);
    return good;
}

static bool save(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    const struct suspects *suspects = session->suspects;
    int n = suspects ? leading(suspects) : 0;
    if (n == 0)
        return fail_as(err, ERROR_USAGE,
            "no trigger was inverted: search for suspects first, with clean images");
    bool good = folder_make(session_out_folder(session), 0777, err);
    for (int i = 0; good && i < n; i++)
        good = save_one(session, suspects->suspect[i].trigger, err);
    if (good && suspects->pair_trigger)
        good = save_one(session, suspects->pair_trigger, err);
    if (good && suspects->map_trigger && suspects->map_rule)
        good = save_one(session, suspects->map_trigger, err);
    return good;
}

static bool take(struct session *session, struct error *err)
{
    session->work.unit = NULL;
    const struct inverted_trigger *trigger = session_trigger_of(session, session->work.goal, err);
    struct dataset *set = trigger ? session_make_surrogate(session, trigger, err) : NULL;
    if (!set)
        return false;
    session_activity(session, PHASE_MEASURING, "measuring %s", dataset_name(set));
    return session_take_surrogate(session, set, err);
}

/* The search for suspects, a unit at a time. */
static bool search(struct session *session, struct error *err)
{
    session->work.unit = session->work.before;
    if (!session->work.unit(session, err))
        return false;
    session->work.before = session->work.unit;
    session->work.unit = session->work.before ? search : take;
    return true;
}

static bool run(struct session *session, const struct command *command, struct error *err)
{
    if (session->description->sets[SET_POISONED])
        return fail_as(err, ERROR_USAGE, "surrogate: there are poisoned images already: %.200s",
            dataset_name(session->description->sets[SET_POISONED]));
    if (session->n_branches > 1 || session_history(session)->n_rounds > 1)
        return fail_as(err, ERROR_USAGE,
            "surrogate: rounds were measured without it; it comes before pruning: start anew");
    if (!session->suspects) {
        const struct command suspects = {.kind = COMMAND_SUSPECTS};
        if (!engine_commands_run(session, &suspects, err))
            return false;
        session->work.before = session->work.unit;
    }
    session->work.unit = session->suspects ? take : search;
    session->work.goal = command->number;
    return true;
}

/* "surrogate", "surrogate 3". */
static char *write(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return command->number < 0 ? memory_string("surrogate")
                               : memory_format("surrogate %d", command->number);
}

static bool read(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    if (*rest)
        return forms_read_number(rest, now, command, err);
    command->number = -1;
    return true;
}

/* Clean images with the inverted trigger of class `number` (-1: as the verdict says) stand in for
 * the poisoned ones, where none were given; suspects are searched where they were not. */
const struct engine_command engine_command_surrogate = {
    .name = "surrogate",
    .alters = ALTERS_ORDER,
    .begins = "a search for suspects",
    .run = run,
    .write = write,
    .read = read,
};

/* One file for each leading suspect, surrogate_classN.h5 in the session's folder; where one class
 * alone is led astray, surrogate_classN_pair.h5; where one trigger leads every class to another,
 * surrogate_map.h5. */
const struct engine_command engine_command_save_surrogates = {
    .name = "save-surrogates",
    .run = save,
};
