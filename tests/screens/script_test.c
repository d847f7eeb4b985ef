/* Commands from files and pipes, on the screen and in plain lines. */
#include "tests/screens/harness.h"
#include "tests/screens/piped.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "engine/base/memory.h"

#include <sys/wait.h>

#include "tests/test.h"

static void test_plain_tells_events(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN, "# a comment\n\n  step 2\n:undo\nstatus"), 0);
    assert_true(piped_says(&program, "net       demo"));
    assert_true(piped_says(&program, "now at round 0 of conv_3: nothing pruned here; clean "));
    assert_true(piped_says(&program, "\nround 2 of conv_3: channel "));
    assert_true(piped_says(&program, " (240 of 240), ASR "));
    assert_true(piped_says(&program, " 0 broken, 0 recovered, 0 rescued, 0 reinfected\n"));
    assert_true(piped_says(&program, "now at round 1 of conv_3: channel "));
    const char *last = strrchr(strstr(program.out, "now at round 1"), '\n');
    assert_string_equal(last, "\n");
    assert_string_equal(program.errors, "");
    for (const char *c = program.out; *c; c++)
        assert_true(*c == '\n' || (unsigned char)*c >= ' ');
}

/* Every line waits for the one before, and a goal ends its run where it was reached. */
static void test_lines_wait_for_the_engine(void **state)
{
    (void)state;
    assert_int_equal(
        piped_run(&program, PLAIN, "run drop 2\nlayer conv_2\nstep\nbranch 1\nresults\n"), 0);
    const char *reached = strstr(program.out, "reached in round ");
    assert_non_null(reached);
    int round = atoi(reached + strlen("reached in round "));
    char *text = memory_format("now at round %d of conv_3", round);
    assert_non_null(strstr(strstr(reached, "\nround 1 of conv_2"), text));
    free(text);
    text = memory_format("\nround %d of conv_3", round + 1);
    assert_null(strstr(program.out, text));
    free(text);
    assert_non_null(strstr(reached, "B'(2)"));
}

static void test_the_first_error_ends_it(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN, "step\nstp\nstep 5\n"), 1);
    assert_true(piped_errs(&program, "secateur: standard input:2: unknown command stp"));
    assert_null(strstr(program.out, "round 2"));
    piped_file(&program, "inner", "undo\n\nundo\n");
    piped_file(&program, "outer", "# first\nstep\nsource inner\nstep 5\n");
    assert_int_equal(piped_run(&program, PLAIN " --script outer", "step 9\n"), 1);
    assert_true(piped_errs(&program, "secateur: inner:3: nothing to undo"));
    piped_file(&program, "round", "source round\n");
    assert_int_equal(piped_run(&program, PLAIN " --script round", NULL), 1);
    assert_true(piped_errs(&program, "too deep"));
    assert_int_equal(piped_run(&program, "--script nowhere", NULL), 3);
    assert_true(piped_errs(&program, "secateur: nowhere: "));
    assert_int_equal(piped_run(&program, PLAIN, "goto\n"), 1);
    assert_true(piped_errs(&program, "standard input:1: goto asks a question here"));
    assert_int_equal(piped_run(&program, "--plain nowhere.h5 -c nowhere.h5", "step\n"), 3);
    assert_true(piped_errs(&program, "secateur: nowhere.h5: "));
}

static void test_scripts_without_a_terminal(void **state)
{
    (void)state;
    piped_file(&program, "script", "step\nquit\nstep 2");
    assert_int_equal(piped_run(&program, "--script script", NULL), 0);
    assert_true(piped_says(&program, "\nround 1 of "));
    assert_null(strstr(program.out, "round 2 of"));
    assert_int_equal(piped_run(&program, "--script -", "step"), 0);
    assert_true(piped_says(&program, "\nround 1 of "));
    assert_int_equal(piped_run(&program, "sweep --plain", NULL), 2);
}

static void test_lists_and_help_are_lines(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN, "help\nlayer\ncriterion\nbranch\n"), 0);
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        char *line = memory_format("\n%s%s%s: %s\n", action->name, action->argument ? " " : "",
            action->argument ? action->argument : "", action->help);
        assert_int_equal(strstr(program.out, line) == NULL, action->screen);
        free(line);
    }
    assert_true(piped_says(&program, "\n  conv_1 "));
    assert_true(piped_says(&program, "\n  mean-activation "));
    assert_true(piped_says(&program, "\n  1 conv_3 "));
}

static void test_findings_are_lines(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN, "run drop 2\ninspect 1\ndetect\ntest\n"), 0);
    assert_true(piped_says(&program, "\nchannel 1 of conv_3: mean on clean images "));
    assert_true(piped_says(&program, "\nstrongest into fc_1 channel "));
    assert_true(piped_says(&program, "\nDER, 0 to 1"));
    assert_true(piped_says(&program, "\ntest sets, B'(2): clean "));
    assert_null(strstr(strstr(program.out, "\nchannel 1 of") + 1, "\nchannel 1 of")); /* once */
}

/* Nobody is there to be asked, so files stay as they are and what is said is done. */
static void test_nothing_is_asked(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN, "step\nsave a.h5\nreset\nsave a.h5\n"), 1);
    assert_true(piped_says(&program, "round 1 saved as a.h5"));
    assert_true(piped_says(&program, "now at round 0"));
    assert_true(piped_errs(&program, "standard input:4: a.h5: already exists"));
    assert_int_equal(piped_run(&program, PLAIN, "step 2\nlayer conv_2 on-top\nstatus\nquit\n"), 0);
    assert_true(piped_says(&program, "now at round 0 of conv_2"));
    assert_int_equal(piped_run(&program, PLAIN, "branch\nlayer conv_9\n"), 1);
    assert_true(piped_errs(&program, "layer conv_9 cannot be pruned"));
    assert_true(piped_errs(&program, "; did you mean conv_1?"));
    assert_int_equal(piped_run(&program, PLAIN, "export ruc\n"), 1);
    assert_true(piped_errs(&program, "there is no figure ruc; did you mean roc?"));
}

