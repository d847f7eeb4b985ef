/* The journal: what a kill leaves, and how the work goes on from there. */
#include "tests/screens/piped_screen.h"

#include "app/script/journal.h"
#include "app/script/journal_file.h"
#include "engine/base/memory.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

static int is_journal(const struct dirent *entry)
{
    return strstr(entry->d_name, ".journal") != NULL;
}

/* How many there are; the newest one's name from the folder on is malloc'd into *newest. */
static int journals(char **newest)
{
    struct dirent **names = NULL;
    char *folder = memory_format("%s/state/secateur", program.folder);
    int n = scandir(folder, &names, is_journal, alphasort);
    if (newest)
        *newest = n > 0 ? memory_format("state/secateur/%s", names[n - 1]->d_name) : NULL;
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    free(folder);
    return n < 0 ? 0 : n;
}

static char *newest_text(void)
{
    char *name, *text;
    assert_true(journals(&name) > 0);
    text = piped_read(&program, name);
    assert_non_null(text);
    free(name);
    return text;
}

static int shell(const char *command)
{
    char *line = memory_format("cd '%s' && %s", program.folder, command);
    int status = system(line);
    free(line);
    return status;
}

static void forget_journals(void)
{
    assert_int_equal(shell("rm -rf state"), 0);
}

/* The round at which the last outcome of a journal left the net. */
static int last_round(const char *journal)
{
    int branch, round = -1;
    for (const char *at = strstr(journal, "\n= "); at; at = strstr(at + 1, "\n= "))
        if (strchr(at + 1, '\n'))
            assert_int_equal(sscanf(at, "\n= %d %d", &branch, &round), 2);
    return round;
}

static const char questions[] =
    "branch\nstatus\nresults\ngoto 1\nstatus\nredo 99\nbranch 1\nstatus\n";

/* What a session that was resumed, or that did the same anew, answers. */
static char *answers(const char *arguments, const char *commands)
{
    char *input = memory_format("%s%s", commands, questions);
    assert_int_equal(piped_run(&program, arguments, input), 0);
    free(input);
    const char *from = strstr(program.out, "Branches: several ways");
    assert_non_null(from);
    return memory_string(from);
}

/* Killed in the middle of a run, in a terminal: nothing of what was seen is lost. */
static void test_a_kill_loses_at_most_the_round_in_progress(void **state)
{
    (void)state;
    static const char *const few[] = {"--limit", "240", NULL};
    forget_journals();
    struct harness *harness = piped_screen(&program, few);
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, "...");
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "round 2/"));
    harness_keys(harness, ":layer conv_2 on-top\r");
    assert_true(harness_wait(harness, "conv_2 40ch"));
    harness_keys(harness, ":criterion difference\r");
    assert_true(harness_wait(harness, "difference"));
    harness_keys(harness, ":prune 7\r:threshold 3\r");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, " ");
    assert_true(harness_wait_round(harness, 5));
    harness_signal(harness, SIGKILL);
    int status = harness_end(harness);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    harness_stop(harness);

    char *journal = newest_text();
    assert_non_null(strstr(journal, "\n= 2 5 5 ")); /* what was seen is there */
    char *commands = memory_format("step 3\nundo\nlayer conv_2 on-top\ncriterion difference\n"
                                   "prune 7\nthreshold 3\nstep %d\n",
        last_round(journal) - 1);
    char *resumed = answers(PLAIN " --resume", "");
    assert_true(piped_says(&program, "resumed from "));
    char *anew = answers(PLAIN " --no-journal", commands);
    assert_string_equal(resumed, anew);
    free(resumed);
    free(anew);
    free(commands);
    free(journal);
}

