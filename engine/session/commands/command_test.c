/* Command test: counts the unpruned net and the kept ones on the test sets. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

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
        session_apply_original(session, &session->description->sites->site[session->site]);
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
    char shared[SNAPSHOT_TEXT];
    session_say_shared(session, shared, sizeof shared); /* last, so that it is seen */
    session->work.unit = NULL;
    return true;
}

static bool test(struct session *session, const struct command *command, struct error *err)
{
    (void)command;
    if (session->options.clean && !session->options.test_clean)
        return fail_as(err, ERROR_USAGE, "no test images: give --test-clean FILE");
    session->work.unit = work_test;
    return true;
}

/* Evaluate the unpruned and the kept nets on the test sets. */
const struct engine_command engine_command_test = {
    .name = "test",
    .begins = "a test",
    .run = test,
};