/* On top of another layer B is still the net as it came, and all that is pruned counts. */
static void test_tables_count_from_the_unpruned_net(void **state)
{
    (void)state;
    assert_int_equal(piped_run(&program, PLAIN,
                         "step 45\nlayer conv_4 on-top\nresults\nexport table-thresholds\n"),
        0);
    assert_true(piped_says(&program, "\nB            0       0  100.00"));
    assert_true(piped_says(&program, "\nB'(2)        0      45   97."));
    assert_true(piped_says(&program, "\nG(2)         0      45   97."));
    char *table = piped_read(&program, "secateur-out/table-thresholds.csv");
    assert_non_null(strstr(table, "\n2,45,validation,"));
    free(table);
}

/* What scripts and voices are told is ASCII where that is asked for, and its signs always are. */
static void test_lines_are_plain(void **state)
{
    (void)state;
    setenv("LC_ALL", "C", 1);
    assert_int_equal(piped_run(&program, PLAIN, "what-if 5\nbranch\nstatus\n"), 0);
    unsetenv("LC_ALL");
    for (const char *c = program.out; *c; c++)
        assert_true((unsigned char)*c < 0x80);
    assert_null(strchr(program.out, '?'));
    assert_true(piped_says(&program, "1 conv_3 mean-activation ^"));
    assert_true(piped_says(&program, "now  nothing was chosen; stands at clean accuracy 100.00 %"));
    assert_int_equal(piped_run(&program, PLAIN, "run 47\nwhat-if 48\n"), 0);
    assert_true(piped_says(&program, "without channel 48: clean "));
    assert_non_null(strstr(strstr(program.out, "without channel 48"), "(-"));
    assert_null(strstr(strstr(program.out, "without channel 48"), "\xe2\x88\x92"));
}

static struct harness *start(const char *const *arguments)
{
    const struct harness_options options = {
        .columns = 80, .rows = 24, .arguments = arguments, .folder = program.folder};
    return harness_start(&options);
}

static int leave(struct harness *harness)
{
    int status = harness_end(harness);
    assert_true(WIFEXITED(status));
    harness_stop(harness);
    return WEXITSTATUS(status);
}

static void test_script_on_the_screen(void **state)
{
    (void)state;
    piped_file(&program, "three", "step 2\nundo\nlayer conv_2\nstep\nview channels\nstatus\n");
    struct harness *harness = start((const char *const[]){"--script", "three", NULL});
    assert_true(harness_wait(harness, "round 1 of conv_2: channel"));
    assert_true(harness_wait(harness, "2 Channels"));
    harness_keys(harness, ":source three\r"); /* in conv_2 from its beginning */
    assert_true(harness_wait(harness, "round 3 of conv_2: channel"));
    harness_keys(harness, ":source nowhere\r");
    assert_true(harness_wait(harness, "nowhere: No such file"));
    piped_file(&program, "wrong", "undo\nundo\nundo\nundo\nstep\n");
    harness_keys(harness, ":source wrong\r");
    assert_true(harness_wait(harness, "wrong:4: nothing to undo"));
    assert_true(harness_wait(harness, "round 0/"));
    harness_keys(harness, "q");
    assert_int_equal(leave(harness), 0);
}

static void test_a_failing_script_ends_the_screen(void **state)
{
    (void)state;
    piped_file(&program, "wrong", "step\nlayer\n");
    struct harness *harness = start((const char *const[]){"--script", "wrong", NULL});
    assert_true(harness_wait(harness, "secateur: wrong:2: layer asks a question here"));
    assert_false(harness_on_alternate_screen(harness));
    assert_int_equal(leave(harness), 1);
}

static void test_a_script_can_be_stopped(void **state)
{
    (void)state;
    enum { TIMES = 2000 }; /* longer than anybody waits */
    static char script[TIMES * sizeof "run\nreset\n"];
    for (int i = 0; i < TIMES; i++)
        strcat(script, "run\nreset\n");
    piped_file(&program, "long", script);
    struct harness *harness = start((const char *const[]){"--script", "long", NULL});
    assert_true(harness_wait_round(harness, 1));
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "a script is running; Esc stops it"));
    harness_keys(harness, "\033");
    assert_true(harness_wait(harness, "the script was stopped"));
    harness_keys(harness, "s"); /* it may have stopped behind a reset, with nothing to save */
    harness_settle(harness, 500);
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    harness_keys(harness, "q");
    assert_int_equal(leave(harness), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_tells_events),
        cmocka_unit_test(test_lines_wait_for_the_engine),
        cmocka_unit_test(test_the_first_error_ends_it),
        cmocka_unit_test(test_scripts_without_a_terminal),
        cmocka_unit_test(test_lists_and_help_are_lines),
        cmocka_unit_test(test_findings_are_lines),
        cmocka_unit_test(test_nothing_is_asked),
        cmocka_unit_test(test_tables_count_from_the_unpruned_net),
        cmocka_unit_test(test_lines_are_plain),
        cmocka_unit_test(test_script_on_the_screen),
        cmocka_unit_test(test_a_failing_script_ends_the_screen),
        cmocka_unit_test(test_a_script_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, piped_set_up, piped_tear_down);
}
