/* Whole sweeps of the real nets: every count of every round equals the reference exactly, and
 * the findings that the field's own measurements give. */
#include "engine/api/detection.h"
#include "engine/session/driver/session.h"

#include "tests/reference/expected.h"

#include <math.h>

/* Paths outlive the session that borrows them. */
static const char *path_of(const char *file, char path[4096])
{
    snprintf(path, 4096, "%s/%s", test_real_folder(), file);
    return path;
}

static struct session *open_session(const char *model, const char *clean, const char *poisoned,
    const char *layer, const char *criterion)
{
    struct error err = {0};
    struct options options = OPTIONS_DEFAULT;
    static char paths[3][4096];
    options.model = path_of(model, paths[0]);
    options.clean = path_of(clean, paths[1]);
    options.poisoned = path_of(poisoned, paths[2]);
    options.layer = layer;
    options.criterion = criterion;
    struct session *session = session_create(&options, NULL);
    assert_true(session_open(session, &err));
    return session;
}

static void work_off(struct session *session, enum command_kind kind, int number)
{
    struct error err = {0};
    const struct command command = {.kind = kind, .number = number};
    assert_true(session_command(session, &command, &err));
    while (session_busy(session))
        assert_true(session_step(session, &err));
}

/* Rounds against [rounds][2] counts and the order of channels. */
static void check_rounds(struct session *session, const char *group)
{
    size_t n_counts, n_order;
    char *counts_name = memory_format("%s/correct_per_round", group);
    char *order_name = memory_format("%s/order", group);
    double *counts = expected_values(counts_name, &n_counts);
    double *order = expected_values(order_name, &n_order);
    const struct snapshot *snapshot = session_snapshot(session);
    assert_int_equal(snapshot->n_rounds, n_counts / 2);
    for (int r = 0; r < snapshot->n_rounds; r++) {
        assert_int_equal(snapshot->rounds[r]->clean_correct, (int)counts[2 * r]);
        assert_int_equal(snapshot->rounds[r]->attack_hits, (int)counts[2 * r + 1]);
        if (r > 0)
            assert_int_equal(snapshot->rounds[r]->channel, (int)order[r - 1]);
    }
    snapshot_unref(snapshot);
    free(counts_name);
    free(order_name);
    free(counts);
    free(order);
}

static void check_means(struct session *session, const char *group, const char *layer)
{
    static const char *const sets[] = {"clean", "poisoned"};
    const struct snapshot *snapshot = session_snapshot(session);
    for (int set = 0; set < N_SETS; set++) {
        size_t n;
        char *name = memory_format("%s/%s_mean_%s", group, layer, sets[set]);
        double *means = expected_values(name, &n);
        assert_int_equal(n, snapshot->n_channels);
        for (size_t c = 0; c < n; c++)
            assert_true(fabs(snapshot->activations[c].mean[set] - means[c]) <=
                        1e-5 * fabs(means[c]) + 1e-6);
        free(means);
        free(name);
    }
    snapshot_unref(snapshot);
}

static void the_lab_net_sixty_rounds(void **state)
{
    (void)state;
    struct session *session = open_session("lab3_bd_net.h5", "lab3_more_clean.h5",
        "lab3_more_poisoned.h5", "pool_3", "mean-activation");
    check_means(session, "lab3_more", "pool_3");
    work_off(session, COMMAND_RUN, 0);
    check_rounds(session, "lab3_more");
    const struct snapshot *snapshot = session_snapshot(session);
    const int crossings[] = {44, 47, 51};
    for (int i = 0; i < 3; i++)
        assert_int_equal(snapshot->thresholds[i].round, crossings[i]);
    snapshot_unref(snapshot);
    session_destroy(session);
}

static void the_all_to_all_net_thirty_two_rounds(void **state)
{
    (void)state;
    struct session *session = open_session("mnist_all_to_all_bd_net.h5", "mnist_clean.h5",
        "mnist_poisoned.h5", "pool_2", "mean-activation");
    const struct snapshot *snapshot = session_snapshot(session);
    assert_true(snapshot->scale == 1 / 255.0); /* found */
    snapshot_unref(snapshot);
    check_means(session, "mnist_all_to_all", "pool_2");
    work_off(session, COMMAND_RUN, 0);
    check_rounds(session, "mnist_all_to_all");
    session_destroy(session);
}

