/* Other nets and sets in a session that runs: what takes over, what stays, what failures leave. */
#include "tests/screens/piped_screen.h"

#include "engine/base/memory.h"

#include "tests/test.h"

static int set_up(void **state)
{
    int failed = piped_set_up(state);
    return failed ? failed : piped_run(&program, "demo --out d", NULL);
}

static const char *const images = "--clean d/valid.h5 --poisoned d/bd_valid.h5";

static int run(const char *arguments, const char *commands)
{
    char *line = memory_format("--plain %s", arguments);
    int status = piped_run(&program, line, commands);
    free(line);
    return status;
}

/* How many lines begin so. */
static int count(const char *text, const char *beginning)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, beginning)); at++)
        n += at == text || at[-1] == '\n';
    return n;
}

static void test_another_net_takes_over(void **state)
{
    (void)state;
    char *commands =
        memory_format("step 2\nopen d/bd_net.h5 %s\nstatus\nstep\nopen demo\nstep 3\n", images);
    assert_int_equal(run("", commands), 0);
    free(commands);
    assert_int_equal(count(program.out, "net  "), 3);
    assert_true(piped_says(&program, "net       bd_net.h5, 55x47x3, 48 classes"));
    assert_true(
        piped_says(&program, "bd_net.h5 is open; demo stays in its journal: secateur --re"));
    assert_true(piped_says(&program, "now at round 0 of conv_3"));
    assert_string_equal(program.errors, "");
    /* each session has a journal of its own, which goes on where it was left */
    const char *left = strstr(program.out, "--resume=");
    char *journal = memory_format("--resume=%.*s --plain", (int)strcspn(left + 9, "\n"), left + 9);
    assert_int_equal(piped_run(&program, journal, "status\n"), 0);
    free(journal);
    assert_true(piped_says(&program, "\nround 2 of conv_3"));
}

/* A session that was left goes on in the program, the rest of the script behind it. */
static void test_a_session_goes_on(void **state)
{
    (void)state;
    char *line = memory_format("d/bd_net.h5 %s", images);
    assert_int_equal(run(line, "step 7\nundo 2\n"), 0);
    assert_int_equal(run(line, "step 3\nresume none.journal\nundo\n"), 1);
    assert_true(piped_errs(&program, "none.journal: No such file"));
    assert_int_equal(run(line, "step 7\nundo 2\nresume\nstatus\nstep\n"), 0);
    free(line);
    assert_true(piped_says(&program, "resumed from "));
    assert_true(piped_says(&program, "\nround 3 of conv_3")); /* of the run that failed */
    assert_non_null(strstr(strstr(program.out, "resumed from "), "\nround 4 of conv_3"));
}

static void test_a_failure_ends_a_script(void **state)
{
    (void)state;
    assert_int_equal(run("", "step 4\nopen nowhere.h5 --clean d/valid.h5\nundo\n"), 1);
    assert_true(piped_errs(&program, "standard input:2: nowhere.h5: No such file or directory"));
    assert_int_equal(count(program.out, "net  "), 1);
    assert_int_equal(count(program.out, "now at round 3"), 0);
}

/* Other images keep the rounds, and the journal brings both back. */
static void test_other_images(void **state)
{
    (void)state;
    char *line = memory_format("d/bd_net.h5 %s", images);
    assert_int_equal(run(line, "step 3\nundo\nprune 7\ndata poisoned d/bd_test.h5\nstep\n"
                               "data test clean d/test.h5\ndata clean 'd/test.h5'\nstatus\n"),
        0);
    assert_true(piped_says(&program, "poisoned images changed: 6 rounds in 2 branches measured"));
    assert_true(piped_says(&program, "test-clean images changed: rounds stay"));
    assert_true(piped_says(&program, "round 3 of conv_3: channel 7 pruned by hand"));
    char *status = memory_string(strrchr(program.out, '\n') - 100);
    assert_int_equal(piped_run(&program, "--plain --resume", "status\n"), 0);
    assert_true(piped_says(&program, "resumed from "));
    assert_non_null(strstr(program.out, status));
    free(status);
    assert_int_equal(run(line, "step\ndata clean d/bd_net.h5\nundo\n"), 1);
    assert_true(piped_errs(&program, "d/bd_net.h5: holds no images"));
    assert_int_equal(run(line, "data frobnicate x.h5\n"), 1);
    assert_true(piped_errs(&program, "use: data clean FILE"));
    free(line);
}

