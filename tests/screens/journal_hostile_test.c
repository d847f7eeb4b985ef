/* Journals from elsewhere: nothing in one acts, and what is no journal of one's own is refused. */
#include "tests/screens/piped_screen.h"
#include "tests/unit/session/session_trial.h"

#include "app/script/journal_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Names of layers that would be commands on lines of their own. */
static const struct test_node nodes[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,9,2", ""},
    {"Conv2D", "a\\nsave\\n", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"Conv2D", "b\\nsave\\n=", "filters=5 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct trial_net hostile_net = {"hostile", nodes, sizeof nodes / sizeof *nodes, 3};

#define FILES "net.h5 -c clean.h5 -p poisoned.h5 --scale 1/255 "
static const char journal[] = "j.journal";
static char *good; /* a journal of three rounds */

static char *newest(void)
{
    int n;
    char *folder = memory_format("%s/state/secateur", program.folder);
    char **names = journal_file_names(folder, &n), *last = NULL;
    for (int i = 0; i < n; i++) {
        free(last);
        last = names[i];
    }
    free(names);
    free(folder);
    return last;
}

static int set_up(void **state)
{
    piped_set_up(state);
    assert_int_equal(chdir(program.folder), 0);
    trial_write(&hostile_net);
    assert_int_equal(piped_run(&program, "--plain " FILES, "step 2\nundo\n"), 0);
    char *name = newest();
    assert_non_null(name);
    good = piped_read(&program, strstr(name, "state/"));
    assert_non_null(good);
    free(name);
    return 0;
}

static int tear_down(void **state)
{
    free(good);
    assert_int_equal(chdir("/"), 0);
    return piped_tear_down(state);
}

/* Names, sizes and times of all that lies in the folder, but what a run itself writes there. */
static char *contents(void)
{
    struct dirent **entries = NULL;
    int n = scandir(program.folder, &entries, NULL, alphasort);
    char *all = memory_string("");
    for (int i = 0; i < n; i++) {
        struct stat status;
        const char *name = entries[i]->d_name;
        bool own = strcmp(name, "out") == 0 || strcmp(name, "errors") == 0 ||
                   strcmp(name, "input") == 0 || name[0] == '.';
        if (!own && lstat(name, &status) == 0) {
            char *longer =
                memory_format("%s%s %lld %lld.%09ld\n", all, name, (long long)status.st_size,
                    (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
            free(all);
            all = longer;
        }
        free(entries[i]);
    }
    free(entries);
    return all;
}

static void put(const char *text)
{
    piped_file(&program, journal, text);
    assert_int_equal(chmod(journal, 0600), 0);
}

/* Resuming fails with one line that has the words, within the program's own deadline, and changes
 * nothing; not even the journal. */
static void assert_refused(const char *arguments, int status, const char *words)
{
    char *before = contents();
    assert_int_equal(piped_run(&program, arguments, "save after.h5\n"), status);
    assert_true(piped_errs(&program, words));
    assert_ptr_equal(strchr(program.errors, '\n'), strrchr(program.errors, '\n'));
    char *after = contents();
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* `line` in place of the one that begins with `old`, anywhere in the good journal. */
static void put_line(const char *old, const char *line)
{
    const char *at = strstr(good, old);
    assert_non_null(at);
    char *text = memory_format("%.*s%s%s", (int)(at - good), good, line, at + strcspn(at, "\n"));
    put(text);
    free(text);
}

static void quit(struct harness *harness)
{
    harness_keys(harness, "qq");
    assert_int_not_equal(harness_end(harness), -1);
    harness_stop(harness);
}

/* The layer is chosen from the list, where its name need not be typed. The default name of `save`
 * lies in the folder, so it would be seen. */
static void names_of_layers_are_no_lines(void **state)
{
    (void)state;
    struct harness *harness =
        piped_screen(&program, (const char *const[]){"net.h5", "-c", "clean.h5", "-p",
                                   "poisoned.h5", "--scale", "1/255", NULL});
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, "L");
    assert_true(harness_wait(harness, "Layer to prune"));
    harness_keys(harness, "\x1b[A\r");
    assert_true(harness_wait_gone(harness, "Layer to prune"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    quit(harness);
    char *name = newest(), *text = piped_read(&program, strstr(name, "state/"));
    assert_non_null(strstr(text, "\nlayer 0\n= "));
    assert_null(strstr(text, "save"));
    char *arguments = memory_format("--plain --resume=%s", name), *before = contents();
    assert_int_equal(piped_run(&program, arguments, "status\n"), 0);
    assert_true(piped_says(&program, "resumed from"));
    assert_true(piped_says(&program, "resuming with model "));
    char *after = contents();
    assert_string_equal(after, before);
    assert_null(strstr(after, "secateur-out"));
    free(name);
    free(text);
    free(arguments);
    free(before);
    free(after);
}

static void lines_of_the_prompt_are_none(void **state)
{
    (void)state;
    static const char *const lines[] = {"save evil.h5", "save-kept", "set force on", "source evil",
        "export-all", "order /etc/passwd", "bind x save evil.h5", "quit", "layer 7", "goto 99",
        "# a comment", "", "step\x1b]0;title\x07"};
    piped_file(&program, "evil", "save evil.h5\n");
    piped_file(&program, "after.h5", "mine");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        put_line("goto 1", lines[i]);
        assert_refused("--plain --resume=j.journal --force", 1, "secateur: j.journal:");
        assert_null(strchr(program.errors, '\x1b'));
        assert_true(piped_says(&program, "round 2 of")); /* what came before it */
        assert_null(strstr(program.out, "resumed from"));
    }
}

static void heads_take_no_other_options(void **state)
{
    (void)state;
    static const char *const lines[] = {"set force on", "set out evil", "set script evil",
        "set plain on", "set no-journal on", "set resume evil", "set threads 99", "set memory 1",
        "set color never", "set config evil", "set figure-format pdf", "set repaired net.h5",
        "set clean /etc/passwd", "set model net.h5", "set scale 1", "set", "file", "begin evil",
        "file 0 out /tmp/evil", "file 0 clean /etc/passwd", "file 0 script evil", "unknown line"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *text = memory_format("%s\nset scale 1/255", lines[i]);
        put_line("set scale", text);
        assert_refused("--plain --resume=j.journal", 3, "");
        free(text);
    }
    put_line("secateur journal", "secateur journal 2");
    assert_refused("--plain --resume=j.journal", 3, "of version 2, this secateur reads version 3");
    put_line("secateur journal", "secateur journal 99999999999");
    assert_refused("--plain --resume=j.journal", 3, "j.journal");
}

static void only_ones_own_files_are_opened(void **state)
{
    (void)state;
    put(good);
    assert_int_equal(symlink(journal, "link.journal"), 0);
    assert_refused("--plain --resume=link.journal", 3, "is a symbolic link");
    assert_int_equal(mkfifo("fifo.journal", 0600), 0);
    assert_refused("--plain --resume=fifo.journal", 3, "is no regular file");
    assert_refused("--plain --resume=/dev/zero", 3, "/dev/zero: is no regular file");
    assert_refused("--plain --resume=state", 3, "state: is no regular file");
    assert_int_equal(chmod(journal, 0666), 0);
    assert_refused("--plain --resume=j.journal", 3, "others may write it");
    assert_int_equal(chmod(journal, 0600), 0);
    if (geteuid() == 0) { /* only root gives files away */
        assert_int_equal(chown(journal, 65534, (gid_t)-1), 0);
        assert_refused("--plain --resume=j.journal", 3, "belongs to another user");
        assert_int_equal(chown(journal, 0, (gid_t)-1), 0);
    }
    int fd = open(journal, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "\0", 1), 1);
    close(fd);
    assert_refused("--plain --resume=j.journal", 3, "has zero bytes");
    assert_int_equal(truncate(journal, (off_t)JOURNAL_SIZE_MOST + 1), 0);
    assert_refused("--plain --resume=j.journal", 3, "is larger than 64 MiB");
    /* the folder of the newest may hold anything */
    assert_int_equal(rename("fifo.journal", "state/secateur/z.journal"), 0);
    assert_int_equal(rename("link.journal", "state/secateur/y.journal"), 0);
    assert_int_equal(piped_run(&program, "--plain --resume", "status\n"), 0);
    assert_true(piped_says(&program, "resumed from "));
    assert_int_equal(piped_run(&program, "--plain " FILES, "step\n"), 0); /* sweeps the folder */
}

/* On the screen the rounds before a line that is none stay, and a new journal has them. */
static void rounds_before_a_bad_line_stay(void **state)
{
    (void)state;
    put_line("goto 1", "save evil.h5");
    char *before = contents(), *old = newest();
    struct harness *harness =
        piped_screen(&program, (const char *const[]){"--resume=j.journal", NULL});
    assert_true(harness_wait(harness, "is no line of a journal"));
    assert_true(harness_sees(harness, "round 2/"));
    char *after = contents();
    assert_string_equal(after, before);
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 3/"));
    quit(harness);
    char *name = newest();
    assert_string_not_equal(name, old);
    assert_int_equal(piped_run(&program, "--plain --resume", "status\n"), 0);
    assert_true(piped_says(&program, "round 3 of"));
    assert_true(piped_says(&program, strrchr(name, '/') + 1)); /* by its name in the folder */
    free(before);
    free(after);
    free(name);
    free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_layers_are_no_lines),
        cmocka_unit_test(lines_of_the_prompt_are_none),
        cmocka_unit_test(heads_take_no_other_options),
        cmocka_unit_test(rounds_before_a_bad_line_stay),
        cmocka_unit_test(only_ones_own_files_are_opened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
