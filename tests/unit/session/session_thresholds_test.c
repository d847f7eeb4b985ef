/* session: thresholds, tests on other images, messages. */
#include "tests/unit/session/session_trial.h"

static struct session *open_on(const char *name)
{
    const struct options options = trial_options();
    trial_write(trial_net(name));
    return trial_open(&options, NULL);
}

/* Thresholds ----------------------------------------------------------------------------- */

/* As the words say it. */
static int crossing(const struct snapshot *s, double points)
{
    for (int r = 1; r < s->n_rounds; r++)
        if (snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, r) >= points - 1e-9)
            return r;
    return -1;
}

static int check_thresholds(struct session *session, int n)
{
    int crossed = 0;
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_thresholds, n);
    for (int i = 0; i < n; i++) {
        assert_int_equal(s->thresholds[i].round, crossing(s, s->thresholds[i].points));
        assert_true(i == 0 || s->thresholds[i].points > s->thresholds[i - 1].points);
        crossed += s->thresholds[i].round > 0;
    }
    snapshot_unref(s);
    return crossed;
}

static void thresholds_are_first_crossings(void **state)
{
    (void)state;
    struct options options = trial_options();
    const double unsorted[] = {30, 2, 60, 2, 5};
    memcpy(options.thresholds, unsorted, sizeof unsorted);
    options.n_thresholds = 5;
    trial_write(trial_net("branch"));
    struct session *session = trial_open(&options, NULL);
    assert_int_equal(check_thresholds(session, 4), 0);
    for (int r = 0; r < 6; r++) {
        trial_do(session, COMMAND_STEP, 1);
        check_thresholds(session, 4);
    }
    assert_int_equal(check_thresholds(session, 4), 4);
    trial_do(session, COMMAND_JUMP, 1); /* what is known stays known */
    assert_int_equal(check_thresholds(session, 4), 4);
    const struct snapshot *s = session_snapshot(session);
    int last = s->ranking[5];
    for (int r = 1; r < s->n_rounds; r++) /* exactly so many points */
        trial_threshold(session,
            100.0 * (s->rounds[0]->clean_correct - s->rounds[r]->clean_correct) / 130 + 1e-13);
    snapshot_unref(s);
    s = session_snapshot(session);
    int n = s->n_thresholds;
    snapshot_unref(s);
    assert_true(n > 6);
    check_thresholds(session, n);
    trial_do(session, COMMAND_PRUNE, last); /* in a branch of its own */
    check_thresholds(session, n);
    trial_do(session, COMMAND_LAYER, 2);
    assert_int_equal(check_thresholds(session, n), 0);
    session_destroy(session);
}

static void thresholds_come_and_go(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    trial_do(session, COMMAND_RUN, 0);
    trial_threshold(session, 50);
    assert_int_equal(check_thresholds(session, 4), 4);
    trial_threshold(session, 4);
    assert_int_equal(check_thresholds(session, 3), 3);
    trial_threshold(session, 0.5);
    for (int i = 0; i < 12; i++)
        trial_threshold(session, 60 + i);
    assert_int_equal(check_thresholds(session, 16), 16);
    trial_refuse(session, &(struct command){.kind = COMMAND_THRESHOLD, .value = 99},
        "at most 16 thresholds are possible");
    trial_refuse(session, &(struct command){.kind = COMMAND_THRESHOLD, .value = (double)NAN},
        "threshold nan: must be above 0 and at most 100 points");
    trial_threshold(session, 71); /* a full table still gives */
    check_thresholds(session, 15);
    session_destroy(session);
}

/* Tests on other images ------------------------------------------------------------------ */

static void check_tests(struct session *session, const struct network *network)
{
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_test[SET_CLEAN] == TRIAL_TESTS && s->n_test[SET_POISONED] == TRIAL_TESTS);
    assert_int_equal(s->test_clean_correct, trial_right(network, "test_clean.h5"));
    assert_int_equal(s->test_attack_hits, trial_right(network, "test_poisoned.h5"));
    for (int i = 0; i < s->n_thresholds; i++) {
        const struct threshold *threshold = &s->thresholds[i];
        if (threshold->round < 0) {
            assert_int_equal(threshold->test_clean_correct, -1);
            continue;
        }
        struct network *zeroed = trial_zeroed(network, s, threshold->round);
        assert_int_equal(threshold->test_clean_correct, trial_right(zeroed, "test_clean.h5"));
        assert_int_equal(threshold->test_attack_hits, trial_right(zeroed, "test_poisoned.h5"));
        network_destroy(zeroed);
    }
    snapshot_unref(s);
}

static void expect_untested(struct session *session)
{
    const struct snapshot *s = session_snapshot(session);
    for (int i = 0; i < s->n_thresholds; i++)
        assert_true(
            s->thresholds[i].test_clean_correct == -1 && s->thresholds[i].test_attack_hits == -1);
    snapshot_unref(s);
}