/* Chosen from folders, by letters; a net comes with its images the next time. */
static void choose_files(struct harness *harness)
{
    harness_keys(harness, "\017");
    assert_true(harness_wait(harness, "recent: bd_net.h5"));
    assert_true(harness_sees(harness, "recent: bd_net.h5  valid.h5  bd_valid.h5"));
    harness_keys(harness, "bdts");
    assert_true(harness_wait_gone(harness, "recent: bd_net.h5"));
    assert_true(harness_sees(harness, "bd_test.h5"));
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, "filter:"));
    harness_keys(harness, ":open d/bd_net.h5\r");
    assert_true(harness_wait(harness, "round 0/"));
    harness_keys(harness, ":data\r");
    assert_true(harness_wait(harness, "Other images: which?"));
    harness_keys(harness, "test-p\r");
    assert_true(harness_wait(harness, "Poisoned test images: "));
    harness_keys(harness, "no pois\r");
    assert_true(harness_wait(harness, "test-poisoned images changed"));
}

/* The tour has a demo of its own; what was open is there again. */
static void tour_and_come_back(struct harness *harness)
{
    harness_keys(harness, "..4");
    assert_true(harness_wait(harness, "round 2/"));
    assert_true(harness_wait(harness, "parameters"));
    harness_keys(harness, ":tour 2\r");
    assert_true(harness_wait(harness, "Tour, 2 of 10"));
    harness_keys(harness, "\177"); /* a step back */
    assert_true(harness_wait(harness, "Tour, 1 of 10"));
    harness_keys(harness, ":open demo\r"); /* not while something waits */
    assert_true(harness_wait(harness, "your net waits"));
    harness_keys(harness, "\033");
    assert_true(harness_wait(harness, "bd_net.h5 is as you left it"));
    assert_true(harness_sees(harness, "round 2/") && harness_sees(harness, "parameters"));
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "round 1/"));
}

/* On the screen everything is as it was behind a failure. */
static void test_a_failure_leaves_everything(void **state)
{
    static const char *const bad[][2] = {
        {"d/bd_net.h5", "needs --clean FILE"},
        {"d/valid.h5 --clean d/valid.h5", "valid.h5: "},
        {"d/bd_net.h5 --clean d/bd_net.h5", "bd_net.h5: "},
        {"d/bd_net.h5 --clean d/valid.h5 --layer conv_9", "no layer conv_9"},
        {"d/bd_net.h5 --clean d/valid.h5 --frobnicate", "unknown option --frobnicate"},
        {"'d/bd_net.h5", "a quote is open"},
        {"not a net.h5 --clean d/valid.h5", "more than one net"},
        {"'not a net.h5' --clean d/valid.h5", "not a net.h5: "},
    };
    (void)state;
    piped_file(&program, "not a net.h5", "no");
    struct harness *harness = piped_screen(&program, NULL);
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, "...");
    assert_true(harness_wait(harness, "round 3/"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *line = memory_format(":open %s\r", bad[i][0]);
        harness_keys(harness, line);
        free(line);
        assert_true(harness_wait_gone(harness, ":open"));
        assert_true(harness_wait(harness, bad[i][1]));
        assert_true(harness_sees(harness, "round 3/"));
    }
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "round 2/"));
    harness_keys(harness, "\x12"); /* redo */
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, ":open d/bd_net.h5 -c d/valid.h5 -p d/bd_valid.h5\r");
    assert_true(harness_wait(harness, "bd_net.h5 is open"));
    assert_true(harness_wait(harness, "round 0/"));
    harness_keys(harness, ".");
    assert_true(harness_wait(harness, "round 1/"));
    choose_files(harness);
    tour_and_come_back(harness);
    harness_keys(harness, "qq");
    assert_int_equal(harness_end(harness), 0);
    harness_stop(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_net_takes_over),
        cmocka_unit_test(test_a_session_goes_on),
        cmocka_unit_test(test_a_failure_ends_a_script),
        cmocka_unit_test(test_other_images),
        cmocka_unit_test(test_a_failure_leaves_everything),
    };
    return cmocka_run_group_tests(tests, set_up, piped_tear_down);
}
