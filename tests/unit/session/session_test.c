/* session: rounds forward and back, by hand, at several layers, in several orders. */
#include "tests/unit/session/session_trial.h"

/* A session on a net's files, and what the standing round is. */
static struct session *open_on(const char *name)
{
    const struct options options = trial_options();
    trial_write(trial_net(name));
    return trial_open(&options, NULL);
}

struct standing {
    int position, n_rounds, channel, next;
    bool by_hand;
    enum phase phase;
};

static struct standing standing(struct session *session)
{
    const struct snapshot *s = session_snapshot(session);
    const struct round *round = s->rounds[s->position];
    struct standing found = {s->position, s->n_rounds, round->channel, snapshot_next_channel(s),
        round->by_hand, s->phase};
    snapshot_unref(s);
    return found;
}

static void expect_standing(struct session *session, int position, int n_rounds)
{
    struct standing found = standing(session);
    assert_int_equal(found.position, position);
    assert_int_equal(found.n_rounds, n_rounds);
    assert_int_equal(found.phase, found.next < 0 ? PHASE_DONE : PHASE_PAUSED);
}

static void open_shows_the_unpruned_net(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->phase, PHASE_PAUSED);
    assert_string_equal(s->model_name, "net.h5");
    assert_true(s->height == 12 && s->width == 10 && s->channels == 3 && s->n_classes == 7);
    assert_true(s->n_images[SET_CLEAN] == TRIAL_CLEAN && s->n_images[SET_POISONED] == 70);
    assert_int_equal(s->n_test[SET_CLEAN], 0);             /* not read before they are needed */
    assert_string_equal(s->sites[s->site].name, "conv_1"); /* in front of the last pooling */
    assert_int_equal(s->n_sites, 3);
    assert_int_equal(s->rounds[0]->channel, -1);
    assert_true(snapshot_clean_accuracy(s, 0) == 100);
    assert_int_equal(s->target, s->labels[SET_POISONED][0]);
    assert_true(s->n_criteria >= 12);
    for (int i = 0; i < s->n_criteria; i++) {
        bool weighted = strstr(s->criteria[i].name, "weight"); /* into the target */
        assert_int_equal(s->criteria[i].available, !weighted); /* conv_1 feeds no Dense layer */
    }
    assert_string_equal(s->criterion, "mean-activation");
    for (int i = 1; i < s->n_ranking; i++)
        assert_true(s->scores[s->ranking[i - 1]] <= s->scores[s->ranking[i]]);
    snapshot_unref(s);
    session_destroy(session);
}

static void prune_site(struct session *session, const struct network *network, int site)
{
    int rounds = 0;
    trial_do(session, COMMAND_LAYER, site);
    while (standing(session).next >= 0) {
        trial_do(session, COMMAND_STEP, 1);
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->site, site);
        trial_check_plainly(s, network);
        rounds = s->n_channels;
        snapshot_unref(s);
    }
    expect_standing(session, rounds, rounds + 1);
}

static void every_round_is_that_of_a_zeroed_net(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name);
        struct network *network = trial_network(&trial_nets[i]);
        const struct snapshot *s = session_snapshot(session);
        for (int site = 0; site < s->n_sites; site++)
            prune_site(session, network, site);
        snapshot_unref(s);
        network_destroy(network);
        session_destroy(session);
    }
}