/* A suggested repair needs no examination again; rounds that went another way are branches. */
static void test_repairs_and_other_ways_come_back(void **state)
{
    (void)state;
    static const char commands[] =
        "step 4\nexamine\nrepair\nundo 3\ncriterion difference\nstep 2\nundo\nprune 59\n";
    forget_journals();
    assert_int_equal(piped_run(&program, PLAIN, commands), 0);
    char *journal = newest_text();
    assert_null(strstr(journal, "examine"));
    assert_non_null(strstr(journal, "\n= 3 ")); /* forked twice */
    char *resumed = answers(PLAIN " --resume", "");
    char *anew = answers(PLAIN " --no-journal", commands);
    assert_string_equal(resumed, anew);
    free(resumed);
    free(anew);
    free(journal);
}

/* A file of channel numbers is not read again, and need not be there; nor does an end that had
 * been reached already, nor what somebody says that he looked at, get lost. */
static void test_what_was_read_is_not_read_again(void **state)
{
    (void)state;
    static const char commands[] =
        "step\norder my order.txt\nstep 2\nrun drop 0\nknown test\nlayer conv_2\nstep 2\n";
    forget_journals();
    piped_file(&program, "my order.txt", "41 3 # two\n0 7\n");
    char *anew = answers(PLAIN " --no-journal", commands);
    assert_int_equal(piped_run(&program, PLAIN, commands), 0);
    assert_int_equal(shell("rm 'my order.txt'"), 0);
    char *resumed = answers(PLAIN " --resume", "");
    assert_string_equal(resumed, anew);
    char *journal = newest_text();
    assert_non_null(strstr(journal, "\nchannels 41 3 0 7\nlisted my%20order.txt\n= "));
    free(journal);
    free(resumed);
    free(anew);
}

