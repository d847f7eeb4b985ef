/* The order in which channels are pruned: by a criterion, a file or a list. */
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/session_known.h"

#include "engine/prune/criteria/criteria.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

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
        .seed = session->options.seed,
    };
    memcpy(input.evidence, session->states[site].evidence, sizeof input.evidence);
    return input;
}

/* Of the m-th site of its own that a site has channels of; branch NULL: of the unpruned net. */
static struct criterion_input input_of(
    const struct session *session, const struct branch *branch, int at, int m)
{
    const struct prune_sites *sites = session->description->sites;
    const struct prune_site *site = &sites->site[at];
    struct criterion_input input =
        session_criterion_input(session, prune_site_is_joint(site) ? site->members[m] : at);
    if (!branch || !branch->sums[SET_CLEAN])
        return input;
    int first = prune_sites_first(sites, at, m);
    input.clean = branch->sums[SET_CLEAN] + first;
    input.poisoned = branch->sums[SET_POISONED] ? branch->sums[SET_POISONED] + first : NULL;
    memset(input.evidence, 0, sizeof input.evidence); /* it is of the unpruned net */
    return input;
}

static int members_of(const struct session *session, int site)
{
    int n = session->description->sites->site[site].n_members;
    return n > 0 ? n : 1;
}

bool session_criterion_defined(const struct session *session, const struct branch *branch, int site,
    const struct criterion *criterion, struct error *err)
{
    int n = members_of(session, site);
    if (n > 1 && criterion->scaling == SCALING_REFUSED)
        return fail_as(err, ERROR_USAGE,
            "criterion %s ranks the channels of one layer; across layers use another, or compare "
            "them one by one (--all-layers)",
            criterion->name);
    for (int m = 0; m < n; m++) {
        const struct criterion_input input = input_of(session, branch, site, m);
        struct error why = {0};
        if (criteria_defined(criterion, &input, &why))
            continue;
        return n > 1 ? fail_as(err, why.class, "layer %s: %s", input.site->name, why.text)
                     : fail_as(err, why.class, "%s", why.text);
    }
    return true;
}

const char *session_scaling(
    const struct session *session, int site, const struct criterion *criterion)
{
    return members_of(session, site) > 1 ? criteria_scaling_said(criterion->scaling) : "";
}

/* Scores of all its channels, those of each layer scaled where there are several. */
static bool score(const struct session *session, const struct branch *branch, int site,
    const struct criterion *criterion, double *scores, struct error *err)
{
    int n = members_of(session, site);
    bool good = session_criterion_defined(session, branch, site, criterion, err);
    for (int m = 0; m < n && good; m++) {
        const struct criterion_input input = input_of(session, branch, site, m);
        good = criteria_score(criterion, &input, scores, err);
        if (good && n > 1)
            criteria_scale(criterion->scaling, scores, input.site->n_channels);
        scores += input.site->n_channels;
    }
    return good;
}

struct order *session_make_order(const struct session *session, const struct branch *branch,
    int site, const struct criterion *criterion, bool descending, const char *file,
    struct error *err)
{
    int n = session->description->sites->site[site].n_channels;
    double *scores = memory_array((size_t)n, sizeof *scores);
    struct order *order = NULL;
    if (score(session, branch, site, criterion, scores, err))
        order = order_create(criterion, descending, file, scores, n, err);
    free(scores);
    return order;
}

bool session_measure_criterion(
    struct session *session, int site, const struct criterion *criterion, struct error *err)
{
    bool good = true;
    for (int m = 0; m < members_of(session, site) && good; m++) {
        const struct criterion_input input = input_of(session, NULL, site, m);
        int own = (int)(input.site - session->description->sites->site);
        good = session_measure_evidence(session, own, &input, criterion, err);
    }
    return good;
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
    bool good = session_measure_criterion(session, site, criterion, err);
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
    struct order *chosen = session_make_order(session, branch, branch->site, criterion,
        order && !file ? descending : criterion->descending, file, err);
    if (chosen)
        use(session, chosen);
    return chosen != NULL;
}

bool session_choose_listed(struct session *session, const char *name, struct error *err)
{
    const struct criterion *criterion = session_history(session)->order->criterion;
    const struct branch *branch = session_branch(session);
    struct order *chosen = session_make_order(
        session, branch, branch->site, criterion, criterion->descending, NULL, err);
    if (chosen && order_list(chosen, name, session->listed, session->n_listed, err)) {
        use(session, chosen);
        return true;
    }
    refcount_unref(chosen);
    return false;
}