static void rounds_go_forward_and_back(void **state)
{
    (void)state;
    struct session *session = open_on("dense");
    trial_do(session, COMMAND_STEP, 0);
    expect_standing(session, 1, 2);
    trial_do(session, COMMAND_STEP, 4);
    trial_do(session, COMMAND_RUN, 8);
    expect_standing(session, 8, 9);
    char *eight = trial_found(session);
    trial_do(session, COMMAND_UNDO, 0);
    expect_standing(session, 7, 9);
    trial_do(session, COMMAND_UNDO, 3);
    trial_do(session, COMMAND_REDO, 0);
    expect_standing(session, 5, 9);
    trial_do(session, COMMAND_REDO, 100);
    trial_expect_found(session, eight);
    trial_do(session, COMMAND_JUMP, 0);
    expect_standing(session, 0, 9);
    trial_do(session, COMMAND_STEP, 3); /* the same again: what follows stays known */
    expect_standing(session, 3, 9);
    trial_do(session, COMMAND_RUN, 8);
    trial_expect_found(session, eight);
    trial_do(session, COMMAND_UNDO, 100);
    expect_standing(session, 0, 9);
    trial_do(session, COMMAND_RUN, 0);
    expect_standing(session, 14, 15);
    trial_do(session, COMMAND_JUMP, 2);
    trial_do(session, COMMAND_RESET, 0);
    expect_standing(session, 0, 1);
    trial_do(session, COMMAND_RUN, 8);
    trial_expect_found(session, eight);
    free(eight);
    session_destroy(session);
}

/* Keys come faster than rounds: what was asked for last is taken back first, done or not. */
static void steps_that_wait_are_taken_back_first(void **state)
{
    (void)state;
    static const struct {
        int done, back, stands;
    } cases[] = {{0, 1, 2}, {0, 3, 0}, {0, 9, 0}, {1, 1, 2}, {1, 2, 1}, {1, 3, 0}, {2, 2, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct session *session = open_on("dense");
        for (int steps = 0; steps < 3; steps++)
            assert_true(session_command(session, &(struct command){.kind = COMMAND_STEP}, NULL));
        for (int done = 0; done < cases[i].done; done++)
            assert_true(session_step(session, NULL));
        const struct command back = {.kind = COMMAND_UNDO, .number = cases[i].back};
        assert_true(session_command(session, &back, NULL));
        while (session_busy(session))
            assert_true(session_step(session, NULL));
        const struct snapshot *snapshot = session_snapshot(session);
        assert_int_equal(snapshot->position, cases[i].stands);
        snapshot_unref(snapshot);
        session_destroy(session);
    }
}

/* At the start of the net "dense". */
static const struct {
    struct command command;
    const char *message;
} refused[] = {
    {{.kind = COMMAND_UNDO}, "nothing to undo"},
    {{.kind = COMMAND_REDO}, "nothing to redo"},
    {{.kind = COMMAND_JUMP, .number = 1}, "round 1 was not run yet; rounds 0 to 0 were"},
    {{.kind = COMMAND_JUMP, .number = -1}, "round -1 was not run yet; rounds 0 to 0 were"},
    {{.kind = COMMAND_PRUNE, .number = 14}, "channel 14 does not exist; channels are 0 to 13"},
    {{.kind = COMMAND_PRUNE, .number = -1}, "channel -1 does not exist; channels are 0 to 13"},
    {{.kind = COMMAND_LAYER, .number = 2}, "there is no layer 2 to prune"},
    {{.kind = COMMAND_LAYER, .number = -1}, "there is no layer -1 to prune"},
    {{.kind = COMMAND_CRITERION, .text = "varience"},
        "no criterion varience; did you mean variance?"},
    {{.kind = COMMAND_CRITERION, .text = "mean-activation up"},
        "order up: use ascending or descending"},
    {{.kind = COMMAND_CRITERION, .text = "target-weight"},
        "criterion target-weight: layer first does not feed the last Dense layer, whose input is "
        "second; criterion difference is defined at every layer"},
    {{.kind = COMMAND_ORDER, .text = "nowhere"}, "nowhere: No such file or directory"},
    {{.kind = COMMAND_THRESHOLD, .value = 0},
        "threshold 0: must be above 0 and at most 100 points"},
    {{.kind = COMMAND_THRESHOLD, .value = 100.5},
        "threshold 100.5: must be above 0 and at most 100 points"},
    {{.kind = COMMAND_SAVE_KEPT}, "no threshold has been crossed yet"},
    {{.kind = (enum command_kind)99}, "unknown command 99"},
};

static void what_makes_no_sense_changes_nothing(void **state)
{
    (void)state;
    struct session *session = open_on("dense");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        trial_refuse(session, &refused[i].command, refused[i].message);
    trial_do(session, COMMAND_LAYER, 1);
    trial_do(session, COMMAND_LAYER, 0);
    /* nor does it end a run */
    assert_true(session_command(session, &(struct command){.kind = COMMAND_RUN}, NULL));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        trial_refuse(session, &refused[i].command, refused[i].message);
    assert_true(session_step(session, NULL));
    assert_true(session_busy(session));
    trial_do(session, COMMAND_RUN, 0);
    const struct command more[] = {{.kind = COMMAND_RUN}, {.kind = COMMAND_STEP}};
    for (int i = 0; i < 2; i++)
        trial_refuse(session, &more[i], "all channels of the order are already pruned");
    trial_do(session, COMMAND_UNDO, 9);
    trial_refuse(session, &(struct command){.kind = COMMAND_RUN, .number = 5},
        "round 5 is not after the current round; use goto");
    session_destroy(session);
}

static void channels_are_pruned_by_hand(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    struct network *network = trial_network(trial_net("branch"));
    int first = standing(session).next;
    trial_do(session, COMMAND_STEP, 3);
    trial_do(session, COMMAND_JUMP, 1);
    int due = standing(session).next;
    int other = (due + 1) % 6 == first ? (due + 2) % 6 : (due + 1) % 6;
    trial_do(session, COMMAND_PRUNE, other);
    expect_standing(session, 2, 3);
    assert_true(standing(session).by_hand);
    assert_int_equal(standing(session).channel, other);
    const struct snapshot *s = session_snapshot(session);
    trial_check_plainly(s, network);
    snapshot_unref(s);
    assert_int_equal(standing(session).next, due);
    char *pruned = memory_format("channel %d is already pruned", first);
    trial_refuse(session, &(struct command){.kind = COMMAND_PRUNE, .number = first}, pruned);
    free(pruned);
    trial_do(session, COMMAND_RUN, 0); /* leaves out what is pruned */
    expect_standing(session, 6, 7);
    trial_do(session, COMMAND_JUMP, 2);
    trial_do(session, COMMAND_PRUNE, due); /* what the order says, and known */
    expect_standing(session, 3, 7);
    assert_false(standing(session).by_hand);
    network_destroy(network);
    session_destroy(session);
}

static void layers_keep_their_rounds(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    trial_do(session, COMMAND_STEP, 3);
    trial_do(session, COMMAND_UNDO, 1);
    char *first = trial_found(session);
    trial_do(session, COMMAND_LAYER, 2);
    expect_standing(session, 0, 1);
    trial_say(session, COMMAND_CRITERION, "target-weight");
    trial_do(session, COMMAND_STEP, 5);
    char *second = trial_found(session);
    trial_do(session, COMMAND_LAYER, 1);
    /* target-weight is not defined there: the first criterion of the table is */
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(s->criterion, "mean-activation");
    snapshot_unref(s);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_LAYER, 0);
    trial_expect_found(session, first);
    trial_do(session, COMMAND_LAYER, 2);
    trial_expect_found(session, second);
    trial_do(session, COMMAND_LAYER, 2);
    trial_expect_found(session, second);
    free(first);
    free(second);
    session_destroy(session);
}

