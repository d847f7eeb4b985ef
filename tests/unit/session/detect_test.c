/* session: what a detection finds of small nets, against what the rounds say. */
#include "engine/api/detection.h"
#include "tests/unit/session/session_trial.h"

static struct session *open_on(const struct options *options, const struct session_hooks *hooks)
{
    trial_write(trial_net("branch"));
    return trial_open(options, hooks);
}

static double share(int count, int n)
{
    return 100.0 * count / n;
}

/* Detectors that read B alone; those that compare come behind them, a net each. */
static int alone(const struct detection *d)
{
    int n = 0;
    while (n < d->n_detectors && d->detectors[n].net < 0)
        n++;
    return n;
}

/* Whatever the nets are. */
static void check_identities(const struct detection *d, const struct defence *defence)
{
    const struct goodnet_counts *sets[] = {&defence->clean, &defence->poisoned};
    for (int i = 0; i < 2; i++) {
        assert_true(sets[i]->both <= goodnet_b(sets[i]));
        assert_true(sets[i]->both <= goodnet_repaired(sets[i]));
        assert_int_equal(goodnet_flagged(sets[i]) + goodnet_accepted(sets[i]), sets[i]->n);
    }
    if (goodnet_b(sets[1]) == sets[1]->n)
        assert_int_equal(goodnet_flagged(sets[1]) + sets[1]->both, sets[1]->n);
    assert_true(alone(d) == 5 && d->n_detectors == 5 + d->n_nets);
}

static void check_detectors(const struct detection *d, bool tested)
{
    for (int i = 0; i < d->n_detectors; i++) {
        const struct detector_result *r = &d->detectors[i];
        assert_int_equal(r->net, i < 5 ? -1 : i - 5);
        assert_int_equal(r->badge, BADGE_CLEAN);
        for (int data = 0; data < N_DATA; data++) {
            const struct roc *roc = &r->roc[data];
            if (data == DATA_TEST && !tested) {
                assert_true(roc->auc < 0 && roc->n_points == 0);
                continue;
            }
            assert_true(roc->auc >= 0 && roc->auc <= 1);
            for (int set = 0; set < N_SETS; set++) {
                assert_int_equal(roc->n[set], d->n[data][set]);
                assert_int_equal(roc->flagged[set][0], 0);
                assert_int_equal(roc->flagged[set][roc->n_points - 1], roc->n[set]);
            }
        }
        for (int p = 0; p < DETECTION_RATES; p++) {
            const struct operating_point *at = &r->at[p];
            assert_true(share(at->flagged[DATA_VALIDATION][SET_CLEAN],
                            d->n[DATA_VALIDATION][SET_CLEAN]) <= at->rate);
        }
    }
}

/* A net of the detection against its round. */
static void check_net(const struct snapshot *s, const struct detection_net *net)
{
    const struct detection *d = s->detection;
    const struct round *round = s->rounds[net->index];
    assert_ptr_equal(net->round, round);
    assert_int_equal(net->kinship, KIN_PRUNED);
    for (int set = 0; set < N_SETS; set++) {
        size_t bytes = sizeof(uint16_t) * (size_t)s->n_images[set];
        assert_memory_equal(net->predicted[DATA_VALIDATION][set], round->predicted[set], bytes);
        assert_memory_equal(
            d->predicted[DATA_VALIDATION][set], s->rounds[0]->predicted[set], bytes);
    }
    const struct defence *valid = &net->defence[DATA_VALIDATION], *test = &net->defence[DATA_TEST];
    check_identities(d, valid);
    check_identities(d, test);
    assert_int_equal(goodnet_repaired(&valid->clean), round->clean_correct);
    assert_int_equal(goodnet_repaired(&valid->poisoned), round->attack_hits);
    assert_int_equal(goodnet_b(&test->clean), s->test_clean_correct);
    assert_int_equal(goodnet_b(&test->poisoned), s->test_attack_hits);
    for (int t = 0; t < s->n_thresholds; t++)
        if (s->thresholds[t].round == net->index && net->points > 0) {
            assert_int_equal(goodnet_repaired(&test->clean), s->thresholds[t].test_clean_correct);
            assert_int_equal(goodnet_repaired(&test->poisoned), s->thresholds[t].test_attack_hits);
        }
}

