/* What tests of the real program in a terminal share. */
#include "tests/screens/program.h"

#include <sys/wait.h>

#include "tests/test.h"

const char *const program_few[] = {"--limit", "240", NULL};

struct harness *program_start(int columns, int rows, const char *const *environment)
{
    const struct harness_options options = {
        .columns = columns, .rows = rows, .arguments = program_few, .environment = environment};
    return harness_start(&options);
}

struct harness *program_open(int columns, int rows)
{
    struct harness *harness = program_start(columns, rows, NULL);
    assert_true(harness_wait(harness, "PAUSED"));
    assert_true(harness_wait(harness, "next ch"));
    return harness;
}

void program_assert_restored(struct harness *harness)
{
    assert_false(harness_on_alternate_screen(harness));
    assert_true(harness_shows_cursor(harness));
    assert_true(harness_is_cooked(harness));
}

void program_quit(struct harness *harness)
{
    harness_keys(harness, "q");
    int status = harness_end(harness);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    program_assert_restored(harness);
    harness_stop(harness);
}

void program_quit_unsaved(struct harness *harness)
{
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    program_quit(harness);
}
