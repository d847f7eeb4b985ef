/* Command data: other images, or a repaired net more, for the session that runs. */
#include "engine/session/commands/data_change.h"
#include "engine/session/commands/forms.h"
#include "engine/session/commands/repair_choice.h"
#include "engine/session/machine/messages.h"

#include "engine/base/memory.h"

/* What was done, and what has to be done again. */
static void tell(struct session *session, enum session_file file)
{
    const char *name = session_file_name(file);
    int rounds = 0;
    for (int b = 0; b < session->n_branches; b++)
        rounds += session->branches[b].history.n_rounds - 1;
    if (file == FILE_REPAIRED)
        session_say(session, false, "D (detect) compares with %d repaired net%s",
            session->options.n_repaired, session->options.n_repaired == 1 ? "" : "s");
    else if (file >= FILE_TEST_CLEAN)
        session_say(session, false, "%s images changed: rounds stay; t (test) counts them", name);
    else
        session_say(session, false,
            "%s images changed: %d rounds in %d branch%s measured anew, channels and orders kept; "
            "examine, compare, detect, test: do these again",
            name, rounds, session->n_branches, session->n_branches == 1 ? "" : "es");
}

static bool run(struct session *session, const struct command *command, struct error *err)
{
    const struct work work = session->work;
    const enum phase phase = session->phase;
    if (command->number < 0 || command->number >= N_SESSION_FILES)
        return fail_as(err, ERROR_USAGE, "data: there are no images of kind %d", command->number);
    enum session_file file = (enum session_file)command->number;
    session->work.unit = NULL;
    if (!session_change_file(session, file, command->text, err)) {
        session->work = work; /* what was going on goes on */
        session->phase = phase;
        session->activity[0] = '\0';
        session->done = session->total = 0;
        if (err->class == ERROR_CANCELLED)
            session_say(session, false, "cancelled: everything is as it was");
        return false;
    }
    repair_choice_drop(session);
    tell(session, file);
    return true;
}

/* "data 1 3": file 3 of the journal's head, as the poisoned images; 0: none any more. */
static char *write(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("data %d %d", command->number, (int)command->value);
}

static bool read(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    enum { MOST = 9999 };
    int file = 0;
    const char *at = forms_number(rest, N_SESSION_FILES - 1, &command->number, err);
    at = at && *at == ' ' ? forms_number(at + 1, MOST, &file, err) : NULL;
    if (!at || *at)
        return fail_as(err, ERROR_INPUT, "a kind of images and the number of a file must follow");
    command->value = file;
    return true;
}

/* Number: enum session_file; text: the file, "": none any more. Value: its number in a journal,
 * which gives the text; nothing else reads it. */
const struct engine_command engine_command_data = {
    .name = "data",
    .alters = ALTERS_FILES,
    .run = run,
    .write = write,
    .read = read,
};
