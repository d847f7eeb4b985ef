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

/* Whatever is pasted, it prunes, saves and quits nothing, and runs nothing in a prompt. */
static void test_pastes_only_type(void **state)
{
    (void)state;
    size_t n;
    struct harness *harness = program_open(80, 24);
    assert_non_null(strstr(harness_bytes(harness, &n), "\033[?2004h"));
    harness_keys(harness, "\033[200~sxu q\r\x03\x1aq\033[201~");
    assert_true(harness_wait(harness, "was ignored: open a prompt first"));
    assert_true(harness_sees(harness, "round 0/"));
    harness_keys(harness, ":\033[200~step\r5\r\033[201~");
    assert_true(harness_wait(harness, ":step 5"));
    assert_true(harness_sees(harness, "round 0/"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "round 5/"));
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    harness_keys(harness, "\033[200~q\033[201~"); /* answers no question */
    assert_true(harness_wait(harness, "was ignored"));
    assert_true(harness_sees(harness, "not saved"));
    harness_keys(harness, "c");
    assert_true(harness_wait_gone(harness, "not saved"));
    harness_keys(harness, "prune all of these, save and quit"); /* a terminal that marks none */
    assert_true(harness_wait(harness, "came at once, like a paste"));
    assert_true(harness_sees(harness, "round 5/"));
    program_quit_unsaved(harness);
    harness = program_open(80, 24);
    char large[4097];
    memset(large, 's', sizeof large - 1);
    large[4096] = '\0';
    harness_keys(harness, ":\033[200~");
    for (int i = 0; i < 256; i++) /* a megabyte */
        harness_keys(harness, large);
    harness_keys(harness, "\033[201~");
    assert_true(harness_wait(harness, "the paste is too long"));
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, ":sss"));
    assert_true(harness_sees(harness, "round 0/"));
    program_quit(harness);
}

static const uint32_t light_clean = 0x0068a3;

/* Is anything drawn in this colour? */
static bool shows_colour(struct harness *harness, uint32_t colour)
{
    struct cells cells = harness_cells(harness);
    bool found = false;
    for (int i = 0; i < cells.columns * cells.rows; i++)
        found = found || cells.cell[i].fg == colour;
    cells_finish(&cells);
    return found;
}

static void test_background_chooses_the_theme(void **state)
{
    static const char *const white[] = {"COLORFGBG=0;15", NULL};
    static const char *const black[] = {"COLORFGBG=15;0", NULL};
    static const char *const dark[] = {"--theme", "dark", NULL};
    (void)state;
    size_t n;
    struct harness *harness = program_start(80, 24, white);
    assert_true(harness_wait(harness, "next ch"));
    assert_non_null(strstr(harness_bytes(harness, &n), "\033]11;?"));
    assert_true(shows_colour(harness, light_clean));
    program_quit(harness);

    harness = program_start(80, 24, black);
    assert_true(harness_wait(harness, "next ch"));
    assert_false(shows_colour(harness, light_clean));
    harness_keys(harness, "\033]11;rgb:ffff/ffff/"); /* late, and in two pieces */
    harness_settle(harness, 60);
    harness_keys(harness, "ffff\033\\");
    harness_settle(harness, 60);
    assert_true(shows_colour(harness, light_clean));
    assert_true(harness_sees(harness, "╔═ 1 Curves")); /* nothing was typed */
    harness_keys(harness, "T");
    assert_true(harness_wait(harness, "theme contrast"));
    program_quit(harness);

    const struct harness_options options = {
        .columns = 80, .rows = 24, .arguments = dark, .environment = white};
    harness = harness_start(&options);
    assert_true(harness_wait(harness, "next ch"));
    assert_false(shows_colour(harness, light_clean));
    assert_null(strstr(harness_bytes(harness, &n), "\033]11;?"));
    program_quit(harness);
}

/* Wide letters stand whole in prompts, and what is typed behind them where the cursor is. */
static void test_wide_letters(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, ":save 日本語e\xcc\x81.h5");
    assert_true(harness_wait(harness, ":save 日本語e\xcc\x81.h5"));
    struct cells cells = harness_cells(harness);
    assert_int_equal(cells.cell[23 * 80 + 12].glyph, 'e'); /* six cells behind ":save " */
    cells_finish(&cells);
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, ":save"));
    program_quit(harness);
}

/* A name that no entry knows is taken for the usual one, and that is said. */
static void test_unknown_terminals(void **state)
{
    static const char *const terms[] = {"TERM=nonsense", "TERM", "TERM="};
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        const char *const environment[] = {terms[i], "COLORTERM", NULL};
        struct harness *harness = program_start(80, 24, environment);
        assert_true(harness_wait(harness, "is unknown: treated as xterm-256color"));
        assert_true(harness_wait(harness, "next ch"));
        assert_true(harness_on_alternate_screen(harness));
        harness_keys(harness, "s");
        assert_true(harness_wait(harness, "round 1/"));
        assert_false(harness_sees(harness, "is unknown")); /* said once */
        program_quit_unsaved(harness);
    }
}

/* What is typed into a prompt outlives another size of the screen. */
static void test_resize_in_a_prompt(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, ":set axis");
    assert_true(harness_wait(harness, ":set axis"));
    harness_resize(harness, 60, 20);
    harness_settle(harness, 60);
    harness_resize(harness, 100, 30);
    harness_keys(harness, " full\r");
    assert_true(harness_wait(harness, "axis is full"));
    program_quit(harness);
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
        cmocka_unit_test(test_pastes_only_type),
        cmocka_unit_test(test_background_chooses_the_theme),
        cmocka_unit_test(test_wide_letters),
        cmocka_unit_test(test_unknown_terminals),
        cmocka_unit_test(test_resize_in_a_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
