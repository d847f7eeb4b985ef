#include "engine/session/session_thresholds.h"

#include <stdlib.h>
#include <string.h>

struct criterion_input session_criterion_input(struct session *session, int site)
{
    return (struct criterion_input){
        .network = session_network(session),
        .site = &session->description->sites->site[site],
        .clean = session->states[site].sums[SET_CLEAN],
        .poisoned = session->states[site].sums[SET_POISONED],
        .target = session->target,
    };
}

void session_make_tails(struct session *session)
{
    const struct site *site = &session->description->sites->site[session->site];
    for (int set = 0; set < N_SETS; set++) {
        const struct dataset *images = session->description->sets[set];
        tail_destroy(session->tails[set]);
        session->tails[set] = NULL;
        if (images)
            session->tails[set] = tail_create(session_network(session), site,
                evaluator_lanes(session->evaluator), dataset_count(images));
    }
    session->kept = session->site;
}

void session_check_tails(struct session *session)
{
    const struct site *site = &session->description->sites->site[session->site];
    bool complete = true;
    for (int set = 0; set < N_SETS; set++)
        if (session->description->sets[set])
            complete = complete && tail_complete(session->tails[set]);
    for (int set = 0; set < N_SETS && !complete; set++) {
        tail_destroy(session->tails[set]);
        session->tails[set] = NULL;
    }
    if (!complete)
        session_say(session, false, "%s: every round runs all images from the pixels (%s)",
            site->name,
            site->cut ? "keeping its tensors takes more than --memory"
                      : "its channels act around the measured layer");
}

bool session_fill_tails(struct session *session, struct error *err)
{
    if (session->kept == session->site)
        return true;
    enum phase phase = session->phase;
    session_activity(session, PHASE_MEASURING, "keeping what lies before %s",
        session->description->sites->site[session->site].name);
    session_make_tails(session);
    session_apply(session, 0);
    bool good = true;
    for (int set = 0; set < N_SETS && good; set++) {
        const struct evaluator_pass pass = {.set = session->description->sets[set],
            .tail = session->tails[set],
            .tail_limit = session->options.memory / N_SETS};
        if (pass.tail)
            good = evaluator_run(session->evaluator, &pass, err);
    }
    session_apply(session, session_state(session)->history.position);
    session_activity(session, phase, "%s", "");
    if (good)
        session_check_tails(session);
    else
        session->kept = -1;
    return good;
}

/* The rounds that the site has stand again. */
static void enter_site(struct session *session, int site)
{
    session->site = site;
    session_forget_what_ifs(session);
    session_apply(session, session_state(session)->history.position);
    session_find_thresholds(session);
}

/* `order`: NULL for the criterion's own, "ascending", "descending" or a file. */
bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err)
{
    struct history *history = &session_state(session)->history;
    bool ascending = order && strcmp(order, "ascending") == 0;
    bool descending = order && strcmp(order, "descending") == 0;
    const char *file = order && !ascending && !descending ? order : NULL;
    const struct criterion_input input = session_criterion_input(session, session->site);
    struct order *chosen = order_create(
        &input, criterion, order && !file ? descending : criterion->descending, file, err);
    if (!chosen)
        return false;
    if (history->order)
        history_set_order(history, chosen);
    else
        history_init(history, chosen, session->unpruned);
    return true;
}

bool session_layer(struct session *session, const struct command *command, struct error *err)
{
    const struct sites *sites = session->description->sites;
    int site = command->number, before = session->site;
    const struct order *order = session_state(session)->history.order;
    if (site < 0 || site >= sites->n)
        return fail_as(err, ERROR_USAGE, "there is no layer %d to prune", site);
    if (site == before)
        return true;
    session->site = site;
    /* A new site starts with the criterion in use, or with the first where that is not defined. */
    if (!session_state(session)->history.order &&
        !session_choose_order(
            session, order->criterion, order->descending ? "descending" : "ascending", NULL) &&
        !session_choose_order(session, criteria_at(0), NULL, err)) {
        session->site = before;
        return false;
    }
    session->work = NULL;
    enter_site(session, site);
    return true;
}

/* A new order ends a run; one that cannot be had changes nothing. */
static bool take_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err)
{
    if (!session_choose_order(session, criterion, order, err))
        return false;
    session->work = NULL;
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
    const struct criterion *criterion = criteria_find(name);
    if (!criterion)
        return fail_as(err, ERROR_USAGE, "no criterion %s", name);
    if (space && strcmp(space, "ascending") != 0 && strcmp(space, "descending") != 0)
        return fail_as(err, ERROR_USAGE, "order %s: say ascending or descending", space);
    return take_order(session, criterion, space, err);
}

bool session_order(struct session *session, const struct command *command, struct error *err)
{
    return take_order(
        session, session_state(session)->history.order->criterion, command->text, err);
}