static void a_detection_says_what_rounds_say(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct session *session = open_on(&options, NULL);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_JUMP, 3);
    trial_do(session, COMMAND_TEST, 0);
    trial_do(session, COMMAND_DETECT, 1);
    const struct snapshot *s = session_snapshot(session);
    const struct detection *d = s->detection;
    assert_non_null(d);
    assert_true(d->n_nets >= 2 && d->n[DATA_TEST][SET_CLEAN] == TRIAL_TESTS);
    assert_string_equal(d->warning, "");
    check_detectors(d, true);
    for (int i = 0; i < d->n_nets; i++)
        check_net(s, &d->nets[i]);
    snapshot_unref(s);
    session_destroy(session);
}

/* On top of other cuts B is still the unpruned net, also on the test sets. */
static void b_is_unpruned_on_top_of_pruned_channels(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct session *session = open_on(&options, NULL);
    struct network *network = trial_network(trial_net("branch"));
    trial_do(session, COMMAND_STEP, 3);
    struct error err = {0};
    const struct command on_top = {.kind = COMMAND_LAYER, .number = 1, .text = "on-top"};
    assert_true(trial_try(session, &on_top, &err));
    trial_do(session, COMMAND_STEP, 1);
    trial_do(session, COMMAND_TEST, 0);
    trial_do(session, COMMAND_DETECT, 1);
    const struct snapshot *s = session_snapshot(session);
    int right = trial_right(network, "test_clean.h5"),
        hits = trial_right(network, "test_poisoned.h5");
    assert_int_equal(s->test_clean_correct, right);
    assert_int_equal(s->test_attack_hits, hits);
    assert_true(s->branches[s->branch].n_base == 3 && s->detection->n_nets > 0);
    for (int i = 0; i < s->detection->n_nets; i++) {
        const struct detection_net *net = &s->detection->nets[i];
        assert_int_equal(goodnet_b(&net->defence[DATA_TEST].clean), right);
        assert_int_equal(goodnet_b(&net->defence[DATA_TEST].poisoned), hits);
        assert_int_equal(goodnet_repaired(&net->defence[DATA_VALIDATION].clean),
            s->rounds[net->index]->clean_correct);
    }
    snapshot_unref(s);
    network_destroy(network);
    session_destroy(session);
}

static double threshold_of(struct session *session, int detector)
{
    const struct snapshot *s = session_snapshot(session);
    double threshold = s->detection->detectors[detector].at[1].threshold;
    snapshot_unref(s);
    return threshold;
}

/* Neither poisoned nor test images have a say. */
static void thresholds_come_from_clean_validation(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct session *session = open_on(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    trial_do(session, COMMAND_DETECT, 1);
    double thresholds[3];
    for (int i = 0; i < 3; i++)
        thresholds[i] = threshold_of(session, i);
    session_destroy(session);
    options.poisoned = options.test_clean; /* other images altogether */
    options.test_clean = options.test_poisoned = NULL;
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    trial_do(session, COMMAND_DETECT, 0);
    for (int i = 0; i < 3; i++)
        assert_true(fabs(threshold_of(session, i) - thresholds[i]) < 1e-12);
    trial_refuse(session, &(struct command){.kind = COMMAND_DETECT, .number = 1},
        "no test images: give --test-clean FILE");
    session_destroy(session);
    options.poisoned = NULL; /* clean images alone set them too */
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    trial_do(session, COMMAND_DETECT, 0);
    for (int i = 0; i < 3; i++)
        assert_true(fabs(threshold_of(session, i) - thresholds[i]) < 1e-12);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->detection->detectors[0].roc[DATA_VALIDATION].auc < 0);
    assert_null(s->detection->truth[DATA_VALIDATION]);
    snapshot_unref(s);
    session_destroy(session);
}

/* B' = B flags nothing, by whatever comparison; files are known for what they are. */
static void files_are_compared(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct session *session = open_on(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    trial_say(session, COMMAND_SAVE, "two.h5");
    session_destroy(session);
    options.n_repaired = 2;
    options.repaired[0] = options.model;
    options.repaired[1] = "two.h5";
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_DETECT, 0);
    const struct snapshot *s = session_snapshot(session);
    const struct detection *d = s->detection;
    assert_int_equal(d->n_nets, 2);
    assert_int_equal(d->nets[0].kinship, KIN_SAME);
    assert_int_equal(d->nets[1].kinship, KIN_PRUNED);
    assert_true(d->nets[1].n_zeroed > 0 && d->nets[0].n_zeroed == 0);
    assert_string_equal(d->nets[1].name, "two.h5");
    assert_true(d->nets[1].index == -1 && !d->nets[1].round);
    const struct defence *same = &d->nets[0].defence[DATA_VALIDATION];
    assert_int_equal(goodnet_flagged(&same->clean), 0);
    assert_int_equal(goodnet_flagged(&same->poisoned), 0);
    const struct detector_result *agreement = &d->detectors[alone(d)];
    assert_int_equal(agreement->net, 0);
    assert_true(fabs(agreement->roc[DATA_VALIDATION].auc - 0.5) < 1e-12);
    for (int set = 0; set < N_SETS; set++)
        assert_int_equal(agreement->at[2].flagged[DATA_VALIDATION][set], 0);
    snapshot_unref(s);
    session_destroy(session);
}