static void the_clean_label_net(void **state)
{
    (void)state;
    size_t n;
    double *correct = expected_values("mnist_clean_label/correct_clean", &n);
    struct session *session = open_session(
        "mnist_clean_label_bd_net.h5", "mnist_clean.h5", "mnist_poisoned.h5", NULL, NULL);
    const struct snapshot *snapshot = session_snapshot(session);
    assert_int_equal(snapshot->rounds[0]->clean_correct, (int)correct[0]);
    assert_true(snapshot->scale == 1 / 255.0); /* found */
    snapshot_unref(snapshot);
    session_destroy(session);
    free(correct);
}

/* Seven hidden units carry the lab net's backdoor; examining the layers says so. */
static void the_backdoor_is_found_in_the_hidden_layer(void **state)
{
    (void)state;
    struct session *session =
        open_session("lab3_bd_net.h5", "lab3_more_clean.h5", "lab3_more_poisoned.h5", NULL, NULL);
    const struct snapshot *snapshot = session_snapshot(session);
    assert_string_equal(snapshot->sites[snapshot->site].name, "conv_3");
    assert_true(snapshot->scale == 1); /* found */
    assert_int_equal(snapshot->target, 0);
    snapshot_unref(snapshot);
    work_off(session, COMMAND_EXAMINE, 0);
    snapshot = session_snapshot(session);
    int suggested = snapshot->suggested;
    assert_string_equal(snapshot->sites[suggested].name, "activation_1");
    assert_string_equal(snapshot->sites[suggested].producers, "fc_1 + fc_2");
    assert_non_null(strstr(snapshot->suggestion, "oracle"));
    snapshot_unref(snapshot);
    work_off(session, COMMAND_LAYER, suggested);
    struct command command = {.kind = COMMAND_CRITERION, .text = "target-weight"};
    struct error err = {0};
    assert_true(session_command(session, &command, &err));
    work_off(session, COMMAND_STEP, 7);
    snapshot = session_snapshot(session);
    static const int units[] = {158, 15, 52, 119, 22, 102, 65};
    for (int r = 1; r <= 7; r++)
        assert_int_equal(snapshot->rounds[r]->channel, units[r - 1]);
    assert_true(snapshot_asr(snapshot, 7) <= 1.2);
    assert_true(snapshot_clean_accuracy(snapshot, 0) - snapshot_clean_accuracy(snapshot, 7) < 6);
    snapshot_unref(snapshot);
    session_destroy(session);
}

/* A net that someone else pruned 48 channels of: what it says is what our round 48 says, and the
 * lab's GoodNet is blind to its backdoor. */
static void a_net_repaired_elsewhere_is_compared(void **state)
{
    (void)state;
    struct error err = {0};
    size_t n;
    char paths[4][4096];
    struct options options = OPTIONS_DEFAULT;
    options.model = path_of("lab3_bd_net.h5", paths[0]);
    options.clean = path_of("lab3_more_clean.h5", paths[1]);
    options.poisoned = path_of("lab3_more_poisoned.h5", paths[2]);
    options.repaired[options.n_repaired++] = path_of("lab3_repaired_4.h5", paths[3]);
    struct session *session = session_create(&options, NULL);
    assert_true(session_open(session, &err));
    work_off(session, COMMAND_DETECT, 0);
    const struct snapshot *snapshot = session_snapshot(session);
    const struct detection_net *net = &snapshot->detection->nets[0];
    const struct defence *defence = &net->defence[DATA_VALIDATION];
    double *counts = expected_values("lab3_more/correct_per_round", &n);
    assert_int_equal(net->kinship, KIN_PRUNED);
    assert_int_equal(goodnet_b(&defence->clean), (int)counts[0]);
    assert_int_equal(goodnet_b(&defence->poisoned), (int)counts[1]);
    assert_int_equal(goodnet_repaired(&defence->clean), (int)counts[2 * 48]);
    assert_int_equal(goodnet_repaired(&defence->poisoned), (int)counts[2 * 48 + 1]);
    assert_int_equal(goodnet_flagged(&defence->poisoned), 0);
    assert_true(goodnet_flagged(&defence->clean) > 0);
    assert_true(snapshot->detection->detectors[0].roc[DATA_VALIDATION].auc > 0.99);
    free(counts);
    snapshot_unref(snapshot);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_net_sixty_rounds),
        cmocka_unit_test(the_all_to_all_net_thirty_two_rounds),
        cmocka_unit_test(the_clean_label_net),
        cmocka_unit_test(the_backdoor_is_found_in_the_hidden_layer),
        cmocka_unit_test(a_net_repaired_elsewhere_is_compared),
    };
    return test_real_folder() ? cmocka_run_group_tests(tests, NULL, NULL) : TEST_SKIPPED;
}
