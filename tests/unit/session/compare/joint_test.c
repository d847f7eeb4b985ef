/* session: an order across layers: scores of each layer are scaled as the criterion says, each
 * round prunes a channel of some layer, and predictions are those of the net that was zeroed
 * plainly. */
#include "engine/api/criteria_comparison.h"
#include "engine/api/inspection.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/prune/sites/pruned_set.h"
#include "tests/unit/session/session_trial.h"

#include <math.h>

static struct session *open_joint(const char *layers, int threads)
{
    struct options options = trial_options();
    options.layer = layers;
    options.threads = threads;
    return trial_open(&options, NULL);
}

/* Each standing round, back and forth, is the net that was zeroed. */
static void rounds_are_those_of_a_zeroed_net(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint("all", 1);
    struct network *network = trial_network(trial_net("branch"));
    const struct snapshot *s = session_snapshot(session);
    int n = s->n_channels, sum = 0, layers = 0;
    assert_int_equal(s->sites[s->site].n_members, s->n_sites - 1);
    assert_string_equal(s->sites[s->site].name, "all-layers");
    for (int i = 0; i < s->n_sites - 1; i++)
        sum += s->sites[i].n_channels;
    assert_int_equal(n, sum);
    snapshot_unref(s);
    trial_do(session, COMMAND_RUN, n / 2);
    const int moves[] = {COMMAND_STEP, COMMAND_UNDO, COMMAND_UNDO, COMMAND_REDO, COMMAND_STEP};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        trial_do(session, (enum command_kind)moves[i], 1);
        s = session_snapshot(session);
        trial_check_plainly(s, network);
        trial_check_exactly(s, network);
        snapshot_unref(s);
    }
    s = session_snapshot(session);
    bool seen[8] = {false};
    for (int r = 1; r < s->n_rounds; r++) {
        int channel = s->rounds[r]->channel, own = snapshot_own_site(s, s->site, &channel);
        assert_true(own < s->site && channel >= 0 && channel < s->sites[own].n_channels);
        layers += !seen[own];
        seen[own] = true;
    }
    assert_true(layers > 1);
    snapshot_unref(s);
    network_destroy(network);
    session_destroy(session);
}

/* A layer's scores over their L2 norm, as the layer alone gives them. */
static void scores_are_scaled_within_each_layer(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint("all", 1), *alone = open_joint(NULL, 1);
    static const char *const names[] = {"mean-activation", "taylor", "l1", "dormancy"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        trial_say(session, COMMAND_CRITERION, names[k]);
        const struct snapshot *s = session_snapshot(session);
        int first = 0;
        assert_non_null(strstr(s->score_scaling, k == 3 ? "as they are" : "L2 norm"));
        for (int m = 0; m < s->sites[s->site].n_members; m++) {
            trial_do(alone, COMMAND_LAYER, s->sites[s->site].members[m]);
            trial_say(alone, COMMAND_CRITERION, names[k]);
            const struct snapshot *one = session_snapshot(alone);
            double squares = 0;
            for (int c = 0; c < one->n_channels; c++)
                squares += (double)one->scores[c] * (double)one->scores[c];
            double by = k == 3 ? 1 : sqrt(squares);
            for (int c = 0; c < one->n_channels && by > 0; c++)
                assert_true(
                    fabs((double)s->scores[first + c] - (double)one->scores[c] / by) < 1e-5);
            first += one->n_channels;
            snapshot_unref(one);
        }
        snapshot_unref(s);
    }
    session_destroy(session);
    session_destroy(alone);
}

static void scalings_are_their_formulas(void **state)
{
    (void)state;
    double standard[] = {1, 2, 3, 6}, l2[] = {3, -4, 0}, none[] = {7, 8}, zero[] = {0, 0},
           huge[] = {3e200, 4e200};
    criteria_scale(SCALING_STANDARD, standard, 4); /* mean 3, deviation sqrt(14 / 3) */
    assert_true(fabs(standard[3] - 3 / sqrt(14.0 / 3)) < 1e-12);
    criteria_scale(SCALING_L2, l2, 3);
    assert_true(fabs(l2[0] - 0.6) < 1e-12 && fabs(l2[1] + 0.8) < 1e-12);
    criteria_scale(SCALING_NONE, none, 2);
    assert_true(fabs(none[1] - 8) < 1e-12);
    criteria_scale(SCALING_L2, zero, 2);
    criteria_scale(SCALING_STANDARD, zero, 2);
    assert_true(fabs(zero[0]) < 1e-300 && fabs(zero[1]) < 1e-300);
    criteria_scale(SCALING_L2, huge, 2);
    assert_true(fabs(huge[1] - 0.8) < 1e-12);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    char *found = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        struct session *session = open_joint("all", threads);
        trial_say(session, COMMAND_CRITERION, "taylor");
        trial_do(session, COMMAND_RUN, 0);
        if (found)
            trial_expect_found(session, found);
        else
            found = trial_found(session);
        session_destroy(session);
    }
    free(found);
}

