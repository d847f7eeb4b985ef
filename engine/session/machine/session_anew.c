/* Frees what was measured, and measures again with other images. No snapshot is made in between:
 * others see all of it, or nothing. */
#include "engine/session/machine/session_anew.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_compare.h"
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/what_ifs.h"

#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

static void forget_states(struct session *session)
{
    const struct prune_sites *sites = session->states ? session->description->sites : NULL;
    int n_sites = sites ? sites->n + sites->n_joint : 0;
    for (int i = 0; i < n_sites; i++) {
        refcount_unref(session->states[i].shown);
        for (int set = 0; set < N_SETS; set++)
            free(session->states[i].sums[set]);
        session_drop_evidence(session, i);
    }
    free(session->states);
    session->states = NULL;
}

void session_forget_measured(struct session *session)
{
    session_forget_branches(session);
    forget_states(session);
    for (int set = 0; set < N_SETS; set++) {
        evaluator_cache_destroy(session->caches[set]);
        refcount_unref(session->explanation[set]);
        free(session->runners_up[set]);
        free(session->trivial_says[set]);
        session->caches[set] = NULL;
        session->runners_up[set] = session->trivial_says[set] = NULL;
        session->explanation[set] = NULL;
    }
    session_forget_what_ifs(session);
    refcount_unref(session->inspection);
    refcount_unref(session->scatter);
    refcount_unref(session->detection);
    refcount_unref(session->compared);
    session_compare_drop(session);
    session_forget_results(session);
    refcount_unref(session->unpruned);
    session->inspection = NULL;
    session->scatter = NULL;
    session->detection = NULL;
    session->compared = NULL;
    session->unpruned = NULL;
}

void session_begin_empty(struct session *session)
{
    session->states = NULL;
    session->branches = NULL;
    session->n_branches = session->branch = session->shown = 0;
    session->unpruned = NULL;
    session->what_if = NULL;
    session->inspection = NULL;
    session->scatter = NULL;
    session->detection = NULL;
    session->compared = NULL;
    session->comparing = NULL;
    session->results = NULL;
    session->n_results = 0;
    session->cached = session->suggested = -1;
    session->suggestion[0] = session->repair.chosen[0] = '\0';
    session->trivial = (struct outcome)OUTCOME_UNKNOWN;
    for (int set = 0; set < N_SETS; set++) {
        session->caches[set] = NULL;
        session->runners_up[set] = session->trivial_says[set] = NULL;
        session->explanation[set] = NULL;
    }
}

void session_keep_messages(struct session *to, const struct session *from)
{
    to->n_messages = from->n_messages;
    to->message_serial = from->message_serial;
    memcpy(to->messages, from->messages, sizeof to->messages);
}

bool session_take_surrogate(struct session *session, struct dataset *set, struct error *err)
{
    struct description *description = session->description;
    session_drop_repair(session);
    session_apply_original(session, &description->sites->site[session->site]);
    struct session before = *session;
    session->hooks.progress = NULL;
    session_begin_empty(session);
    description->sets[SET_POISONED] = set;
    session_open_attack(session);
    bool good = session_begin(session, before.site, err);
    struct session after = *session;
    if (!good) {
        session_forget_measured(session);
        attack_destroy(description->attack);
        description->attack = NULL;
        description->sets[SET_POISONED] = NULL;
        dataset_unref(set);
        *session = before;
        session_keep_messages(session, &after);
        session_apply(session, session_history(session)->position);
        return false;
    }
    *session = before;
    session_forget_measured(session);
    *session = after;
    session->hooks = before.hooks;
    return true;
}