static void tests_count_on_other_images(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    struct network *network = trial_network(trial_net("branch"));
    trial_do(session, COMMAND_TEST, 0);
    check_tests(session, network);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_UNDO, 2);
    trial_do(session, COMMAND_TEST, 0);
    check_tests(session, network);
    char *tested = trial_found(session);
    trial_do(session, COMMAND_LAYER, 1);
    trial_do(session, COMMAND_RUN, 0); /* may cross in rounds of the same number */
    expect_untested(session);
    trial_do(session, COMMAND_LAYER, 0);
    trial_expect_found(session, tested); /* the same nets again */
    free(tested);
    const struct snapshot *s = session_snapshot(session);
    int first = s->thresholds[0].round, other = s->ranking[5];
    snapshot_unref(s);
    trial_do(session, COMMAND_JUMP, first - 1);
    trial_do(session, COMMAND_PRUNE, other); /* another net of the same number */
    s = session_snapshot(session);
    assert_int_equal(s->thresholds[0].round, first);
    snapshot_unref(s);
    expect_untested(session);
    trial_do(session, COMMAND_TEST, 0);
    check_tests(session, network);
    network_destroy(network);
    session_destroy(session);
}

/* What-ifs tell which channels are pruned while they are asked. */
static void tests_leave_the_net_as_it_stands(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name);
        const struct options options = trial_options();
        struct session *other = trial_open(&options, NULL);
        const struct snapshot *s = session_snapshot(session);
        for (int round = 3; round < s->n_channels; round++) {
            trial_do(session, COMMAND_RUN, round);
            trial_do(session, COMMAND_TEST, 0);
            trial_do(session, COMMAND_WHAT_IF, -1);
            trial_do(other, COMMAND_RUN, round);
            trial_do(other, COMMAND_WHAT_IF, -1);
            trial_do(other, COMMAND_TEST, 0);
            char *found = trial_found(session);
            trial_expect_found(other, found);
            free(found);
        }
        snapshot_unref(s);
        session_destroy(other);
        session_destroy(session);
    }
}

static void tests_need_images(void **state)
{
    (void)state;
    struct options options = trial_options();
    options.test_clean = NULL;
    trial_write(trial_net("dense"));
    struct session *session = trial_open(&options, NULL);
    trial_refuse(
        session, &(struct command){.kind = COMMAND_TEST}, "no test images: give --test-clean FILE");
    session_destroy(session);
    options = trial_options();
    options.test_poisoned = NULL;
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_TEST, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_test[SET_POISONED] == 0 && s->test_attack_hits == 0);
    snapshot_unref(s);
    session_destroy(session);
}

/* A test set that turns up later; until then nothing was read. */
static void tests_are_read_both_or_not_at_all(void **state)
{
    (void)state;
    struct error err = {0};
    const struct command test = {.kind = COMMAND_TEST};
    struct session *session = open_on("dense");
    char *before = trial_found(session);
    assert_int_equal(rename("test_poisoned.h5", "later.h5"), 0);
    for (int i = 0; i < 2; i++) {
        assert_false(trial_try(session, &test, &err));
        assert_string_equal(err.text, "test_poisoned.h5: No such file or directory");
        trial_expect_found(session, before);
    }
    assert_int_equal(rename("later.h5", "test_poisoned.h5"), 0);
    trial_do(session, COMMAND_TEST, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_test[SET_POISONED], TRIAL_TESTS);
    snapshot_unref(s);
    free(before);
    session_destroy(session);
}

/* Messages ------------------------------------------------------------------------------- */

static void the_newest_messages_are_kept(void **state)
{
    (void)state;
    struct session *session = open_on("dense");
    const struct snapshot *before = session_snapshot(session);
    unsigned said = before->messages[before->n_messages - 1].serial;
    char longer[2 * MESSAGE_TEXT];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    for (int i = 0; i < 100; i++)
        session_say(session, i % 2, "number %d", i);
    session_say(session, true, "%s", longer);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_messages, 64);
    for (int i = 0; i < 63; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d", 37 + i);
        assert_string_equal(s->messages[i].text, text);
        assert_int_equal(s->messages[i].serial, said + 38 + (unsigned)i);
        assert_int_equal(s->messages[i].error, (37 + i) % 2);
        assert_true(i == 0 || s->messages[i].seconds >= s->messages[i - 1].seconds);
    }
    assert_int_equal(strlen(s->messages[63].text), MESSAGE_TEXT - 1);
    assert_int_equal(before->messages[before->n_messages - 1].serial, said);
    snapshot_unref(s);
    snapshot_unref(before);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(thresholds_are_first_crossings, trial_each),
        cmocka_unit_test_setup(thresholds_come_and_go, trial_each),
        cmocka_unit_test_setup(tests_count_on_other_images, trial_each),
        cmocka_unit_test_setup(tests_leave_the_net_as_it_stands, trial_each),
        cmocka_unit_test_setup(tests_need_images, trial_each),
        cmocka_unit_test_setup(tests_are_read_both_or_not_at_all, trial_each),
        cmocka_unit_test_setup(the_newest_messages_are_kept, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
