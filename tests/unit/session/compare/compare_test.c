/* session: criteria compared are what each of them gives when it is run alone; a stop leaves what
 * stands as it was. */
#include "engine/api/criteria_comparison.h"
#include "tests/unit/session/session_trial.h"

static atomic_bool stop;
static int countdown; /* snapshots until the stop, 0: never */

static void progress(void *context, struct session *session)
{
    (void)context, (void)session;
    if (countdown > 0 && --countdown == 0)
        atomic_store(&stop, true);
}

/* A session that may have been stopped somewhere. */
static struct session *open_trial(int threads)
{
    const struct session_hooks hooks = {.progress = progress, .stop = &stop};
    struct options options = trial_options();
    options.threads = threads;
    countdown = 0;
    atomic_store(&stop, false);
    return trial_open(&options, &hooks);
}

static const struct snapshot *compare(struct session *session, const char *names, int all)
{
    struct command command = {.kind = COMMAND_COMPARE, .number = all};
    struct error err = {0};
    snprintf(command.text, sizeof command.text, "%s", names);
    if (!trial_try(session, &command, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.class, ERROR_NONE);
    return session_snapshot(session);
}

/* Where the session stands: all but the sets that were seen, which a comparison adds to. */
static void expect_standing(struct session *session, const struct snapshot *before)
{
    const struct snapshot *now = session_snapshot(session);
    assert_int_equal(now->branch, before->branch);
    assert_int_equal(now->position, before->position);
    assert_int_equal(now->n_rounds, before->n_rounds);
    assert_string_equal(now->criterion, before->criterion);
    for (int r = 0; r < now->n_rounds; r++)
        assert_ptr_equal(now->rounds[r], before->rounds[r]);
    struct network *network = trial_network(trial_net("branch"));
    trial_check_plainly(now, network);
    network_destroy(network);
    snapshot_unref(now);
}

/* The rounds of a criterion that is run by itself. */
static void check_alone(const struct compared_order *order)
{
    struct session *session = open_trial(1);
    trial_do(session, COMMAND_LAYER, order->site);
    trial_say(session, COMMAND_CRITERION, order->criterion);
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_rounds, order->n_rounds);
    for (int r = 0; r < s->n_rounds; r++) {
        assert_int_equal(s->rounds[r]->clean_correct, order->rounds[r].clean);
        assert_int_equal(s->rounds[r]->attack_hits, order->rounds[r].attack);
        assert_int_equal(s->rounds[r]->own_correct, order->rounds[r].own);
        assert_int_equal(s->rounds[r]->robust_correct, order->rounds[r].robust);
        if (r > 0)
            assert_int_equal(s->rounds[r]->channel, order->ranking[r - 1]);
    }
    snapshot_unref(s);
    session_destroy(session);
}

static void each_order_is_what_its_criterion_gives_alone(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_trial(1);
    trial_do(session, COMMAND_STEP, 2); /* what stands does not matter */
    const struct snapshot *before = session_snapshot(session);
    const struct snapshot *compared = compare(session, "", 1);
    expect_standing(session, before);
    assert_int_equal(compared->compared->n, compared->compared->wanted - 4); /* weights at two */
    for (int i = 0; i < compared->compared->n; i++)
        check_alone(compared->compared->orders[i]);
    snapshot_unref(compared);
    snapshot_unref(before);
    session_destroy(session);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *one = open_trial(1), *three = open_trial(3);
    const struct snapshot *a = compare(one, "", 0), *b = compare(three, "", 0);
    assert_int_equal(a->compared->n, b->compared->n);
    for (int i = 0; i < a->compared->n; i++) {
        const struct compared_order *x = a->compared->orders[i], *y = b->compared->orders[i];
        assert_int_equal(x->n_rounds, y->n_rounds);
        assert_memory_equal(x->scores, y->scores, (size_t)x->n_channels * sizeof *x->scores);
        assert_memory_equal(x->ranking, y->ranking, (size_t)x->n_channels * sizeof *x->ranking);
        assert_memory_equal(x->rounds, y->rounds, (size_t)x->n_rounds * sizeof *x->rounds);
    }
    snapshot_unref(a);
    snapshot_unref(b);
    session_destroy(one);
    session_destroy(three);
}

static void a_stop_leaves_what_stands(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct command command = {.kind = COMMAND_COMPARE};
    for (int after = 1; after < 400; after += 37) {
        struct session *session = open_trial(2);
        struct error err = {0};
        trial_do(session, COMMAND_STEP, 3);
        const struct snapshot *before = session_snapshot(session);
        countdown = after;
        bool good = trial_try(session, &command, &err);
        assert_int_equal(err.class, good ? ERROR_NONE : ERROR_CANCELLED);
        atomic_store(&stop, false);
        expect_standing(session, before);
        const struct snapshot *s = session_snapshot(session);
        assert_true(good || !s->compared || s->compared->n < s->compared->wanted);
        snapshot_unref(s);
        trial_do(session, COMMAND_STEP, 1); /* it goes on */
        trial_do(session, COMMAND_UNDO, 1);
        snapshot_unref(before);
        session_destroy(session);
    }
}

static void orders_come_one_by_one(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = open_trial(1);
    struct command command = {.kind = COMMAND_COMPARE, .text = "l1,clp,taylor"};
    struct error err = {0};
    assert_true(session_command(session, &command, &err));
    for (int n = 1; n <= 3; n++) {
        assert_true(session_busy(session));
        assert_true(session_step(session, &err));
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->compared->n, n);
        assert_int_equal(s->compared->wanted, 3);
        snapshot_unref(s);
    }
    assert_false(session_busy(session));
    session_destroy(session);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct options options = trial_options();
    options.poisoned = options.test_poisoned = NULL;
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *s = compare(session, "difference,l1", 0);
    assert_int_equal(s->compared->n, 2);
    assert_non_null(strstr(s->compared->orders[0]->refused, "needs poisoned images"));
    assert_int_equal(s->compared->orders[0]->n_rounds, 0);
    assert_string_equal(s->compared->orders[1]->refused, "");
    assert_int_equal(s->compared->orders[1]->known.sets, 0); /* data-free, though others looked */
    snapshot_unref(s);
    struct command unknown = {.kind = COMMAND_COMPARE, .text = "l1,taylr"};
    trial_refuse(session, &unknown, "no criterion taylr; did you mean taylor?");
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_order_is_what_its_criterion_gives_alone, trial_each),
        cmocka_unit_test_setup(workers_change_nothing, trial_each),
        cmocka_unit_test_setup(a_stop_leaves_what_stands, trial_each),
        cmocka_unit_test_setup(orders_come_one_by_one, trial_each),
        cmocka_unit_test_setup(what_is_missing_is_named, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
