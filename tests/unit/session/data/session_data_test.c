/* session: other images for a session that runs. What was chosen stays, what was measured is what a
 * session that began with these images measures, and a change that fails changes nothing. */
#include "engine/api/session_file.h"
#include "engine/base/memory.h"
#include "tests/unit/session/session_trial.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_bool stop;

static bool change(struct session *session, enum session_file file, const char *path)
{
    struct command command = {.kind = COMMAND_DATA, .number = (int)file};
    struct error err = {0};
    snprintf(command.text, sizeof command.text, "%s", path);
    bool good = trial_try(session, &command, &err);
    if (!good)
        print_message("%s\n", err.text);
    return good;
}

/* What is to be seen while other images are measured, and where that is stopped. */
static struct watch {
    bool on, told; /* told: how far it is */
    int seen, rounds, branches, stop_at;
} watch;

static void look(void *context, struct session *session)
{
    (void)context;
    if (!watch.on)
        return;
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_rounds, watch.rounds);
    assert_int_equal(s->n_branches, watch.branches);
    assert_int_equal(s->n_images[SET_CLEAN], TRIAL_CLEAN);
    assert_true(s->phase == PHASE_LOADING || s->phase == PHASE_MEASURING);
    watch.told = watch.told || strstr(s->activity, "round 2 of");
    if (++watch.seen == watch.stop_at)
        atomic_store(&stop, true);
    snapshot_unref(s);
}

/* Rounds in three branches, and a repair in a fourth. */
static struct session *prepare(bool repaired)
{
    const struct session_hooks hooks = {.progress = look, .stop = &stop};
    const struct command finetune = {
        .kind = COMMAND_REPAIR, .number = -1, .value = 2, .text = "finetune"};
    struct options options = trial_options();
    struct error err = {0};
    trial_write(trial_net("branch"));
    atomic_store(&stop, false);
    struct session *session = trial_open(&options, &hooks);
    trial_do(session, COMMAND_STEP, 3);
    trial_do(session, COMMAND_UNDO, 2);
    trial_do(session, COMMAND_PRUNE, 0);
    trial_say(session, COMMAND_CRITERION, "difference");
    trial_do(session, COMMAND_STEP, 1);
    const struct command on_top = {.kind = COMMAND_LAYER, .number = 0, .text = "on-top"};
    assert_true(trial_try(session, &on_top, &err));
    trial_do(session, COMMAND_STEP, 2);
    if (repaired)
        assert_true(trial_try(session, &finetune, &err));
    trial_do(session, COMMAND_UNDO, 1);
    return session;
}

/* All that is shown, but the activations: a repair takes them over from the branch it begins in,
 * and they are measured of its own net later. */
static char *seen(struct session *session)
{
    char *text = trial_found(session), *line = strstr(text, "\nactivations ");
    assert_non_null(line);
    memset(line + 1, '-', strcspn(line + 1, "\n"));
    return text;
}

static void expect_seen(struct session *session, const char *expected)
{
    char *now = seen(session);
    assert_string_equal(now, expected);
    free(now);
}

static void there_and_back_is_as_before(void **state)
{
    (void)state;
    for (int repaired = 0; repaired < 2; repaired++) {
        struct session *session = prepare(repaired);
        char *before = seen(session);
        assert_true(change(session, FILE_CLEAN, "test_clean.h5"));
        assert_true(change(session, FILE_POISONED, "test_poisoned.h5"));
        char *there = seen(session);
        assert_string_not_equal(there, before);
        assert_true(change(session, FILE_POISONED, "poisoned.h5"));
        assert_true(change(session, FILE_CLEAN, "clean.h5"));
        expect_seen(session, before);
        trial_do(session, COMMAND_REDO, 1);
        trial_do(session, COMMAND_BRANCH, 0);
        free(before);
        free(there);
        session_destroy(session);
    }
}

/* Rounds of a branch against those of a session that has had these images from the beginning. */
static void compare_branch(const struct snapshot *s, int b)
{
    struct options options = trial_options();
    options.clean = "test_clean.h5";
    options.poisoned = "test_poisoned.h5";
    struct session *fresh = trial_open(&options, NULL);
    for (int r = 1; r < s->branches[b].n_rounds; r++)
        trial_do(fresh, COMMAND_PRUNE, s->branches[b].rounds[r]->channel);
    const struct snapshot *f = session_snapshot(fresh);
    assert_int_equal(f->n_rounds, s->branches[b].n_rounds);
    for (int r = 0; r < f->n_rounds; r++) {
        const struct round *x = s->branches[b].rounds[r], *y = f->rounds[r];
        assert_int_equal(x->clean_correct, y->clean_correct);
        assert_int_equal(x->attack_hits, y->attack_hits);
        assert_int_equal(x->broken, y->broken);
        for (int set = 0; set < N_SETS; set++)
            assert_memory_equal(
                x->predicted[set], y->predicted[set], (size_t)f->n_images[set] * sizeof(uint16_t));
    }
    snapshot_unref(f);
    session_destroy(fresh);
}

static void counts_are_those_of_the_new_images(void **state)
{
    (void)state;
    struct session *session = prepare(false);
    const struct snapshot *before = session_snapshot(session);
    assert_true(change(session, FILE_CLEAN, "test_clean.h5"));
    assert_true(change(session, FILE_POISONED, "test_poisoned.h5"));
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_branches, before->n_branches);
    assert_int_equal(s->branch, before->branch);
    assert_int_equal(s->position, before->position);
    assert_int_equal(s->changes, 2);
    for (int b = 0; b < s->n_branches; b++) {
        const struct branch_line *now = &s->branches[b], *was = &before->branches[b];
        assert_int_equal(now->n_rounds, was->n_rounds);
        assert_int_equal(now->parent, was->parent);
        assert_string_equal(now->criterion, was->criterion);
        for (int r = 0; r < now->n_rounds; r++) {
            assert_int_equal(now->rounds[r]->channel, was->rounds[r]->channel);
            assert_true(knowledge_same(&now->rounds[r]->known, &was->rounds[r]->known));
        }
        if (now->n_base == 0)
            compare_branch(s, b);
    }
    snapshot_unref(before); /* its images are still there */
    snapshot_unref(s);
    session_destroy(session);
}

