/* Branches: ways of pruning that are kept side by side. Commands layer, branch and repair. */
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/prune/criteria/criteria.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more, which is worked on from now on. */
static struct branch *grow(struct session *session)
{
    size_t n = (size_t)session->n_branches++;
    session->branches = memory_grow(session->branches, n + 1, sizeof *session->branches);
    return &session->branches[n];
}

void session_add_branch(struct session *session, int site, const struct pruned_set *base)
{
    struct branch *branch = grow(session);
    branch_init(branch, session->description->sites, site, base);
    session->branch = branch->root = session->n_branches - 1;
    session->site = site;
}

void session_fork(struct session *session)
{
    const int from = session->branch;
    struct branch *branch = grow(session);
    branch_fork(branch, &session->branches[from], session->description->sites);
    branch->parent = from;
    session->branch = session->shown = session->n_branches - 1;
    if (session->inspected == from)
        session->inspected = session->branch;
}

static bool has_own_rounds(const struct branch *branch)
{
    return branch->history.n_rounds - 1 > (branch->parent >= 0 ? branch->fork_round : 0);
}

void session_part(struct session *session)
{
    struct branch *branch = session_branch(session);
    if (branch->history.position == branch->history.n_rounds - 1)
        return;
    if (has_own_rounds(branch)) {
        session_fork(session);
        return;
    }
    branch->fork_round = branch->history.position;
    history_forget(&branch->history);
}

int session_known_rounds(const struct session *session)
{
    const struct branch *branch = session_branch(session);
    int n = branch->history.n_rounds;
    if (branch->parent < 0 || has_own_rounds(branch))
        return n;
    int more = session->branches[branch->parent].history.n_rounds;
    return more > n ? more : n;
}

void session_share_rounds(struct session *session, int last)
{
    struct branch *branch = session_branch(session);
    if (last < branch->history.n_rounds)
        return;
    history_share(&branch->history, &session->branches[branch->parent].history, last);
    branch->fork_round = branch->history.n_rounds - 1;
    session_find_thresholds(session);
}

void session_take_order(struct session *session, struct order *chosen)
{
    if (history_has_order(session_history(session), chosen)) {
        refcount_unref(chosen); /* in use already, with what was known then */
        return;
    }
    if (has_own_rounds(session_branch(session)))
        session_fork(session);
    history_set_order(session_history(session), chosen);
}

void session_forget_branches(struct session *session)
{
    for (int i = 0; i < session->n_branches; i++)
        branch_finish(&session->branches[i], session->description->sites);
    free(session->branches);
}

/* Everything stands again as a branch was left. */
static void enter(struct session *session, int branch)
{
    session->branch = session->shown = branch;
    session->site = session->branches[branch].site;
    session->work = NULL;
    session_forget_what_ifs(session);
    session_apply(session, session_history(session)->position);
    session_find_thresholds(session);
}

static bool is_plain(const struct branch *branch, int site)
{
    return branch->site == site && branch->n_base == 0;
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
    if (session->kept == session->n_branches)
        session->kept = -1;
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
        branch->sums[set] = sums[set][branch->site];
    session_drop_sums(session, sums, branch->site);
    branch->shown =
        session_show_sums(branch->sums, session->description->sites->site[branch->site].n_channels);
    branch->history.first = round;
    return start_order(session, like, err);
}

bool session_layer(struct session *session, const struct command *command, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    int site = command->number, before = session->branch;
    const struct order *like = session_history(session)->order;
    bool on_top = strcmp(command->text, "keep") == 0 &&
                  session_branch(session)->n_base + session_history(session)->position > 0;
    if (site < 0 || site >= sites->n)
        return fail_as(err, ERROR_USAGE, "there is no layer %d to prune", site);
    int there = on_top ? -1 : find_plain(session, site);
    if (there >= 0) {
        if (there != before)
            enter(session, there);
        return true;
    }
    const struct knowledge known = session_known(session);
    struct pruned_set *base =
        on_top ? branch_pruned(session_branch(session), sites, session_history(session)->position)
               : NULL;
    session_add_branch(session, site, base);
    pruned_sets_destroy(base, sites->n);
    bool good = on_top ? open_on_top(session, like, &known, err) : start_order(session, like, err);
    if (!good) {
        drop_newest(session, before);
        return false;
    }
    history_stop(session_history(session), 0, session->seen); /* what chose the layer */
    enter(session, session->branch);
    return true;
}

bool session_repair(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    if (session->suggested < 0 && session->suggestion[0])
        return fail_as(err, ERROR_USAGE, "no repair is suggested: %.200s", session->suggestion);
    if (session->suggested < 0)
        return fail_as(err, ERROR_USAGE, "no repair is suggested yet: examine the layers first");
    const struct finding *finding = &session->states[session->suggested].finding;
    if (!finding->criterion || finding->repair_channels < 1)
        return fail_as(err, ERROR_USAGE, "no repair is suggested: no layer and criterion gave one");
    const struct command layer = {.number = session->suggested}, start = {.number = 0},
                         run = {.number = finding->repair_channels};
    struct command criterion = {0};
    snprintf(criterion.text, sizeof criterion.text, "%s", finding->criterion->name);
    bool good = session_layer(session, &layer, err) && session_jump(session, &start, err) &&
                session_criterion(session, &criterion, err) && session_run(session, &run, err);
    if (good)
        session->work_stop = session->suggested_known.sets;
    return good;
}

bool session_branch_to(struct session *session, const struct command *command, struct error *err)
{
    if (command->number < 0 || command->number >= session->n_branches)
        return fail_as(err, ERROR_USAGE, "there is no branch %d", command->number);
    if (command->number != session->branch)
        enter(session, command->number);
    return true;
}