/* What a layer keeps does not depend on what was pruned when it was kept: what-ifs of the unpruned
 * net tell. */
static void returning_keeps_the_unpruned_net(void **state)
{
    (void)state;
    const struct options options = trial_options();
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name);
        struct session *fresh = trial_open(&options, NULL);
        trial_do(session, COMMAND_LAYER, 0);
        trial_do(session, COMMAND_STEP, 4);
        trial_do(session, COMMAND_LAYER, 1);
        trial_do(session, COMMAND_STEP, 1);
        trial_do(session, COMMAND_LAYER, 0);
        trial_do(session, COMMAND_STEP, 1); /* keeps tensors anew */
        trial_do(session, COMMAND_JUMP, 0);
        trial_do(session, COMMAND_WHAT_IF, -1);
        trial_do(fresh, COMMAND_LAYER, 0);
        trial_do(fresh, COMMAND_WHAT_IF, -1);
        const struct snapshot *s = session_snapshot(session), *expected = session_snapshot(fresh);
        assert_memory_equal(
            s->what_if, expected->what_if, (size_t)s->n_channels * sizeof *s->what_if);
        snapshot_unref(s);
        snapshot_unref(expected);
        session_destroy(fresh);
        session_destroy(session);
    }
}

static void expect_ranking(struct session *session, const int *ranking, int n)
{
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_ranking, n);
    assert_memory_equal(s->ranking, ranking, (size_t)n * sizeof *ranking);
    snapshot_unref(s);
}

