/* Command examine: examines all layers for the attack and suggests a repair. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/state/suggestion.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The site whose repair is best: one that beats the trivial defence, else the one rated best. */
static int best_site(const struct session *session)
{
    int best = 0;
    for (int s = 1; s < session->description->sites->n; s++) {
        const struct finding *a = &session->states[s].finding;
        const struct finding *b = &session->states[best].finding;
        if (a->beats > b->beats || (a->beats == b->beats && a->rating > b->rating))
            best = s;
    }
    return best;
}

/* The one with the largest share of channels that are never active. */
static int never_active_site(const struct session *session)
{
    int best = 0;
    for (int s = 1; s < session->description->sites->n; s++)
        if (session->states[s].separation.never_active >
            session->states[best].separation.never_active)
            best = s;
    return best;
}

/* The suggestion as messages, broken between words where it is longer than one. */
static void tell(struct session *session)
{
    const int room = SNAPSHOT_TEXT - 32;
    const char *text = session->suggestion, *head = "suggested layer: ";
    while ((int)strlen(text) > room) {
        int length = room;
        while (length > 1 && text[length] != ' ')
            length--;
        session_say(session, false, "%s%.*s", head, length, text);
        text += length + (text[length] == ' ');
        head = "… ";
    }
    session_say(session, false, "%s%s", head, text);
}

static void suggest(struct session *session)
{
    const struct prune_site *sites = session->description->sites->site;
    int best = best_site(session), quiet = never_active_site(session);
    const struct finding *finding = &session->states[best].finding;
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    const struct suggestion found = {
        .poisoned = session->description->sets[SET_POISONED] != NULL,
        .surrogate = dataset_surrogate(session->description->sets[SET_POISONED]) != NULL,
        .worth = finding->worth,
        .never_active_layer = sites[quiet].name,
        .never_active = session->states[quiet].separation.never_active,
        .n_never_active_of = sites[quiet].n_channels,
        .layer = sites[best].name,
        .criterion = finding->criterion ? finding->criterion->name : NULL,
        .n_channels = sites[best].n_channels,
        .n_pruned = finding->repair_channels,
        .n_clean = clean ? dataset_count(clean) : 0,
    };
    session->suggested = suggestion_has_repair(&found) ? best : -1;
    session->suggested_known =
        (struct knowledge){.sets = session->seen & ~(unsigned)KNOWLEDGE_TEST};
    if (sites[best].n_channels > 0)
        suggestion_say(&found, session->suggestion, sizeof session->suggestion);
    else
        snprintf(session->suggestion, sizeof session->suggestion, "none: nothing can be pruned");
    tell(session);
}

static struct scan_goals goals_of(const struct session *session)
{
    const struct expected expected = session_expected(session);
    struct scan_goals goals = {
        .own = expected.own, .attack = expected.labels[SET_POISONED], .truth = expected.truth};
    for (int set = 0; set < N_SETS && session->trivial.clean >= 0; set++)
        goals.trivial[set] = session->trivial_says[set];
    return goals;
}

/* One site; the network gets its pruned channels back afterwards. */
static bool work_examine(struct session *session, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    int s = session->work.at;
    struct site_state *state = &session->states[s];
    session_activity(
        session, PHASE_SCANNING, "examining %s (%d of %d)", sites->site[s].name, s + 1, sites->n);
    session_apply_original(session, &sites->site[s]);
    const struct criterion_input input = session_criterion_input(session, s);
    const struct scan_goals goals = goals_of(session);
    struct finding finding = {.worth = {.target = -1}};
    bool good = sites->site[s].n_channels == 0 ||
                scan_site(session->evaluator, &sites->site[s], &input,
                    session->description->sets[SET_CLEAN], session->description->sets[SET_POISONED],
                    &goals, session->budget, &finding, err);
    if (good)
        state->finding = finding; /* an earlier one stands while this is at work */
    state->scanned = state->scanned || good;
    if (good)
        session_saw_sets(session);
    session_apply(session, session_history(session)->position);
    if (good && ++session->work.at == sites->n) {
        suggest(session);
        session->work.unit = NULL;
    }
    return good;
}

static bool examine(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work.unit = work_examine;
    session->work.at = 0;
    return true;
}

/* Examine all layers and suggest one. What it read is known to what is chosen since. */
const struct engine_command engine_command_examine = {
    .name = "examine",
    .begins = "an examination",
    .run = examine,
};