/* On top of another layer's rounds: what is pruned there is no part of the order. */
static void an_order_on_top_leaves_out_what_is_pruned(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint(NULL, 1);
    trial_do(session, COMMAND_STEP, 2);
    const struct snapshot *before = session_snapshot(session);
    trial_say(session, COMMAND_LAYERS, "0 1 2 on-top");
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->branches[s->branch].n_base, 2);
    assert_int_equal(s->n_ranking, s->n_channels - 2);
    for (int i = 0; i < s->n_ranking; i++) {
        int channel = s->ranking[i], own = snapshot_own_site(s, s->site, &channel);
        for (int r = 1; r <= 2; r++)
            assert_false(own == before->site && channel == before->rounds[r]->channel);
    }
    assert_int_equal(s->rounds[0]->clean_correct, before->rounds[2]->clean_correct);
    trial_do(session, COMMAND_STEP, 3);
    trial_do(session, COMMAND_WHAT_IF, s->ranking[4]);
    trial_do(session, COMMAND_INSPECT, s->n_channels - 1);
    const struct snapshot *after = session_snapshot(session);
    assert_int_equal(after->inspection->channel, s->n_channels - 1);
    assert_int_equal(after->position, 3);
    snapshot_unref(after);
    snapshot_unref(s);
    snapshot_unref(before);
    session_destroy(session);
}

/* The net that is saved has what was pruned, and reads images as the round did. */
static void a_saved_net_is_the_round(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint("all", 1);
    trial_do(session, COMMAND_STEP, 7);
    trial_say(session, COMMAND_SAVE, "joint.h5");
    const struct snapshot *s = session_snapshot(session);
    struct options options = trial_options();
    options.model = "joint.h5";
    struct session *again = trial_open(&options, NULL);
    const struct snapshot *saved = session_snapshot(again);
    assert_int_equal(saved->rounds[0]->clean_correct, s->rounds[7]->clean_correct);
    assert_int_equal(saved->rounds[0]->attack_hits, s->rounds[7]->attack_hits);
    assert_memory_equal(saved->rounds[0]->predicted[SET_CLEAN], s->rounds[7]->predicted[SET_CLEAN],
        TRIAL_CLEAN * sizeof(uint16_t));
    snapshot_unref(saved);
    snapshot_unref(s);
    session_destroy(again);
    session_destroy(session);
}

static void criteria_are_compared_across_layers(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint("all", 1);
    trial_say(session, COMMAND_COMPARE, "l1,greedy-clean,clp");
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->compared->n, 3);
    assert_int_equal(s->compared->orders[0]->n_rounds, s->n_channels + 1);
    assert_non_null(strstr(s->compared->orders[1]->refused, "ranks the channels of one layer"));
    assert_non_null(strstr(s->compared->orders[2]->scaling, "standard deviation"));
    trial_say(session, COMMAND_CRITERION, "l1");
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *run = session_snapshot(session);
    for (int r = 0; r < run->n_rounds; r++)
        assert_int_equal(run->rounds[r]->clean_correct, s->compared->orders[0]->rounds[r].clean);
    snapshot_unref(run);
    snapshot_unref(s);
    session_destroy(session);
}

static void wrong_lists_are_refused(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_joint(NULL, 1);
    const struct command none = {.kind = COMMAND_LAYERS, .text = ""};
    trial_refuse(session, &none, "no layer is named");
    const struct command far = {.kind = COMMAND_LAYERS, .text = "0 77"};
    struct error err = {0};
    assert_false(trial_try(session, &far, &err));
    trial_say(session, COMMAND_LAYERS, "1 1"); /* one layer: itself */
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->site, 1);
    snapshot_unref(s);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rounds_are_those_of_a_zeroed_net, trial_each),
        cmocka_unit_test_setup(scores_are_scaled_within_each_layer, trial_each),
        cmocka_unit_test(scalings_are_their_formulas),
        cmocka_unit_test_setup(workers_change_nothing, trial_each),
        cmocka_unit_test_setup(an_order_on_top_leaves_out_what_is_pruned, trial_each),
        cmocka_unit_test_setup(a_saved_net_is_the_round, trial_each),
        cmocka_unit_test_setup(criteria_are_compared_across_layers, trial_each),
        cmocka_unit_test_setup(wrong_lists_are_refused, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
