/* Writes nets: the one that stands, and the kept one of each threshold. */
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *out_folder(const struct session *session)
{
    return session->options.out ? session->options.out : "secateur-out";
}

/* "folder/net_layer_what.h5"; on top of other cuts "folder/net_layer_branch2_what.h5" */
static char *make_name(const struct session *session, const char *what)
{
    const char *model = session->description->model_name;
    char *branch = session_branch(session)->n_base > 0
                       ? memory_format("branch%d_%s", session->branch, what)
                       : memory_string(what);
    char *name = memory_format("%.*s_%s_%s%s", model_stem(model), model,
        session->description->sites->site[session->site].name, branch, model_ending(model));
    free(branch);
    for (char *at = name; (at = strchr(at, '/'));)
        *at = '-'; /* layers may be called "block/conv" */
    char *path = memory_format("%s/%s", out_folder(session), name);
    free(name);
    return path;
}

struct network *session_network_at(const struct session *session, int round)
{
    const struct prune_sites *sites = session->description->sites;
    struct network *network = network_clone(session_network(session));
    struct pruned_set *pruned = branch_pruned(session_branch(session), sites, round);
    pruned_sets_apply(pruned, sites, network);
    pruned_sets_destroy(pruned, sites->n);
    return network;
}

/* The net as of a round, into the file, with what it was chosen with; the folder is made when the
 * name is ours. */
static bool save_round(struct session *session, int round, const struct knowledge *known,
    const char *path, struct error *err)
{
    char text[KNOWLEDGE_TEXT];
    struct network *network = session_network_at(session, round);
    bool good = model_save_known(session->description->model, network,
        knowledge_any(known) ? knowledge_write(known, text) : NULL, path, session->options.force,
        err);
    network_destroy(network);
    return good;
}

bool session_save_threshold(struct session *session, struct threshold *threshold, struct error *err)
{
    if (!folder_make(out_folder(session), 0777, err))
        return false;
    char part[KNOWLEDGE_TEXT];
    char *what =
        memory_format("%s_%gpt", knowledge_file_part(&threshold->known, part), threshold->points);
    char *path = make_name(session, what);
    bool good = save_round(session, threshold->round, &threshold->known, path, err);
    if (good) {
        snprintf(threshold->saved, sizeof threshold->saved, "%s", path);
        session_note_result(session, threshold);
        session_say(session, false, "threshold %g points crossed at round %d: B' saved as %s",
            threshold->points, threshold->round, path);
    }
    free(what);
    free(path);
    return good;
}

bool session_save(struct session *session, const struct command *command, struct error *err)
{
    int round = session_history(session)->position;
    bool named = command->text[0] != '\0';
    if (!named && !folder_make(out_folder(session), 0777, err))
        return false;
    const struct knowledge known = session_known(session);
    char *what = memory_format("round%d%s%s", round, knowledge_oracle(&known) ? "_oracle" : "",
        known.sets & KNOWLEDGE_TEST ? "_test-seen" : "");
    char *path =
        named ? memory_format("%.*s", COMMAND_TEXT - 1, command->text) : make_name(session, what);
    char sentence[KNOWLEDGE_TEXT];
    bool plain = !knowledge_any(&known) || known.sets == KNOWLEDGE_CLEAN;
    bool good = save_round(session, round, &known, path, err);
    if (good)
        session_say(session, false, "round %d saved as %s%s%s", round, path, plain ? "" : "; ",
            plain ? "" : knowledge_sentence(&known, sentence));
    free(what);
    free(path);
    return good;
}

bool session_save_kept(struct session *session, const struct command *command, struct error *err)
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
