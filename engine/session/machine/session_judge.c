/* Commands scan and test: examines all layers; counts the kept nets on the test sets. */
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_thresholds.h"
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

/* The one with the largest share of silent channels. */
static int silent_site(const struct session *session)
{
    int best = 0;
    for (int s = 1; s < session->description->sites->n; s++)
        if (session->states[s].separation.dormant > session->states[best].separation.dormant)
            best = s;
    return best;
}

/* The suggestion as messages, cut between words where it is longer than one. */
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
    int best = best_site(session), silent = silent_site(session);
    const struct finding *finding = &session->states[best].finding;
    const struct suggestion found = {
        .poisoned = session->description->sets[SET_POISONED] != NULL,
        .worth = finding->worth,
        .silent_layer = sites[silent].name,
        .silent = session->states[silent].separation.dormant,
        .n_silent_of = sites[silent].n_channels,
        .layer = sites[best].name,
        .criterion = finding->criterion ? finding->criterion->name : NULL,
        .n_channels = sites[best].n_channels,
        .n_pruned = finding->repair_channels,
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
static bool work_scan(struct session *session, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    int s = session->work_at;
    struct site_state *state = &session->states[s];
    session_activity(
        session, PHASE_SCANNING, "examining %s (%d of %d)", sites->site[s].name, s + 1, sites->n);
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
    if (good && ++session->work_at == sites->n) {
        suggest(session);
        session->work = NULL;
    }
    return good;
}

bool session_scan(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work = work_scan;
    session->work_at = 0;
    return true;
}

/* Predictions of the test sets, and of the unpruned net its runners-up too. */
struct tested {
    uint16_t *predicted[N_SETS], *runners_up[N_SETS]; /* [n], NULL: no such images */
};

static void finish_tested(struct tested *tested)
{
    for (int set = 0; set < N_SETS; set++) {
        free(tested->predicted[set]);
        free(tested->runners_up[set]);
    }
}

/* The unpruned net's activations are looked at too: they must be numbers. */
static bool test_set(struct session *session, enum image_set set, bool unpruned,
    struct tested *tested, struct error *err)
{
    const struct dataset *images = session->description->tests[set];
    struct evaluator *evaluator = session->evaluator;
    struct evaluator_pass pass = {.set = images};
    if (!images)
        return true;
    size_t n = (size_t)dataset_count(images);
    pass.predicted = tested->predicted[set] = memory_array(n, sizeof *pass.predicted);
    if (unpruned) {
        pass.runners_up = tested->runners_up[set] = memory_array(n, sizeof *pass.runners_up);
        pass.activations = evaluator_activations(evaluator, images);
    }
    bool good = evaluator_run(evaluator, &pass, err);
    if (unpruned)
        evaluator_activations_destroy(evaluator, pass.activations);
    return good;
}

/* Counts of the net as of a round on the test sets; round -1: unpruned. */
static bool test_round(struct session *session, int round, struct outcome *count, struct error *err)
{
    struct tested tested = {{NULL}, {NULL}};
    bool good = true;
    if (round < 0)
        evaluator_set_site(session->evaluator, &session->description->sites->site[session->site]);
    else
        session_apply(session, round);
    for (int set = 0; set < N_SETS && good; set++)
        good = test_set(session, (enum image_set)set, round < 0, &tested, err);
    session_apply(session, session_history(session)->position);
    if (good && round < 0)
        session_settle_test_attack(session, tested.predicted[SET_POISONED]);
    if (good && round < 0)
        session_count_test_trivial(session, tested.predicted, tested.runners_up);
    if (good) {
        const struct expected expected = session_expected_tests(session);
        const uint16_t *const predicted[N_SETS] = {
            tested.predicted[SET_CLEAN], tested.predicted[SET_POISONED]};
        *count = attack_count(&expected, predicted);
    }
    finish_tested(&tested);
    return good;
}

static void say_test(struct session *session, const char *net, const struct outcome *count)
{
    const struct description *d = session->description;
    char attack[64] = "";
    int n = dataset_count(d->tests[SET_CLEAN]);
    int n_attack = d->test_attack ? d->test_attack->of.attack : 0;
    if (n_attack > 0)
        snprintf(attack, sizeof attack, ", ASR %.2f %% (%d of %d)",
            100.0 * count->attack / n_attack, count->attack, n_attack);
    session_say(session, false, "test sets, %s: clean %.2f %% (%d of %d)%s", net,
        100.0 * count->clean / n, count->clean, n, attack);
}

/* Tests B' of a threshold. */
static bool test_threshold(struct session *session, struct threshold *threshold, struct error *err)
{
    char name[32];
    struct outcome count;
    session_activity(session, PHASE_MEASURING, "testing B' (%g points)", threshold->points);
    if (!test_round(session, threshold->round, &count, err))
        return false;
    threshold->test_clean_correct = count.clean;
    threshold->test_attack_hits = count.attack;
    threshold->test_own_correct = count.own;
    threshold->test_robust_correct = count.robust;
    session_note_result(session, threshold);
    snprintf(name, sizeof name, "B'(%g)", threshold->points);
    say_test(session, name, &count);
    return true;
}

/* The first net that was not tested yet: the unpruned one, then B' of each threshold. */
static bool work_test(struct session *session, struct error *err)
{
    if (!session_read_tests(session, err))
        return false;
    if (session->test.clean < 0) {
        struct outcome count;
        session_activity(session, PHASE_MEASURING, "testing the unpruned net");
        if (!test_round(session, -1, &count, err))
            return false;
        session_saw(session, KNOWLEDGE_TEST);
        session->test = count;
        say_test(session, "B", &count);
        return true;
    }
    for (int i = 0; i < session->n_thresholds; i++) {
        struct threshold *threshold = &session->thresholds[i];
        if (threshold->round >= 0 && threshold->test_clean_correct < 0)
            return test_threshold(session, threshold, err);
    }
    session->work = NULL;
    return true;
}

bool session_test(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    if (session->options.clean && !session->options.test_clean)
        return fail_as(err, ERROR_USAGE, "no test images: give --test-clean FILE");
    session->work = work_test;
    return true;
}