static void nets_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct error err = {0};
    const struct command detect = {.kind = COMMAND_DETECT};
    trial_write(trial_net("chain"));
    assert_int_equal(rename("net.h5", "other.h5"), 0);
    struct session *session = open_on(&options, NULL);
    session_destroy(session);
    options.n_repaired = 1;
    options.repaired[0] = "other.h5";
    session = trial_open(&options, NULL);
    assert_false(trial_try(session, &detect, &err));
    assert_int_equal(err.class, ERROR_INPUT);
    assert_non_null(strstr(err.text, "other.h5"));
    options.repaired[0] = "missing.h5";
    session_destroy(session);
    session = trial_open(&options, NULL);
    assert_false(trial_try(session, &detect, &err));
    assert_int_equal(err.class, ERROR_INPUT);
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->detection);
    snapshot_unref(s);
    session_destroy(session);
}

static void tests_that_are_validation_are_named(void **state)
{
    (void)state;
    struct options options = trial_options();
    struct session *session = open_on(&options, NULL);
    session_destroy(session);
    options.test_poisoned = options.poisoned;
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_DETECT, 1);
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(s->detection->warning,
        "70 of 70 test images of poisoned.h5 are also validation images in poisoned.h5");
    snapshot_unref(s);
    session_destroy(session);
}

static atomic_bool stop;

static void stop_in_comparison(void *context, struct session *session)
{
    (void)context;
    const struct snapshot *s = session_snapshot(session);
    if (strncmp(s->activity, "comparing", 9) == 0)
        atomic_store(&stop, true);
    snapshot_unref(s);
}

static void a_stop_leaves_everything(void **state)
{
    (void)state;
    const struct options options = trial_options();
    const struct session_hooks hooks = {.stop = &stop, .progress = stop_in_comparison};
    struct error err = {0};
    atomic_store(&stop, false);
    struct session *session = open_on(&options, &hooks);
    trial_do(session, COMMAND_STEP, 2);
    char *before = trial_found(session);
    assert_false(trial_try(session, &(struct command){.kind = COMMAND_DETECT}, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    atomic_store(&stop, false);
    trial_expect_found(session, before);
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->detection);
    snapshot_unref(s);
    free(before);
    session_destroy(session);
}

/* Once a trigger was inverted, detectors can follow its way. */
static void detectors_take_the_trigger(void **state)
{
    (void)state;
    struct options options;
    trial_write(trial_net("dense"));
    options = trial_options();
    options.poisoned = options.test_poisoned = NULL;
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_SUSPECTS, 0);
    for (int round = 0; round < 2; round++) {
        trial_do(session, COMMAND_DETECT, 0);
        const struct snapshot *s = session_snapshot(session);
        bool found = false;
        for (int i = 0; i < s->detection->n_detectors; i++)
            found = found || strcmp(s->detection->detectors[i].name, "trigger") == 0;
        assert_int_equal(found, round == 0);
        for (int i = 0; i < s->detection->n_detectors; i++)
            assert_int_not_equal(s->detection->detectors[i].badge, BADGE_ORACLE);
        snapshot_unref(s);
        session_destroy(session);
        session = trial_open(&options, NULL);
    }
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_detection_says_what_rounds_say, trial_each),
        cmocka_unit_test_setup(b_is_unpruned_on_top_of_pruned_channels, trial_each),
        cmocka_unit_test_setup(thresholds_come_from_clean_validation, trial_each),
        cmocka_unit_test_setup(files_are_compared, trial_each),
        cmocka_unit_test_setup(nets_that_do_not_fit_are_refused, trial_each),
        cmocka_unit_test_setup(tests_that_are_validation_are_named, trial_each),
        cmocka_unit_test_setup(a_stop_leaves_everything, trial_each),
        cmocka_unit_test_setup(detectors_take_the_trigger, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
