/* Writes nets: the one that stands, and the kept one of each threshold. */
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/folder.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *session_out_folder(const struct session *session)
{
    return session->options.out ? session->options.out : "secateur-out";
}

char *session_file_name(const struct session *session, const char *what)
{
    const char *model = session->description->model_name;
    const struct repair *repair = session_branch(session)->plan.repair;
    char *branch = branch_is_on_top(session_branch(session))
                       ? memory_format("branch%d_%s", session->branch, what)
                       : memory_string(what);
    char *name = memory_format("%.*s_%s_%s%s", model_stem(model), model,
        repair ? repair->name : session->description->sites->site[session->site].name, branch,
        model_ending(model));
    free(branch);
    char *file = text_file_name(name); /* layers may be called "block/conv" */
    char *path = memory_format("%s/%s", session_out_folder(session), file);
    free(file);
    free(name);
    return path;
}

struct network *session_network_at(const struct session *session, int round)
{
    const struct prune_sites *sites = session->description->sites;
    struct network *network = network_clone(session_network(session));
    const struct tuned *tuned = branch_tuned(session_branch(session), round);
    if (tuned)
        tuned_apply(tuned, session_network(session), network);
    struct pruned_set *pruned = branch_pruned(session_branch(session), sites, round);
    pruned_sets_apply(pruned, sites, network);
    pruned_sets_destroy(pruned, sites->n);
    return network;
}

/* Once: it is the same for all that is saved. */
static void say_opens_in(struct session *session)
{
    const char *opens_in = session->description->model->opens_in;
    if (opens_in && !session->said_opens_in)
        session_say(session, false, "saved nets open in %s", opens_in);
    session->said_opens_in = true;
}

bool session_save_round(struct session *session, int round, const struct knowledge *known,
    const char *path, struct error *err)
{
    char text[KNOWLEDGE_TEXT];
    struct network *network = session_network_at(session, round);
    bool good = model_save_known(session->description->model, network,
        knowledge_any(known) ? knowledge_write(known, text) : NULL, path, session->options.force,
        err);
    network_destroy(network);
    if (good)
        say_opens_in(session);
    return good;
}

bool session_save_threshold(struct session *session, struct threshold *threshold, struct error *err)
{
    if (!folder_make(session_out_folder(session), 0777, err))
        return false;
    char part[KNOWLEDGE_TEXT];
    char *what =
        memory_format("%s_%gpt", knowledge_file_part(&threshold->known, part), threshold->points);
    char *path = session_file_name(session, what);
    bool good = session_save_round(session, threshold->round, &threshold->known, path, err);
    if (good) {
        text_fit(threshold->saved, sizeof threshold->saved, path);
        session_note_result(session, threshold);
        session_say(session, false, "threshold %g points crossed at round %d: B' saved as %s",
            threshold->points, threshold->round, path);
    }
    free(what);
    free(path);
    return good;
}
