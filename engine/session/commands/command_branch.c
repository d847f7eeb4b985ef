/* Commands layer and branch: where channels are pruned, and on top of what. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_joint.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_measure.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/what_ifs.h"

#include "engine/prune/criteria/criteria.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything stands again as a branch was left. */
static void enter(struct session *session, int branch)
{
    session->branch = session->shown = branch;
    session->site = session->branches[branch].site;
    session->work.unit = NULL;
    session_forget_what_ifs(session);
    session_apply(session, session_history(session)->position);
    session_find_thresholds(session);
}

static bool is_plain(const struct branch *branch, int site)
{
    return branch->site == site && !branch_is_on_top(branch) && !branch->plan.repair;
}

/* A way of pruning this site alone: the one that stands, else the newest. */
static int find_plain(const struct session *session, int site)
{
    int i = session->n_branches - 1;
    if (is_plain(session_branch(session), site))
        return session->branch;
    while (i >= 0 && !is_plain(&session->branches[i], site))
        i--;
    return i;
}

/* The branch that was added last could not be opened. */
static void drop_newest(struct session *session, int back_to)
{
    branch_finish(&session->branches[--session->n_branches], session->description->sites);
    if (session->cached == session->n_branches)
        session->cached = -1;
    enter(session, back_to);
}

/* A new branch starts with the order in use, or the first criterion's where that is not defined. */
static bool start_order(struct session *session, const struct order *like, struct error *err)
{
    return session_choose_order(
               session, like->criterion, like->descending ? "descending" : "ascending", NULL) ||
           session_choose_order(session, criteria_at(0), NULL, err);
}

/* Measures the net as it stands under the base of the newest branch: its round 0. */
static bool open_on_top(struct session *session, const struct order *like,
    const struct knowledge *known, struct error *err)
{
    struct branch *branch = session_branch(session);
    struct channel_sums **sums[N_SETS];
    session_activity(session, PHASE_MEASURING, "measuring what is pruned so far");
    session_apply(session, 0);
    session_make_caches(session);
    struct round *round = session_measure(session, sums, err);
    if (!round)
        return false;
    session_know_base(session, round, known);
    for (int set = 0; set < N_SETS; set++)
        branch->sums[set] = session_sums_of(session, sums[set], branch->site);
    session_drop_sums(session, sums);
    branch->shown =
        session_show_sums(branch->sums, session->description->sites->site[branch->site].n_channels);
    branch->history.first = round;
    return start_order(session, like, err);
}

/* From the net as it stands, or as it came. */
static void add_branch(struct session *session, int site, bool on_top)
{
    const struct prune_sites *sites = session->description->sites;
    const struct branch *from = session_branch(session);
    int position = from->history.position;
    struct pruned_set *base = on_top ? branch_pruned(from, sites, position) : NULL;
    const struct tuned *tuned = on_top ? branch_tuned(from, position) : NULL;
    session_add_branch(session, site, base);
    session_branch(session)->tuned = refcount_ref(tuned);
    pruned_sets_destroy(base, sites->n);
}

static bool take_site(struct session *session, int site, bool on_top, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    int before = session->branch;
    const struct order *like = session_history(session)->order;
    on_top = on_top &&
             (branch_is_on_top(session_branch(session)) || session_history(session)->position > 0);
    if (site < 0 || site >= sites->n + sites->n_joint)
        return fail_as(err, ERROR_USAGE, "there is no layer %d to prune", site);
    int there = on_top ? -1 : find_plain(session, site);
    if (there >= 0) {
        if (there != before)
            enter(session, there);
        return true;
    }
    const struct knowledge known = session_known(session);
    add_branch(session, site, on_top);
    bool good = on_top ? open_on_top(session, like, &known, err) : start_order(session, like, err);
    if (!good) {
        drop_newest(session, before);
        return false;
    }
    history_stop(session_history(session), 0, session->seen); /* what chose the layer */
    enter(session, session->branch);
    return true;
}

static bool layer(struct session *session, const struct command *command, struct error *err)
{
    return take_site(session, command->number, strcmp(command->text, "on-top") == 0, err);
}

static const char on_top_word[] = "on-top";

/* "2 4", "2 4 on-top". */
static bool layers(struct session *session, const struct command *command, struct error *err)
{
    const char *at = command->text;
    int n = 0, *members = memory_array(sizeof command->text, sizeof *members);
    int most = session->description->sites->n - 1;
    while (at && *at && strcmp(at, on_top_word) != 0) {
        at = forms_number(at, most, &members[n++], err);
        at += at && *at == ' ';
    }
    int site = at ? session_join(session, members, n, err) : -1;
    free(members);
    return site >= 0 && take_site(session, site, *at, err);
}

static bool branch_to(struct session *session, const struct command *command, struct error *err)
{
    if (command->number < 0 || command->number >= session->n_branches)
        return fail_as(err, ERROR_USAGE, "there is no branch %d", command->number);
    if (command->number != session->branch)
        enter(session, command->number);
    return true;
}

static char *write_layer(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("layer %d%s", command->number, *command->text ? " on-top" : "");
}

static bool read_layer(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    const char *behind = forms_number(rest, now->n_sites - 1, &command->number, err);
    if (behind && strcmp(behind, " on-top") == 0)
        snprintf(command->text, sizeof command->text, "on-top");
    else if (behind && *behind)
        return fail_as(err, ERROR_INPUT, "only on-top may follow");
    return behind != NULL;
}

static char *write_layers(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("layers %s", command->text);
}

/* Numbers of layers that can be pruned, apart by blanks; then perhaps on-top. */
static bool read_layers(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    const char *at = rest;
    for (int number; at && *at && strcmp(at, on_top_word) != 0; at += at && *at == ' ')
        at = forms_number(at, now->n_sites - 1, &number, err);
    if (at && strlen(rest) < sizeof command->text && at > rest)
        snprintf(command->text, sizeof command->text, "%s", rest);
    else if (at)
        return fail_as(err, ERROR_INPUT, "numbers of layers must follow");
    return at != NULL;
}

/* Branches are counted from 1 in a journal, as on the screen. */
static char *write_branch(const struct command *command, const struct snapshot *after)
{
    (void)after;
    return memory_format("branch %d", command->number + 1);
}

static bool read_branch(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    if (!forms_read_number(rest, now, command, err))
        return false;
    return --command->number >= 0 || fail_as(err, ERROR_INPUT, "branches are counted from 1");
}

/* Prune at the site `number`; its earlier rounds come back if it had any. Text "on-top": on top of
 * what is pruned now, as a branch of its own. */
const struct engine_command engine_command_layer = {
    .name = "layer",
    .alters = ALTERS_BRANCH,
    .run = layer,
    .write = write_layer,
    .read = read_layer,
};

/* Prune the sites that the text has the numbers of, apart by blanks, in one order across them. A
 * last word "on-top": on top of what is pruned now. */
const struct engine_command engine_command_layers = {
    .name = "layers",
    .alters = ALTERS_BRANCH,
    .run = layers,
    .write = write_layers,
    .read = read_layers,
};

/* To the branch `number`, as it was left. */
const struct engine_command engine_command_branch = {
    .name = "branch",
    .alters = ALTERS_BRANCH,
    .run = branch_to,
    .write = write_branch,
    .read = read_branch,
};