static void test_a_resumed_session_goes_on_in_its_journal(void **state)
{
    (void)state;
    forget_journals();
    assert_int_equal(piped_run(&program, PLAIN, "step 2\n"), 0);
    struct harness *harness = piped_screen(&program, (const char *const[]){"--resume", NULL});
    assert_true(harness_wait(harness, "resumed from"));
    assert_true(harness_wait(harness, "round 2/"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    harness_keys(harness, "q");
    int status = harness_end(harness);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(harness_sees(harness, "secateur: the pruned net is not saved")); /* scrollback */
    harness_stop(harness);
    assert_int_equal(journals(NULL), 1);
    assert_int_equal(piped_run(&program, PLAIN " --resume", "status\n"), 0);
    assert_true(piped_says(&program, "\nround 3 of conv_3: channel"));
}

/* A last line that was not written whole does not count. */
static void test_a_torn_line_is_left_out(void **state)
{
    (void)state;
    char *name, *text;
    forget_journals();
    assert_int_equal(piped_run(&program, PLAIN, "step 3\n"), 0);
    assert_int_equal(journals(&name), 1);
    text = piped_read(&program, name);
    text[strlen(text) - 3] = '\0';
    piped_file(&program, name, text);
    assert_int_equal(piped_run(&program, PLAIN " --resume", "status\nstep\n"), 0);
    assert_true(piped_says(&program, "\nround 2 of conv_3: channel"));
    free(text);
    text = piped_read(&program, name);
    assert_non_null(strstr(text, "\nstep\n= 1 3 3 "));
    free(text);
    free(name);
}

static void assert_refused(const char *arguments, int status, const char *why)
{
    assert_int_equal(piped_run(&program, arguments, "step\n"), status);
    assert_true(piped_errs(&program, why));
    assert_ptr_equal(strchr(program.errors, '\n'), strrchr(program.errors, '\n')); /* one line */
}

static void test_what_does_not_fit_is_refused(void **state)
{
    (void)state;
    char *name;
    forget_journals();
    assert_refused(PLAIN " --resume", 3, "has no journal");
    assert_refused(PLAIN " --resume --no-journal", 2, "cannot be used together");
    assert_int_equal(piped_run(&program, PLAIN " --layer conv_2", "step 2\n"), 0);
    assert_refused(PLAIN " --resume --layer conv_3", 3, "began with --layer conv_2, not conv_3");
    assert_refused(PLAIN " --resume --criterion difference", 3, "began without --criterion");
    piped_file(&program, "other", "nonsense\n");
    assert_refused(PLAIN " --resume=other", 3, "secateur: other: not a journal");
    assert_refused(PLAIN " --resume=nowhere", 3, "secateur: nowhere: ");
    /* what it says must come true */
    assert_int_equal(journals(&name), 1);
    char *text = piped_read(&program, name), *at = strstr(text, "\n= 1 2 2 ");
    at[1 + strlen("= 1 2 2 ")] ^= 1;
    piped_file(&program, name, text);
    assert_refused(PLAIN " --resume", 1, "the replay gives another result than the journal here");
    char *after = piped_read(&program, name);
    assert_string_equal(after, text);
    free(after);
    free(text);
    free(name);
}

static void test_inputs_are_compared(void **state)
{
    (void)state;
    forget_journals();
    assert_int_equal(piped_run(&program, "demo --out demo", NULL), 0);
    const char *net = PLAIN " demo/bd_net.h5 -c demo/valid.h5 -p demo/bd_valid.h5";
    assert_int_equal(piped_run(&program, net, "step 2\n"), 0);
    char *text = newest_text();
    assert_non_null(strstr(text, " clean /tmp/secateur-test-"));
    free(text);
    assert_int_equal(piped_run(&program, PLAIN " --resume", "status\n"), 0);
    assert_true(piped_says(&program, "\nround 2 of conv_3"));
    assert_true(piped_says(&program, "bd_net.h5"));
    /* the same file elsewhere is the same */
    assert_int_equal(shell("mv demo/valid.h5 moved.h5"), 0);
    assert_refused(PLAIN " --resume", 3, "valid.h5: cannot be read: No such file");
    assert_int_equal(piped_run(&program, PLAIN " --resume -c moved.h5", "status\n"), 0);
    assert_true(piped_says(&program, "\nround 2 of conv_3"));
    assert_int_equal(shell("echo >>moved.h5"), 0);
    assert_refused(PLAIN " --resume -c moved.h5", 3, "moved.h5: is not the file that ");
}

static void test_without_a_place_the_work_goes_on(void **state)
{
    (void)state;
    forget_journals();
    piped_file(&program, "state", "");
    assert_int_equal(piped_run(&program, PLAIN, "step\n"), 0);
    assert_true(piped_errs(&program, "secateur: no journal is written: "));
    assert_true(piped_says(&program, "\nround 1 of "));
    forget_journals();
    assert_int_equal(piped_run(&program, PLAIN " --no-journal", "step\n"), 0);
    assert_int_equal(journals(NULL), 0);
    assert_int_equal(piped_run(&program, PLAIN, "what-if 3\nundo\n"), 1);
    assert_int_equal(journals(NULL), 0); /* nothing was altered */
}

static void test_old_ones_go(void **state)
{
    (void)state;
    char name[64];
    forget_journals();
    assert_int_equal(piped_run(&program, PLAIN, "step\n"), 0);
    for (int i = 0; i < 2 * JOURNALS_MOST; i++) {
        snprintf(name, sizeof name, "state/secateur/20010101-0000%02d-1.journal", i);
        piped_file(&program, name, "");
    }
    assert_int_equal(piped_run(&program, PLAIN, "step\n"), 0);
    assert_int_equal(journals(NULL), JOURNALS_MOST);
    assert_int_equal(piped_run(&program, PLAIN " --resume", "status\n"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_kill_loses_at_most_the_round_in_progress),
        cmocka_unit_test(test_repairs_and_other_ways_come_back),
        cmocka_unit_test(test_what_was_read_is_not_read_again),
        cmocka_unit_test(test_a_resumed_session_goes_on_in_its_journal),
        cmocka_unit_test(test_a_torn_line_is_left_out),
        cmocka_unit_test(test_what_does_not_fit_is_refused),
        cmocka_unit_test(test_inputs_are_compared),
        cmocka_unit_test(test_without_a_place_the_work_goes_on),
        cmocka_unit_test(test_old_ones_go),
    };
    return cmocka_run_group_tests(tests, piped_set_up, piped_tear_down);
}
