/* The real program on the embedded demo, in a pseudo-terminal: what a person sees and presses. */
#include "tests/screens/program.h"

#include "engine/base/memory.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

static void test_first_paint(void **state)
{
    (void)state;
    struct harness *harness = program_start(80, 24, NULL);
    assert_true(harness_wait(harness, "secateur"));
    assert_true(harness_on_alternate_screen(harness));
    assert_true(harness_wait(harness, "PAUSED"));
    assert_true(harness_wait(harness, "1 Curves"));
    assert_true(harness_wait(harness, "2 Channels"));
    assert_true(harness_wait(harness, "6 Thresholds"));
    assert_true(harness_wait(harness, "? help"));
    size_t n;
    harness_bytes(harness, &n);
    assert_true(n < 120000);
    program_quit(harness);
}

static void test_step_undo_redo(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    assert_true(harness_wait(harness, "round 0/"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    assert_true(harness_wait(harness, "pruned ch"));
    harness_keys(harness, ".");
    assert_true(harness_wait(harness, "round 2/"));
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, ",");
    assert_true(harness_wait(harness, "round 0/"));
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "nothing to undo"));
    harness_keys(harness, "\x12");
    assert_true(harness_wait(harness, "round 1/"));
    program_quit_unsaved(harness);
}

static void test_run_scrub_and_rewind(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, " ");
    assert_true(harness_wait(harness, "DONE"));
    harness_keys(harness, "\033[D");
    assert_true(harness_wait(harness, "VIEWING"));
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, "VIEWING"));
    harness_keys(harness, ":goto 3\r");
    assert_true(harness_wait(harness, "round 3/"));
    assert_true(harness_wait(harness, "PAUSED"));
    harness_keys(harness, "[");
    assert_true(harness_wait(harness, "no threshold is crossed before this round"));
    harness_keys(harness, "]");
    assert_true(harness_wait(harness, "VIEWING"));
    harness_keys(harness, "b");
    assert_true(harness_wait_gone(harness, "VIEWING"));
    program_quit_unsaved(harness);
}

static void test_run_and_pause(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "  ");
    assert_true(harness_wait(harness, "PAUSED"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "pruned ch"));
    program_quit_unsaved(harness);
}

static void test_run_until(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "R");
    assert_true(harness_wait(harness, "run until"));
    harness_keys(harness, "5\r");
    assert_true(harness_wait(harness, "round 5/"));
    assert_true(harness_wait(harness, "PAUSED"));
    harness_keys(harness, ":run drop 2\r");
    assert_true(harness_wait(harness, "reached in round"));
    program_quit_unsaved(harness);
}

static void test_layer_picker(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "L");
    assert_true(harness_wait(harness, "Layer to prune"));
    assert_true(harness_wait(harness, "conv_1"));
    harness_keys(harness, "conv_2");
    assert_true(harness_wait_gone(harness, "conv_1"));
    harness_keys(harness, "\r");
    assert_true(harness_wait_gone(harness, "Layer to prune"));
    assert_true(harness_wait(harness, "conv_2 40ch"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, ":layer conv_3\r");
    assert_true(harness_wait(harness, "on top of the 1 channel pruned now"));
    harness_keys(harness, "k");
    assert_true(harness_wait(harness, "conv_3 60ch"));
    harness_keys(harness, "B");
    assert_true(harness_wait(harness, "on top of 1"));
    harness_keys(harness, "conv_2\r");
    assert_true(harness_wait(harness, "conv_2 40ch"));
    harness_keys(harness, "L\033");
    harness_settle(harness, 60);
    assert_true(harness_wait_gone(harness, "Layer to prune"));
    assert_true(harness_wait(harness, "conv_2 40ch"));
    program_quit_unsaved(harness);
}

static void test_criterion_and_threshold(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "c");
    assert_true(harness_wait(harness, "how channels are ranked"));
    harness_keys(harness, "difference\r");
    assert_true(harness_wait_gone(harness, "how channels are ranked"));
    assert_true(harness_wait(harness, "difference"));
    harness_keys(harness, "X7\r");
    assert_true(harness_wait(harness, "    7 "));
    program_quit(harness);
}

