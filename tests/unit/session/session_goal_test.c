/* session: runs that end where a drop or an ASR is reached, and steps that add up. */
#include "tests/unit/session/session_trial.h"

static struct session *open_on(const char *name)
{
    const struct options options = trial_options();
    trial_write(trial_net(name));
    return trial_open(&options, NULL);
}

static double value_of(const struct snapshot *s, int round, const char *goal)
{
    return strcmp(goal, "drop") == 0
               ? snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, round)
               : -snapshot_asr(s, round);
}

/* The first round of a whole run from `from` on that reaches it, -1: none does. */
static int expected(const struct snapshot *whole, int from, const char *goal, double value)
{
    double least = strcmp(goal, "drop") == 0 ? value : -value;
    for (int r = from; r < whole->n_rounds; r++)
        if (value_of(whole, r, goal) >= least - 1e-9)
            return r;
    return -1;
}

static bool says(const struct snapshot *s, const char *text)
{
    return s->n_messages > 0 && strstr(s->messages[s->n_messages - 1].text, text);
}

static void check(
    struct session *session, const struct snapshot *whole, const char *goal, double value)
{
    struct command command = {.kind = COMMAND_RUN, .value = value};
    struct error err = {0};
    const struct snapshot *before = session_snapshot(session);
    int from = before->position, round = expected(whole, from, goal, value);
    snprintf(command.text, sizeof command.text, "%s", goal);
    assert_true(trial_try(session, &command, &err));
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->position, round >= 0 ? round : whole->n_rounds - 1);
    assert_true(says(s, round == from ? "already reached" : round >= 0 ? "reached in" : "not"));
    assert_int_equal(s->messages[s->n_messages - 1].error, round < 0);
    /* nothing was done behind it */
    int known = s->position >= before->n_rounds ? s->position + 1 : before->n_rounds;
    assert_int_equal(s->n_rounds, known);
    snapshot_unref(before);
    snapshot_unref(s);
}

static void a_run_ends_in_the_round_that_reaches_its_goal(void **state)
{
    static const double values[] = {0, 0.5, 1, 3, 7, 15, 40, 60, 99, 100};
    static const char *const goals[] = {"drop", "asr"};
    (void)state;
    struct session *session = open_on("branch");
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *whole = session_snapshot(session);
    for (size_t goal = 0; goal < 2; goal++) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            trial_do(session, COMMAND_RESET, 0);
            check(session, whole, goals[goal], values[i]);
        }
        trial_do(session, COMMAND_RESET, 0);
        trial_do(session, COMMAND_STEP, 4);
        trial_do(session, COMMAND_UNDO, 3); /* some rounds are known */
        check(session, whole, goals[goal], goal == 0 ? 3 : 60);
    }
    snapshot_unref(whole);
    session_destroy(session);
}

/* Another command ends the goal with the run. */
static void a_goal_is_forgotten_with_its_run(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    struct error err = {0};
    const struct command run = {.kind = COMMAND_RUN, .value = 100, .text = "drop"};
    assert_true(session_command(session, &run, &err) && session_step(session, &err));
    trial_do(session, COMMAND_PAUSE, 0);
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->phase, PHASE_DONE);
    assert_false(says(s, "reached"));
    snapshot_unref(s);
    session_destroy(session);
}

static void without_poisoned_images_no_asr_is_reached(void **state)
{
    (void)state;
    struct options options = trial_options();
    trial_write(trial_net("branch"));
    options.poisoned = options.test_poisoned = NULL;
    struct session *session = trial_open(&options, NULL);
    trial_refuse(session, &(struct command){.kind = COMMAND_RUN, .value = 5, .text = "asr"},
        "run asr needs poisoned images");
    session_destroy(session);
}

static void steps_add_up(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    struct error err = {0};
    for (int i = 0; i < 3; i++)
        assert_true(session_command(session, &(struct command){.kind = COMMAND_STEP}, &err));
    while (session_busy(session))
        assert_true(session_step(session, &err));
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->position, 3);
    snapshot_unref(s);
    /* a step ends a run */
    assert_true(session_command(session, &(struct command){.kind = COMMAND_RUN}, &err));
    trial_do(session, COMMAND_STEP, 1);
    s = session_snapshot(session);
    assert_int_equal(s->position, 4);
    snapshot_unref(s);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_run_ends_in_the_round_that_reaches_its_goal, trial_each),
        cmocka_unit_test_setup(a_goal_is_forgotten_with_its_run, trial_each),
        cmocka_unit_test_setup(without_poisoned_images_no_asr_is_reached, trial_each),
        cmocka_unit_test_setup(steps_add_up, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
