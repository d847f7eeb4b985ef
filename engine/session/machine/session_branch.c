/* Branches: ways of pruning side by side. */
#include "engine/session/machine/session_branch.h"
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

static void fork_branch(struct session *session)
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
        fork_branch(session);
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
        fork_branch(session);
    history_set_order(session_history(session), chosen);
}

void session_forget_branches(struct session *session)
{
    for (int i = 0; i < session->n_branches; i++)
        branch_finish(&session->branches[i], session->description->sites);
    free(session->branches);
}

const struct network *session_unpruned_network(const struct session *session)
{
    return session->repair.tuned ? session->repair.unpruned : session_network(session);
}

static void use_weights(struct session *session, const struct tuned *tuned)
{
    if (tuned == session->repair.tuned)
        return;
    if (!session->repair.unpruned)
        session->repair.unpruned = network_clone(session_network(session));
    tuned_apply(tuned, session_network(session), session->repair.unpruned);
    evaluator_set_unpruned(session->evaluator, session->repair.unpruned);
    refcount_unref(session->repair.tuned);
    session->repair.tuned = refcount_ref(tuned);
}

static void apply(struct session *session, const struct tuned *tuned, int round)
{
    const struct branch *branch = session_branch(session);
    const struct prune_sites *sites = session->description->sites;
    struct pruned_set *pruned = branch_pruned(branch, sites, round);
    use_weights(session, tuned);
    evaluator_set_pruned(session->evaluator, &sites->site[branch->site], pruned);
    pruned_sets_destroy(pruned, sites->n);
}

void session_apply(struct session *session, int round)
{
    apply(session, branch_tuned(session_branch(session), round), round);
}

void session_apply_tuned(struct session *session, const struct tuned *tuned)
{
    apply(session, tuned, 0);
}

void session_apply_original(struct session *session, const struct prune_site *site)
{
    use_weights(session, NULL);
    evaluator_set_site(session->evaluator, site);
}