static void test_what_if(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "2w");
    assert_true(harness_wait(harness, "without channel"));
    harness_keys(harness, "W");
    assert_true(harness_wait(harness, "the best is channel"));
    assert_true(harness_wait(harness, "round 0/")); /* only asked */
    harness_keys(harness, "x");
    assert_true(harness_wait(harness, "round 1/"));
    program_quit_unsaved(harness);
}

static void test_help_filters_and_runs(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "?");
    assert_true(harness_wait(harness, "run or pause"));
    harness_keys(harness, "next theme");
    assert_true(harness_wait_gone(harness, "run or pause"));
    assert_true(harness_wait(harness, ":theme"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "theme light"));
    program_quit(harness);
}

static void test_commands_complete_and_complain(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, ":crit");
    assert_true(harness_wait(harness, "criterion [NAME]"));
    harness_keys(harness, "\t");
    assert_true(harness_wait(harness, ":criterion"));
    harness_keys(harness, "\033");
    harness_settle(harness, 60);
    harness_keys(harness, ":setp\r");
    assert_true(harness_wait(harness, "did you mean step?"));
    harness_keys(harness, ":\033[A");
    assert_true(harness_wait(harness, ":setp"));
    harness_keys(harness, "\033");
    harness_settle(harness, 60);
    program_quit(harness);
}

static void test_views_zoom_and_come_back(void **state)
{
    static const char *const titles[] = {
        "1 Curves", "2 Channels", "3 Faces", "4 Layers", "5 What", "6 Thresholds", "7 Log"};
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, "z");
    assert_true(harness_wait_gone(harness, "2 Channels"));
    for (int i = 0; i < 7; i++) {
        char key[2] = {(char)('1' + i)};
        harness_keys(harness, key);
        assert_true(harness_wait(harness, titles[i]));
    }
    harness_keys(harness, "\033");
    assert_true(harness_wait(harness, "1 Curves"));
    assert_true(harness_wait(harness, "2 Channels"));
    harness_keys(harness, "\033\033\033"); /* never quits */
    harness_settle(harness, 60);
    program_quit_unsaved(harness);
}

static void test_goodnet_and_detectors(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "8");
    assert_true(harness_wait(harness, "no pruned net yet"));
    harness_keys(harness, ":run drop 2\r");
    assert_true(harness_wait(harness, "G with B′(2)"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "flagged in round"));
    harness_keys(harness, "\033");
    harness_wait_gone(harness, "flagged in round");
    harness_keys(harness, "D");
    assert_true(harness_wait(harness, "on test images"));
    assert_true(harness_wait(harness, "agreement 1.00"));
    program_quit_unsaved(harness);
}

static void test_resize(void **state)
{
    static const int sizes[][2] = {
        {200, 60}, {120, 40}, {79, 23}, {40, 10}, {19, 3}, {1, 1}, {80, 24}, {300, 100}, {80, 24}};
    (void)state;
    struct harness *harness = program_open(80, 24);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        harness_resize(harness, sizes[i][0], sizes[i][1]);
        harness_settle(harness, 60);
    }
    assert_true(harness_wait(harness, "? help"));
    assert_true(harness_wait(harness, "6 Thresholds"));
    program_quit(harness);
}