static void orders_say_what_is_next(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    const struct snapshot *s = session_snapshot(session);
    int down[6];
    for (int i = 0; i < 6; i++) /* no two scores are equal */
        down[i] = s->ranking[5 - i];
    trial_say(session, COMMAND_ORDER, "descending");
    expect_ranking(session, down, 6);
    trial_do(session, COMMAND_STEP, 2);
    trial_say(session, COMMAND_ORDER, "ascending"); /* rounds stay, what is next changes */
    expect_standing(session, 2, 3);
    assert_int_equal(standing(session).next, s->ranking[0]);
    trial_say(session, COMMAND_CRITERION, "mean-activation descending");
    expect_ranking(session, down, 6);
    trial_say(session, COMMAND_CRITERION, "mean-activation");
    expect_ranking(session, s->ranking, 6);
    trial_say(session, COMMAND_CRITERION, "difference");
    snapshot_unref(s);
    s = session_snapshot(session);
    assert_true(s->descending && s->badge == BADGE_ORACLE);
    for (int i = 1; i < 6; i++)
        assert_true(s->scores[s->ranking[i - 1]] >= s->scores[s->ranking[i]]);
    snapshot_unref(s);
    session_destroy(session);
}

static void an_order_from_a_file_may_be_short(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    const int said[] = {4, 0, 3};
    trial_write_text("order", "4 0 # and then\n3\n");
    trial_write_text("wrong", "4 0 6\n");
    trial_do(session, COMMAND_PRUNE, 0);
    trial_say(session, COMMAND_ORDER, "order");
    expect_ranking(session, said, 3);
    trial_do(session, COMMAND_RUN, 0);
    expect_standing(session, 3, 4);
    assert_int_equal(standing(session).phase, PHASE_DONE);
    assert_int_equal(standing(session).channel, 3);
    trial_refuse(session, &(struct command){.kind = COMMAND_ORDER, .text = "wrong"},
        "wrong: line 1: channel 6 does not exist; channels are 0 to 5");
    trial_do(session, COMMAND_PRUNE, 5); /* by hand there is more */
    expect_standing(session, 4, 5);
    trial_do(session, COMMAND_LAYER, 1); /* a file is for one layer */
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->order_file);
    assert_int_equal(s->n_ranking, 8);
    snapshot_unref(s);
    trial_do(session, COMMAND_LAYER, 0);
    expect_ranking(session, said, 3);
    session_destroy(session);
    struct options options = trial_options();
    options.order = "order";
    session = trial_open(&options, NULL);
    expect_ranking(session, said, 3);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(open_shows_the_unpruned_net, trial_each),
        cmocka_unit_test_setup(every_round_is_that_of_a_zeroed_net, trial_each),
        cmocka_unit_test_setup(rounds_go_forward_and_back, trial_each),
        cmocka_unit_test_setup(steps_that_wait_are_taken_back_first, trial_each),
        cmocka_unit_test_setup(what_makes_no_sense_changes_nothing, trial_each),
        cmocka_unit_test_setup(channels_are_pruned_by_hand, trial_each),
        cmocka_unit_test_setup(layers_keep_their_rounds, trial_each),
        cmocka_unit_test_setup(returning_keeps_the_unpruned_net, trial_each),
        cmocka_unit_test_setup(orders_say_what_is_next, trial_each),
        cmocka_unit_test_setup(an_order_from_a_file_may_be_short, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