static void failures_change_nothing(void **state)
{
    static const struct {
        enum session_file file;
        const char *path;
    } bad[] = {{FILE_CLEAN, "nowhere.h5"}, {FILE_CLEAN, "net.h5"}, {FILE_CLEAN, ""},
        {FILE_POISONED, "nowhere.h5"}, {FILE_TEST_CLEAN, "net.h5"}, {FILE_REPAIRED, "clean.h5"},
        {FILE_REPAIRED, ""}, {N_SESSION_FILES, "clean.h5"}};
    (void)state;
    struct session *session = prepare(true);
    char *before = trial_found(session);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(change(session, bad[i].file, bad[i].path));
        trial_expect_found(session, before);
    }
    atomic_store(&stop, true);
    assert_false(change(session, FILE_CLEAN, "test_clean.h5"));
    atomic_store(&stop, false);
    trial_expect_found(session, before);
    trial_do(session, COMMAND_REDO, 1); /* and it goes on */
    free(before);
    session_destroy(session);
}

/* Stopped wherever it tells how far it is, a change leaves everything as it was; until it is whole,
 * what there was is seen. */
static void a_change_is_watched_and_stopped(void **state)
{
    (void)state;
    struct session *session = prepare(true);
    const struct snapshot *s = session_snapshot(session);
    const struct watch as_it_is = {.rounds = s->n_rounds, .branches = s->n_branches};
    char *before = trial_found(session);
    bool done = false;
    snapshot_unref(s);
    for (int at = 1; !done; at = at < 12 ? at + 1 : 2 * at) {
        watch = as_it_is;
        watch.stop_at = at;
        watch.on = true;
        done = change(session, FILE_CLEAN, "test_clean.h5");
        watch.on = false;
        atomic_store(&stop, false);
        if (!done)
            trial_expect_found(session, before);
    }
    assert_true(watch.told && watch.seen >= 4);
    s = session_snapshot(session);
    assert_int_equal(s->changes, 1);
    snapshot_unref(s);
    free(before);
    session_destroy(session);
}

static void a_run_goes_on_behind_a_failure(void **state)
{
    (void)state;
    struct session *session = prepare(false);
    const struct command run = {.kind = COMMAND_RUN};
    struct command data = {.kind = COMMAND_DATA, .text = "nowhere.h5"};
    struct error err = {0};
    assert_true(session_command(session, &run, &err));
    assert_false(session_command(session, &data, &err));
    assert_true(session_busy(session));
    snprintf(data.text, sizeof data.text, "test_clean.h5");
    assert_true(session_command(session, &data, &err));
    assert_false(session_busy(session)); /* other images end it */
    session_destroy(session);
}

static void test_images_and_repaired_nets(void **state)
{
    (void)state;
    struct session *session = prepare(false);
    char *before = trial_found(session);
    trial_say(session, COMMAND_SAVE, "repaired.h5");
    assert_true(change(session, FILE_TEST_CLEAN, "test_clean.h5"));
    assert_true(change(session, FILE_TEST_POISONED, "test_poisoned.h5"));
    trial_do(session, COMMAND_TEST, 0);
    const struct snapshot *s = session_snapshot(session);
    int counted = s->test_clean_correct;
    assert_int_equal(counted, TRIAL_TESTS); /* the net has all of them right */
    assert_int_equal(s->n_test[SET_POISONED] > 0, true);
    assert_true(change(session, FILE_TEST_CLEAN, "clean.h5")); /* read ones, once more */
    assert_true(change(session, FILE_TEST_POISONED, ""));
    trial_do(session, COMMAND_TEST, 0);
    const struct snapshot *again = session_snapshot(session);
    assert_int_equal(again->test_clean_correct, TRIAL_CLEAN);
    assert_int_equal(again->n_test[SET_POISONED], 0);
    snapshot_unref(s);
    snapshot_unref(again);
    assert_true(change(session, FILE_TEST_CLEAN, ""));
    assert_true(change(session, FILE_REPAIRED, "repaired.h5"));
    trial_do(session, COMMAND_DETECT, 0);
    free(before);
    session_destroy(session);
}

static void poisoned_images_can_come_and_go(void **state)
{
    (void)state;
    struct session *session = prepare(true);
    char *before = seen(session);
    assert_true(change(session, FILE_POISONED, ""));
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->set_name[SET_POISONED]);
    snapshot_unref(s);
    trial_do(session, COMMAND_REDO, 1);
    trial_do(session, COMMAND_UNDO, 1);
    assert_true(change(session, FILE_POISONED, "poisoned.h5"));
    expect_seen(session, before);
    free(before);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(there_and_back_is_as_before, trial_each),
        cmocka_unit_test_setup(counts_are_those_of_the_new_images, trial_each),
        cmocka_unit_test_setup(failures_change_nothing, trial_each),
        cmocka_unit_test_setup(a_change_is_watched_and_stopped, trial_each),
        cmocka_unit_test_setup(a_run_goes_on_behind_a_failure, trial_each),
        cmocka_unit_test_setup(test_images_and_repaired_nets, trial_each),
        cmocka_unit_test_setup(poisoned_images_can_come_and_go, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
