/* libvterm shows kitty's commands as text: once they are sent, bytes are looked at, not its screen.
 * The whole program in terminals that answer what they are asked: rightly, with lies, late, never.
 * What it sends for pictures is there, and goes; no answer becomes a key. */
#include "tests/screens/harness.h"

#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static const char *const place[] = {"TMUX", "STY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", NULL};

static struct harness *start(const char *graphics)
{
    static const char *arguments[] = {"--no-journal", "--graphics", NULL, NULL};
    arguments[2] = graphics;
    const struct harness_options options = {
        .columns = 80, .rows = 24, .arguments = arguments, .environment = place};
    return harness_start(&options);
}

static int count(struct harness *harness, const char *what)
{
    size_t n, length = strlen(what);
    const char *bytes = harness_bytes(harness, &n);
    int found = 0;
    for (const char *at = bytes; (at = memmem(at, n - (size_t)(at - bytes), what, length)); at++)
        found++;
    return found;
}

/* Until so many of these were sent: the screen is full of commands, and no place to look at. */
static bool wait_sent(struct harness *harness, const char *what, int n)
{
    for (int tries = 0; tries < 1200; tries++) {
        if (count(harness, what) >= n)
            return true;
        harness_settle(harness, 100);
    }
    fprintf(stderr, "%s was sent %d times, not %d\n", what + 1, count(harness, what), n);
    return false;
}

/* A figure before it is written, another size while it is shown, and nothing of it afterwards. */
static void preview_comes_and_goes(struct harness *harness)
{
    int sent = count(harness, "\033_Ga=t"), shown = count(harness, "\033_Ga=p");
    harness_keys(harness, ":preview channels\r");
    assert_true(wait_sent(harness, "\033_Ga=p", shown + 1));
    harness_settle(harness, 200);
    assert_int_equal(count(harness, "\033_Ga=t"), sent + 1);
    assert_int_equal(count(harness, "\033_Ga=p"), shown + 1);
    harness_resize(harness, 120, 40);
    assert_true(wait_sent(harness, "\033_Ga=t", sent + 2));
    harness_settle(harness, 400);
    assert_int_equal(count(harness, "\033_Ga=t"), sent + 2);
    int removed = count(harness, "\033_Ga=d,d=i");
    harness_keys(harness, "x");
    assert_true(wait_sent(harness, "\033_Ga=d,d=i", removed + 1));
    harness_settle(harness, 200);
    assert_int_equal(count(harness, "\033_Ga=d,d=i"), removed + 1);
}

static void test_a_terminal_that_answers_gets_pixels(void **state)
{
    (void)state;
    struct harness *harness = start("auto");
    harness_keys(
        harness, "\033]11;rgb:0000/0000/0000\033\\\033_Gi=31;OK\033\\\033[6;20;10t\033[?62c");
    assert_true(harness_wait(harness, "PAUSED"));
    assert_int_equal(count(harness, "\033_Gi=31,s=1,v=1,a=q"), 1);
    harness_keys(harness, "3");
    assert_true(wait_sent(harness, "\033_Ga=t,q=2", 1));
    assert_true(wait_sent(harness, "\033_Ga=p,q=2", 1));
    harness_settle(harness, 200);
    int removed = count(harness, "\033_Ga=d,d=i");
    harness_keys(harness, "\033");
    assert_true(wait_sent(harness, "\033_Ga=d,d=i", removed + 1));
    preview_comes_and_goes(harness);
    harness_keys(harness, "q");
    assert_int_equal(harness_end(harness), 0);
    assert_true(count(harness, "\033_Ga=d,d=A") > 0);
    harness_stop(harness);
}

static void test_others_get_blocks(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "", "\033[?62;22c", "\033_Gi=31;EINVAL\033\\\033[?62;4c\033[6;0;0t"};
    for (int i = 0; i < 3; i++) {
        struct harness *harness = start("auto");
        harness_keys(harness, answers[i]);
        assert_true(harness_wait(harness, "PAUSED"));
        harness_keys(harness, "3");
        assert_true(harness_wait(harness, "▀"));
        assert_int_equal(count(harness, "\033_Ga=t"), 0);
        assert_int_equal(count(harness, "\033P"), 0);
        harness_stop(harness);
    }
}

/* The beginning of an answer, long nothing, and the rest: taken all the same, and never typed. */
static void test_a_late_answer_is_no_key(void **state)
{
    (void)state;
    struct harness *harness = start("auto");
    assert_true(harness_wait(harness, "PAUSED"));
    harness_keys(harness, "3");
    assert_true(harness_wait(harness, "3 Faces"));
    harness_keys(harness, "\033_Gi=31;OK\033\\");
    harness_settle(harness, 300);
    assert_true(count(harness, "\033_Ga=t") > 0);
    harness_stop(harness);
}

static void test_the_setting_forbids_and_forces(void **state)
{
    (void)state;
    struct harness *harness = start("blocks");
    assert_true(harness_wait(harness, "PAUSED"));
    assert_int_equal(count(harness, "\033_G"), 0); /* not even asked */
    harness_keys(harness, "3");
    assert_true(harness_wait(harness, "▀"));
    harness_keys(harness, ":set graphics kitty\r");
    harness_settle(harness, 400);
    assert_true(count(harness, "\033_Ga=p") > 0);
    harness_keys(harness, ":set graphics blocks\r");
    harness_settle(harness, 400);
    assert_true(count(harness, "\033_Ga=d,d=A") > 0);
    harness_stop(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_terminal_that_answers_gets_pixels),
        cmocka_unit_test(test_others_get_blocks),
        cmocka_unit_test(test_a_late_answer_is_no_key),
        cmocka_unit_test(test_the_setting_forbids_and_forces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
