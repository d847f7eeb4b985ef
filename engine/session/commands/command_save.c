/* Commands save and save_kept: the net as it stands, and each one kept at a threshold. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_save.h"

#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdlib.h>

static bool save(struct session *session, const struct command *command, struct error *err)
{
    int round = session_history(session)->position;
    bool named = command->text[0] != '\0';
    if (!named && !folder_make(session_out_folder(session), 0777, err))
        return false;
    const struct knowledge known = session_known(session);
    char *what = memory_format("round%d%s%s%s", round, knowledge_oracle(&known) ? "_oracle" : "",
        known.sets & KNOWLEDGE_SURROGATE ? "_surrogate" : "",
        known.sets & KNOWLEDGE_TEST ? "_test-seen" : "");
    char *path = named ? memory_format("%.*s", COMMAND_TEXT - 1, command->text)
                       : session_file_name(session, what);
    char sentence[KNOWLEDGE_TEXT];
    bool plain = !knowledge_any(&known) || known.sets == KNOWLEDGE_CLEAN;
    bool good = session_save_round(session, round, &known, path, err);
    if (good)
        session_say(session, false, "round %d saved as %s%s%s", round, path, plain ? "" : "; ",
            plain ? "" : knowledge_sentence(&known, sentence));
    const struct branch_plan *plan = &session_branch(session)->plan;
    if (good && plan->repair && round < plan->rounds)
        session_say(session, false, "that net is unfinished: round %d of %d of %s", round,
            plan->rounds, plan->repair->name);
    free(what);
    free(path);
    return good;
}

static bool save_kept(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    int kept = 0;
    for (int i = 0; i < session->n_thresholds; i++) {
        struct threshold *threshold = &session->thresholds[i];
        if (threshold->round < 0)
            continue;
        kept++;
        if (!threshold->saved[0] && !session_save_threshold(session, threshold, err))
            return false;
    }
    return kept > 0 || fail_as(err, ERROR_USAGE, "no threshold has been crossed yet");
}

/* The net as it stands to file `text` (empty: a name in the out folder). */
const struct engine_command engine_command_save = {
    .name = "save",
    .run = save,
};

/* Every B' whose threshold was crossed, into the out folder. */
const struct engine_command engine_command_save_kept = {
    .name = "save-kept",
    .run = save_kept,
};
