/* session: --exact, without any shortcut, prunes the same channels and predicts the same. */
#include "engine/base/shortcuts.h"

#include "tests/unit/session/session_trial.h"

enum { SITES = 3 };

/* So many rounds at a site, 0: all. */
static const struct snapshot *run_site(struct session *session, int site, int rounds)
{
    trial_do(session, COMMAND_LAYER, site);
    trial_do(session, rounds > 0 ? COMMAND_STEP : COMMAND_RUN, rounds);
    return session_snapshot(session);
}

/* Kernels add up in another order than the reference loops: images may differ where each class is
 * a tie within rounding, as the reference pass has it. */
static void expect_ties(const struct snapshot *snapshot, int round, const struct network *network)
{
    struct snapshot then = *snapshot;
    assert_non_null(network);
    then.position = round;
    trial_check_plainly(&then, network);
}

/* network: of the files, NULL: of the demo, where nothing may differ. */
static void expect_same(
    const struct snapshot *fast, const struct snapshot *exact, const struct network *network)
{
    assert_int_equal(exact->n_rounds, fast->n_rounds);
    for (int r = 0; r < fast->n_rounds; r++) {
        const struct round *a = fast->rounds[r], *b = exact->rounds[r];
        bool same = true;
        for (int set = 0; set < N_SETS; set++)
            same = same && memcmp(b->predicted[set], a->predicted[set],
                               (size_t)fast->n_images[set] * sizeof *a->predicted[set]) == 0;
        assert_int_equal(b->channel, a->channel);
        if (!same) {
            expect_ties(fast, r, network);
            expect_ties(exact, r, network);
        }
        if (r > 0)
            assert_int_equal(b->touched, fast->n_images[SET_CLEAN] + fast->n_images[SET_POISONED]);
    }
}

/* Runs with the shortcuts first: a session that is exact switches them off for the process. */
static void compare(
    const struct options *options, int sites, int rounds, const struct network *network)
{
    const struct snapshot *fast[SITES];
    struct options slow = *options;
    shortcut_switch_all(true);
    struct session *session = trial_open(options, NULL);
    const struct snapshot *first = session_snapshot(session);
    int n = first->n_sites < sites ? first->n_sites : sites;
    for (int site = 0; site < n; site++)
        fast[site] = run_site(session, first->n_sites - 1 - site, rounds);
    session_destroy(session);
    slow.exact = true;
    session = trial_open(&slow, NULL);
    for (int i = 0; i < SHORTCUT_COUNT; i++)
        assert_false(shortcut_on((enum shortcut)i));
    for (int site = 0; site < n; site++) {
        const struct snapshot *exact = run_site(session, first->n_sites - 1 - site, rounds);
        expect_same(fast[site], exact, network);
        snapshot_unref(exact);
        snapshot_unref(fast[site]);
    }
    session_destroy(session);
    snapshot_unref(first);
    shortcut_switch_all(true);
}

static void exact_sessions_predict_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        const struct options options = trial_options();
        trial_write(&trial_nets[i]);
        struct network *network = trial_network(&trial_nets[i]);
        compare(&options, SITES, 0, network);
        network_destroy(network);
    }
}

static void exact_sessions_predict_the_same_of_wide_nets(void **state)
{
    (void)state;
    const struct options options = trial_options();
    trial_write(&trial_wide);
    struct network *network = trial_network(&trial_wide);
    compare(&options, SITES, 4, network);
    network_destroy(network);
}

static void exact_sessions_predict_the_same_of_the_demo(void **state)
{
    (void)state;
    const struct options options = {.threads = 2};
    compare(&options, 1, 2, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(exact_sessions_predict_the_same, trial_each),
        cmocka_unit_test_setup(exact_sessions_predict_the_same_of_wide_nets, trial_each),
        cmocka_unit_test_setup(exact_sessions_predict_the_same_of_the_demo, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
