/* Commands criterion and order; the suffix caches of the chosen site. */
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/prune/criteria/criteria.h"

#include <stdlib.h>
#include <string.h>

struct criterion_input session_criterion_input(const struct session *session, int site)
{
    return (struct criterion_input){
        .network = session_network(session),
        .site = &session->description->sites->site[site],
        .clean = session->states[site].sums[SET_CLEAN],
        .poisoned = session->states[site].sums[SET_POISONED],
        .target = session->target,
    };
}

struct criterion_input session_branch_input(
    const struct session *session, const struct branch *branch)
{
    struct criterion_input input = session_criterion_input(session, branch->site);
    if (branch->n_base > 0) {
        input.clean = branch->sums[SET_CLEAN];
        input.poisoned = branch->sums[SET_POISONED];
    }
    return input;
}

static void make_cache(void *context, int set, int worker)
{
    struct session *session = context;
    const struct dataset *images = session->description->sets[set];
    (void)worker;
    if (images)
        session->caches[set] = suffix_cache_create(evaluator_network(session->evaluator),
            &session->description->sites->site[session->site],
            evaluator_kernels(session->evaluator), dataset_count(images), session->budget);
}

void session_make_caches(struct session *session)
{
    for (int set = 0; set < N_SETS; set++) {
        suffix_cache_destroy(session->caches[set]);
        session->caches[set] = NULL;
    }
    thread_pool_run(session->pool, N_SETS, make_cache, session);
    session->kept = session_branch(session)->root;
}

void session_check_caches(struct session *session)
{
    const struct prune_site *site = &session->description->sites->site[session->site];
    bool complete = true;
    for (int set = 0; set < N_SETS; set++)
        if (session->description->sets[set])
            complete = complete && suffix_cache_complete(session->caches[set]);
    for (int set = 0; set < N_SETS && !complete; set++) {
        suffix_cache_destroy(session->caches[set]);
        session->caches[set] = NULL;
    }
    if (!complete)
        session_say(session, false, "%s: every round runs all images from the pixels (%s)",
            site->name,
            session->options.exact ? "--exact"
                                   : "other layers read its channels before the measured layer");
}

bool session_fill_caches(struct session *session, struct error *err)
{
    if (session->kept == session_branch(session)->root)
        return true;
    enum phase phase = session->phase;
    session_activity(session, PHASE_MEASURING, "caching the layers before %s",
        session->description->sites->site[session->site].name);
    session_apply(session, 0);
    session_make_caches(session);
    bool good = true;
    for (int set = 0; set < N_SETS && good; set++) {
        const struct evaluator_pass pass = {
            .set = session->description->sets[set], .cache = session->caches[set]};
        if (pass.cache)
            good = evaluator_run(session->evaluator, &pass, err);
    }
    session_apply(session, session_history(session)->position);
    session_activity(session, phase, "%s", "");
    if (good)
        session_check_caches(session);
    else
        session->kept = -1;
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

/* `order`: NULL for the criterion's own, "ascending", "descending" or a file. */
bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err)
{
    struct history *history = session_history(session);
    bool ascending = order && strcmp(order, "ascending") == 0;
    bool descending = order && strcmp(order, "descending") == 0;
    const char *file = order && !ascending && !descending ? order : NULL;
    const struct criterion_input input = session_branch_input(session, session_branch(session));
    struct order *chosen = order_create(
        &input, criterion, order && !file ? descending : criterion->descending, file, err);
    if (!chosen)
        return false;
    if (history->base)
        leave_out(chosen, history->base);
    chosen->known = session_order_known(session, chosen, session->site);
    if (history->order)
        session_take_order(session, chosen);
    else
        history_init(history, chosen, history->first ? history->first : session->unpruned);
    return true;
}

/* A new order ends a run; one that cannot be had changes nothing. */
static bool take_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err)
{
    if (!session_choose_order(session, criterion, order, err))
        return false;
    session->work = NULL;
    session_find_thresholds(session); /* of a new branch, perhaps */
    return true;
}

bool session_criterion(struct session *session, const struct command *command, struct error *err)
{
    char name[COMMAND_TEXT];
    memcpy(name, command->text, sizeof name);
    name[sizeof name - 1] = '\0';
    char *space = strchr(name, ' ');
    if (space)
        *space++ = '\0';
    const struct criterion *criterion = criteria_find(name, err);
    if (!criterion)
        return false;
    if (space && strcmp(space, "ascending") != 0 && strcmp(space, "descending") != 0)
        return fail_as(err, ERROR_USAGE, "order %s: use ascending or descending", space);
    return take_order(session, criterion, space, err);
}

bool session_order(struct session *session, const struct command *command, struct error *err)
{
    return take_order(session, session_history(session)->order->criterion, command->text, err);
}
