/* What choices are known by: the rule of engine/api/knowledge.h, applied. */
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/messages.h"

#include <string.h>

enum { SEEN_TEST = KNOWLEDGE_TEST };

unsigned session_poisoned_known(const struct session *session)
{
    const struct dataset *poisoned = session->description->sets[SET_POISONED];
    return dataset_surrogate(poisoned) ? KNOWLEDGE_CLEAN | KNOWLEDGE_SURROGATE : KNOWLEDGE_POISONED;
}

/* All that the session shows of its images. */
static unsigned in_sight(const struct session *session)
{
    bool poisoned = session->description->sets[SET_POISONED];
    return KNOWLEDGE_CLEAN | (poisoned ? session_poisoned_known(session) : 0U);
}

enum badge session_criterion_badge(const struct session *session, const struct criterion *criterion)
{
    bool surrogate = dataset_surrogate(session->description->sets[SET_POISONED]);
    bool reads = criterion->data == CRITERION_ORACLE || criterion->data == CRITERION_MIXTURE;
    return surrogate && reads ? BADGE_SURROGATE : (enum badge)criterion->data;
}

void session_saw(struct session *session, unsigned sets)
{
    session->seen |= sets;
}

void session_saw_sets(struct session *session)
{
    session->seen |= in_sight(session);
}

void session_take_origin(struct session *session, struct round *unpruned)
{
    const char *text = session->description->model->knowledge;
    if (text && !knowledge_read(text, &unpruned->own))
        session_say(session, true,
            "%.100s: its secateur_knowledge cannot be read: its origin is unknown",
            session->description->model_name);
    unpruned->known = unpruned->own;
    char sentence[KNOWLEDGE_TEXT];
    if (knowledge_any(&unpruned->own))
        session_say(session, false, "%.80s is a repaired net: %.150s",
            session->description->model_name, knowledge_sentence(&unpruned->own, sentence));
}

unsigned session_criterion_sets(const struct session *session, const struct criterion *criterion)
{
    const unsigned sets[] = {[CRITERION_DATA_FREE] = 0,
        [CRITERION_CLEAN] = KNOWLEDGE_CLEAN,
        [CRITERION_MIXTURE] = KNOWLEDGE_CLEAN | session_poisoned_known(session),
        [CRITERION_ORACLE] = KNOWLEDGE_CLEAN | session_poisoned_known(session)};
    bool found = criterion->needs_target && session->options.target.kind == TARGET_NONE;
    return sets[criterion->data] | (found ? session_poisoned_known(session) : 0U);
}

struct knowledge session_order_known(
    const struct session *session, const struct order *order, int site)
{
    struct knowledge known = {.sets = session->seen, .unknown = order->file};
    const char *slash = order->file ? strrchr(order->file, '/') : NULL;
    if (!order->file)
        known.sets |= session_criterion_sets(session, order->criterion);
    knowledge_name(known.criterion, order->file ? "order-file" : order->criterion->name);
    knowledge_name(known.order, order->file         ? (slash ? slash + 1 : order->file)
                                : order->descending ? "descending"
                                                    : "ascending");
    knowledge_name(known.layer, session->description->sites->site[site].name);
    return known;
}

void session_know_base(struct session *session, struct round *first, const struct knowledge *base)
{
    first->own = (struct knowledge){.sets = session->seen};
    knowledge_name(first->own.layer, session->description->sites->site[session->site].name);
    first->known = *base;
    knowledge_add(&first->known, &first->own);
}

static struct knowledge at_round(const struct history *history, int round)
{
    struct knowledge known = history->rounds[round]->known;
    known.sets |= history_stopped(history, round);
    return known;
}

void session_know_round(const struct session *session, struct round *round, bool person)
{
    const struct history *history = session_history(session);
    if (person) {
        round->own = (struct knowledge){.sets = in_sight(session) | session->seen, .by_hand = true};
        knowledge_name(round->own.layer, session->description->sites->site[session->site].name);
    } else {
        round->own = history->order->known;
        round->own.sets |= session->seen & SEEN_TEST;
    }
    round->known = at_round(history, history->position);
    knowledge_add(&round->known, &round->own);
}

static struct knowledge repair_known(const struct session *session)
{
    struct knowledge known = {.sets = KNOWLEDGE_CLEAN | session->seen};
    knowledge_name(known.criterion, session_branch(session)->plan.repair->name);
    return known;
}

void session_know_repair(const struct session *session, struct round *round)
{
    round->own = repair_known(session);
    round->known = at_round(session_history(session), session_history(session)->position);
    knowledge_add(&round->known, &round->own);
}

void session_know_again(struct session *session, int round)
{
    struct history *history = session_history(session);
    unsigned now = history_stopped(history, history->position) | session_next_known(session).sets;
    history_stop(history, round, now & ~history->rounds[round]->known.sets);
}

struct knowledge session_branch_known(const struct branch *branch)
{
    const struct history *history = &branch->history;
    bool unpruned = !branch_is_on_top(branch) && history->position == 0;
    return unpruned ? history->rounds[0]->known : at_round(history, history->position);
}

static bool is_crossing(const struct session *session, int round)
{
    for (int i = 0; i < session->n_thresholds; i++)
        if (session->thresholds[i].round == round)
            return true;
    return false;
}

struct knowledge session_known(const struct session *session)
{
    const struct history *history = session_history(session);
    struct knowledge known = session_branch_known(session_branch(session));
    int at = history->position;
    bool person = at > 0 && history->rounds[at]->own.by_hand; /* who names a channel stops there */
    if (is_crossing(session, at))
        known.sets |= KNOWLEDGE_CLEAN;
    if (at > 0 && (person || !is_crossing(session, at)) && !history_stopped(history, at) &&
        branch_next_rounds(session_branch(session)) > 0)
        known.counted = true;
    return known;
}

struct knowledge session_next_known(const struct session *session)
{
    const struct history *history = session_history(session);
    if (session_branch(session)->plan.repair)
        return repair_known(session);
    struct knowledge next = history->order->known;
    next.sets |= session->seen & SEEN_TEST;
    return next;
}

struct knowledge session_threshold_known(const struct session *session, int round)
{
    struct knowledge known = {0};
    if (round >= 0) {
        known = session_history(session)->rounds[round]->known;
        known.sets |= KNOWLEDGE_CLEAN;
    }
    return known;
}

void session_stop_here(struct session *session, unsigned sets)
{
    struct branch *branch = session_branch(session);
    if (branch_is_on_top(branch) || branch->history.position > 0) /* else nothing is chosen */
        history_stop(&branch->history, branch->history.position, sets);
}