static char *make_folder(void)
{
    char *folder = memory_string("/tmp/secateur-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

/* How many names in a folder end so; the file is removed, too. */
static int take_files(const char *folder, const char *ending)
{
    int n = 0;
    DIR *listing = opendir(folder);
    if (!listing)
        return 0;
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        size_t length = strlen(entry->d_name), cache = strlen(ending);
        struct stat status;
        char *path = memory_format("%s/%s", folder, entry->d_name);
        if (length > cache && strcmp(entry->d_name + length - cache, ending) == 0 &&
            stat(path, &status) == 0 && status.st_size > 100) {
            n++;
            unlink(path);
        }
        free(path);
    }
    closedir(listing);
    return n;
}

static void remove_folder(char *folder)
{
    char *inner = memory_format("%s/secateur-out", folder);
    rmdir(inner);
    assert_int_equal(rmdir(folder), 0);
    free(inner);
    free(folder);
}

static void test_export_and_save(void **state)
{
    (void)state;
    char *folder = make_folder();
    char *inner = memory_format("%s/secateur-out", folder);
    const struct harness_options options = {
        .columns = 80, .rows = 24, .arguments = program_few, .folder = folder};
    struct harness *harness = harness_start(&options);
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, "e");
    assert_true(harness_wait(harness, "type to filter"));
    harness_keys(harness, "curves\r");
    assert_true(harness_wait(harness, "wrote secateur-out/"));
    harness_keys(harness, ":export curves\r");
    assert_true(harness_wait(harness, "overwrite it"));
    harness_keys(harness, "o");
    assert_true(harness_wait(harness, "wrote secateur-out/"));
    harness_keys(harness, ":figure-size huge\r");
    assert_true(harness_wait(harness, "88mm, 120mm, 180mm, slide"));
    harness_keys(harness, ":figure-size 120mm\r:figure-format pdf,svg\r:export channels\r");
    assert_true(harness_wait(harness, "round1.pdf"));
    harness_keys(harness, ":export channels secateur-out/mine.svg\r");
    assert_true(harness_wait(harness, "wrote secateur-out/mine.svg"));
    harness_keys(harness, ":figure-format png\rE");
    assert_true(harness_wait(harness, "overwrite them"));
    harness_keys(harness, "o");
    assert_true(harness_wait(harness, "figures into secateur-out"));
    harness_keys(harness, "\x13");
    assert_true(harness_wait(harness, "save the net as:"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "saved as secateur-out/"));
    program_quit(harness); /* saved, so nothing is asked */
    assert_true(take_files(inner, ".png") >= 4);
    assert_int_equal(take_files(inner, ".h5"), 1);
    assert_int_equal(take_files(inner, ".pdf"), 2);
    assert_int_equal(take_files(inner, ".svg"), 2);
    assert_true(take_files(inner, ".md") >= 1);
    assert_int_equal(take_files(inner, ".csv"), take_files(inner, ".tex"));
    remove_folder(folder);
    free(inner);
}

static void test_quit_asks_when_unsaved(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 1/"));
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    harness_keys(harness, "\r"); /* the safe answer is the first */
    assert_true(harness_wait_gone(harness, "not saved"));
    harness_keys(harness, "\x03"); /* Ctrl-C pauses and asks … */
    assert_true(harness_wait(harness, "Quit?"));
    harness_keys(harness, "\x03"); /* … and quits the second time */
    int status = harness_end(harness);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    program_assert_restored(harness);
    harness_stop(harness);
}

static void test_mouse(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    size_t n;
    assert_non_null(strstr(harness_bytes(harness, &n), "1006"));
    harness_keys(harness, "\033[<0;10;20M\033[<0;10;20m"); /* into the channels */
    assert_true(harness_wait(harness, "prune it"));
    harness_keys(harness, "\033[<0;3;24M\033[<0;3;24m"); /* the first hint: run */
    assert_true(harness_wait(harness, "DONE"));
    harness_keys(harness, "%");
    assert_true(harness_wait(harness, "mouse off"));
    program_quit_unsaved(harness);
}

/* The slowest of many keys on an idle engine, from the key to the picture. */
static void test_keys_are_answered_at_once(void **state)
{
    (void)state;
    struct harness *harness = program_open(80, 24);
    for (int i = 0; i < 20; i++) {
        harness_keys(harness, i % 2 ? "1" : "2");
        harness_settle(harness, 15);
    }
    size_t before, after;
    harness_bytes(harness, &before);
    harness_settle(harness, 700); /* nothing moves by itself */
    harness_bytes(harness, &after);
    assert_int_equal(before, after);
    program_quit(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_paint),
        cmocka_unit_test(test_step_undo_redo),
        cmocka_unit_test(test_run_scrub_and_rewind),
        cmocka_unit_test(test_run_and_pause),
        cmocka_unit_test(test_run_until),
        cmocka_unit_test(test_layer_picker),
        cmocka_unit_test(test_criterion_and_threshold),
        cmocka_unit_test(test_what_if),
        cmocka_unit_test(test_help_filters_and_runs),
        cmocka_unit_test(test_commands_complete_and_complain),
        cmocka_unit_test(test_views_zoom_and_come_back),
        cmocka_unit_test(test_goodnet_and_detectors),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_export_and_save),
        cmocka_unit_test(test_quit_asks_when_unsaved),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_keys_are_answered_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
