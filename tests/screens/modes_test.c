/* The real program where terminals differ, and on every way out of it. */
#include "tests/screens/program.h"

#include <signal.h>
#include <sys/wait.h>

#include "tests/test.h"

static void test_signals_restore(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGSEGV, SIGABRT};
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct harness *harness = program_open(80, 24);
        harness_signal(harness, signals[i]);
        int status = harness_end(harness);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        program_assert_restored(harness);
        harness_stop(harness);
    }
}

/* Is there a colour among the parameters of an SGR sequence in the bytes? */
static bool has_colour(const char *bytes)
{
    for (const char *at = strstr(bytes, "\033["); at; at = strstr(at, "\033[")) {
        at += 2;
        size_t length = strspn(at, "0123456789;");
        for (const char *p = at; at[length] == 'm' && p < at + length;) {
            int number = atoi(p);
            if ((number >= 30 && number < 39) || (number >= 40 && number < 49) || number >= 90)
                return true;
            p += strcspn(p, ";m");
            p += *p == ';';
        }
    }
    return false;
}

static void test_colours(void **state)
{
    static const char *const none[] = {"NO_COLOR=1", NULL};
    static const char *const few[] = {"COLORTERM", NULL};
    size_t n;
    (void)state;
    struct harness *harness = program_start(80, 24, none);
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, " ");
    assert_true(harness_wait(harness, "DONE"));
    assert_false(has_colour(harness_bytes(harness, &n)));
    program_quit_unsaved(harness);

    harness = program_start(80, 24, few);
    assert_true(harness_wait(harness, "next ch"));
    assert_non_null(strstr(harness_bytes(harness, &n), "8;5;"));
    assert_null(strstr(harness_bytes(harness, &n), "8;2;"));
    program_quit(harness);

    harness = program_open(80, 24);
    assert_non_null(strstr(harness_bytes(harness, &n), "8;2;"));
    program_quit(harness);
}

static void test_plain_ascii(void **state)
{
    static const char *const ascii[] = {"LC_ALL=C", NULL};
    size_t n;
    (void)state;
    struct harness *harness = program_start(120, 40, ascii);
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, " ");
    assert_true(harness_wait(harness, "DONE"));
    harness_keys(harness, "?");
    assert_true(harness_wait(harness, "type to filter"));
    harness_keys(harness, "\033");
    harness_settle(harness, 60);
    const char *bytes = harness_bytes(harness, &n);
    for (size_t i = 0; i < n; i++)
        assert_true((unsigned char)bytes[i] < 0x80);
    program_quit_unsaved(harness);
}

static void test_poor_terminals(void **state)
{
    static const char *const terms[] = {
        "TERM=vt100", "TERM=xterm", "TERM=linux", "TERM=screen-256color", "TERM=tmux-256color"};
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        const char *const environment[] = {terms[i], "COLORTERM", NULL};
        struct harness *harness = program_start(80, 24, environment);
        assert_true(harness_wait(harness, "next ch"));
        harness_keys(harness, "s");
        assert_true(harness_wait(harness, "round 1/"));
        harness_keys(harness, "q");
        assert_true(harness_wait(harness, "not saved"));
        harness_keys(harness, "q");
        int status = harness_end(harness);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_true(harness_is_cooked(harness));
        harness_stop(harness);
    }
}

/* A terminal that cannot place text gets plain lines. */
static void test_dumb_terminal(void **state)
{
    static const char *const dumb[] = {"TERM=dumb", "COLORTERM", NULL};
    (void)state;
    struct harness *harness = program_start(100, 24, dumb);
    int status = harness_end(harness);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(harness_wait(harness, "B'(10)"));
    assert_false(harness_on_alternate_screen(harness));
    harness_stop(harness);
}

static void test_missing_file_ends_with_a_line(void **state)
{
    static const char *const arguments[] = {"nowhere.h5", "--clean", "nowhere.h5", NULL};
    const struct harness_options options = {.columns = 80, .rows = 24, .arguments = arguments};
    (void)state;
    struct harness *harness = harness_start(&options);
    int status = harness_end(harness);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_true(harness_wait(harness, "secateur: nowhere.h5"));
    program_assert_restored(harness);
    harness_stop(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_restore),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_plain_ascii),
        cmocka_unit_test(test_poor_terminals),
        cmocka_unit_test(test_dumb_terminal),
        cmocka_unit_test(test_missing_file_ends_with_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
