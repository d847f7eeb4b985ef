/* The order in which channels are pruned: by a criterion, a file or a list. */
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/session_known.h"

#include "engine/prune/criteria/criteria.h"

#include <stdlib.h>
#include <string.h>

struct criterion_input session_criterion_input(const struct session *session, int site)
{
    struct criterion_input input = {
        .network = session_unpruned_network(session),
        .site = &session->description->sites->site[site],
        .clean = session->states[site].sums[SET_CLEAN],
        .poisoned = session->states[site].sums[SET_POISONED],
        .target = session->target,
        .seed = 1,
    };
    memcpy(input.evidence, session->states[site].evidence, sizeof input.evidence);
    return input;
}

struct criterion_input session_branch_input(
    const struct session *session, const struct branch *branch)
{
    struct criterion_input input = session_criterion_input(session, branch->site);
    if (branch->sums[SET_CLEAN]) {
        input.clean = branch->sums[SET_CLEAN];
        input.poisoned = branch->sums[SET_POISONED];
        memset(input.evidence, 0, sizeof input.evidence); /* it is of the unpruned net */
    }
    return input;
}

/* Channels that are pruned before round 0 are no part of an order. */
static void leave_out(struct order *order, const struct pruned_set *base)
{
    int n = 0;
    for (int i = 0; i < order->n_ranking; i++)
        if (!pruned_set_has(base, order->ranking[i]))
            order->ranking[n++] = order->ranking[i];
    order->n_ranking = n;
}

static void use(struct session *session, struct order *chosen)
{
    struct history *history = session_history(session);
    if (history->base)
        leave_out(chosen, history->base);
    chosen->known = session_order_known(session, chosen, session->site);
    if (history->order)
        session_take_order(session, chosen);
    else
        history_init(history, chosen, history->first ? history->first : session->unpruned);
}

/* What the criterion reads, before it is asked. */
static bool measure(
    struct session *session, int site, const struct criterion *criterion, struct error *err)
{
    const struct history *history = session_history(session);
    bool measured = session->states[site].evidence[criterion->evidence];
    const struct criterion_input input = session_criterion_input(session, site);
    bool good = session_measure_evidence(session, site, &input, criterion, err);
    if (criterion->evidence != EVIDENCE_NONE && !measured)
        session_apply(session, history->order ? history->position : 0);
    return good;
}

bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err)
{
    bool ascending = order && strcmp(order, "ascending") == 0;
    bool descending = order && strcmp(order, "descending") == 0;
    const char *file = order && !ascending && !descending ? order : NULL;
    const struct branch *branch = session_branch(session);
    if (branch->n_base == 0 && !measure(session, branch->site, criterion, err))
        return false;
    const struct criterion_input input = session_branch_input(session, session_branch(session));
    struct order *chosen = order_create(
        &input, criterion, order && !file ? descending : criterion->descending, file, err);
    if (chosen)
        use(session, chosen);
    return chosen != NULL;
}

bool session_choose_listed(struct session *session, const char *name, struct error *err)
{
    const struct criterion *criterion = session_history(session)->order->criterion;
    const struct criterion_input input = session_branch_input(session, session_branch(session));
    struct order *chosen =
        order_create_listed(&input, criterion, name, session->listed, session->n_listed, err);
    if (chosen)
        use(session, chosen);
    return chosen != NULL;
}
