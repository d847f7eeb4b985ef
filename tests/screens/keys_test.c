/* Keys: what is common takes few of them, all are told, counts, search, and what was typed. */
#include "tests/screens/piped.h"
#include "tests/screens/program.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "engine/base/memory.h"

#include <sys/wait.h>

#include "tests/test.h"

/* An escape sequence is one key. */
static int count_keys(const char *keys)
{
    int n = 0;
    while (*keys) {
        if (keys[0] == '\033' && keys[1] == '[') {
            keys += 2;
            while (*keys && *keys < '@')
                keys++;
        }
        keys += *keys != '\0';
        n++;
    }
    return n;
}

enum { MOST_KEYS = 6 };

/* One after the other, on one screen; each is done when the words are seen. */
static const struct {
    const char *task, *keys, *seen;
} tasks[] = {
    {"prune the next channel", "s", "round 1/"},
    {"prune five more", "5s", "round 6/"},
    {"take three back", "3u", "round 3/"},
    {"redo the round undone last", "\x12", "round 4/"},
    {"run until a round", "R8\r", "round 8/"},
    {"run until so much is lost", "Rd2\r", "reached in round 43"},
    {"what may be done next", "H", "the attack is gone: Ctrl-S saves"},
    {"see the rounds again", "K", "PLAYING"},
    {"leave them", "\033", "round 43/"},
    {"the round before, in any panel", "<", "VIEWING 42 of 43"},
    {"back to the net's own", ">", "round 43/"},
    {"know what a word means", "?asr", "share of poisoned images"},
    {"leave the help", "\033", "? help"},
    {"let it be watched", "((((", "at most 5 rounds a second"},
    {"as fast as it goes", "))))", "as fast as it can"},
    {"jump to a round", "12g", "round 12/"},
    {"back to the unpruned net", "g0\r", "round 0/"},
    {"run until the attack is that rare", "Ra5\r", "reached in round 28"},
    {"show one round back", "\033[D", "VIEWING"},
    {"let the net follow", "b", "round 27/"},
    {"find a channel", "2/17\r", "17: 1 of 1"},
    {"ask what pruning it would do", "w", "without channel 17"},
    {"prune it", "x", "pruned ch 17"},
    {"look into a channel", "2i", "maximum"},
    {"back to the dashboard", "\033\033", "6 Thresholds"},
    {"add a threshold", "X7\r", "    7 "},
    {"faces on the whole screen", "3", "3 Faces"},
    {"those of one class", "C", "faces of class"},
    {"all again", "C", "faces of all classes"},
    {"those of another kind", "f", "faces: broken"},
    {"leave them", "\033", "6 Thresholds"},
    {"another criterion", "cdif\r", "difference"},
    {"another layer, afresh", "Lv_2\ru", "conv_2 40ch"},
    {"back to the branch before", "B\033[A\r", "conv_3 60ch"},
    {"examine the layers", "A", "prunes them in a new branch"},
    {"prune what that suggested", "P", "round 37/"},
    {"the table of kept nets, on test sets", "6t", "test sets, B: clean"},
    {"export the panel", "e\r", ".pdf"},
    {"save the net", "\x13\r", "saved as secateur-out/"},
    {"another theme", "T", "theme light"},
    {"the help", "?", "type to filter"},
    {"leave it", "\033", "? help"},
};

static struct harness *open_in(const char *folder)
{
    static char state[128];
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", folder);
    const char *const environment[] = {state, NULL};
    static const char *const few[] = {"--limit", "240", NULL};
    const struct harness_options options = {
        .columns = 80, .rows = 24, .arguments = few, .environment = environment, .folder = folder};
    struct harness *harness = harness_start(&options);
    assert_true(harness_wait(harness, "next ch"));
    return harness;
}

static void test_common_tasks_take_few_keys(void **state)
{
    (void)state;
    struct harness *harness = open_in(program.folder);
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        print_message("%s: %d keys\n", tasks[i].task, count_keys(tasks[i].keys));
        assert_true(count_keys(tasks[i].keys) <= MOST_KEYS);
        harness_keys(harness, tasks[i].keys);
        assert_true(harness_wait(harness, tasks[i].seen));
        harness_settle(harness, 60);
    }
    program_quit(harness); /* saved */
}

/* Whatever key does something, the help and the manual say so. */
static void test_every_key_and_command_is_told(void **state)
{
    (void)state;
    const struct keymap keymap = {0};
    const char *line;
    int n, keys = 0;
    struct help_line *help = commands_help(&keymap, &n);
    assert_int_equal(piped_run(&program, "manual", NULL), 0);
    for (int i = 0; commands_at(i); i++) {
        char *name = memory_format(":%s", commands_at(i)->name), *escaped = memory_string("");
        for (const char *c = name; *c; c++) { /* as man wants hyphens */
            char *longer = memory_format("%s%s%c", escaped, *c == '-' ? "\\" : "", *c);
            free(escaped);
            escaped = longer;
        }
        assert_true(piped_says(&program, escaped));
        free(escaped);
        free(name);
    }
    for (int key = 1; key <= PRESS_F12; key = key == 0x17f ? PRESS_LEFT : key + 1) {
        for (int v = 0; views_at(v); v++) {
            const char *view = views_at(v)->name;
            const struct action *action = keymap_find(&keymap, key, view, &line);
            bool told = !action;
            for (int i = 0; i < n && !told; i++)
                told = strcmp(help[i].command, action->name) == 0 && keys_listed(help[i].key, key);
            if (!told)
                print_message(
                    "key %d runs %s in %s, and nothing says so\n", key, action->name, view);
            assert_true(told);
            keys += action != NULL;
        }
    }
    assert_true(keys > 300); /* of all panels */
    free(help);
}

static void test_counts(void **state)
{
    (void)state;
    struct harness *harness = open_in(program.folder);
    harness_keys(harness, "10s");
    assert_true(harness_wait(harness, "round 10/"));
    assert_true(harness_wait(harness, "6 Thresholds")); /* nothing is zoomed */
    assert_true(harness_wait(harness, "╔═ 1 Curves"));  /* the focus is back */
    harness_keys(harness, "4,");
    assert_true(harness_wait(harness, "round 6/"));
    harness_keys(harness, "3");
    assert_true(harness_wait(harness, "3 Faces")); /* a panel at once */
    harness_keys(harness, "\033");
    assert_true(harness_wait(harness, "6 Thresholds"));
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 7/"));
    harness_keys(harness, "2");
    assert_true(harness_wait(harness, "prune it"));
    sleep(3); /* that was not meant as a count */
    harness_keys(harness, "s");
    assert_true(harness_wait(harness, "round 8/"));
    program_quit_unsaved(harness);
}

static void test_search(void **state)
{
    (void)state;
    struct harness *harness = open_in(program.folder);
    harness_keys(harness, "/");
    assert_true(harness_wait(harness, "search works in"));
    harness_keys(harness, "3s");
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, "2/pruned\r");
    assert_true(harness_wait(harness, "pruned: 1 of 3")); /* the cursor was behind the last */
    harness_keys(harness, "n");
    assert_true(harness_wait(harness, "pruned: 2 of 3"));
    harness_keys(harness, "N");
    assert_true(harness_wait(harness, "pruned: 1 of 3"));
    harness_keys(harness, "N");
    assert_true(harness_wait(harness, "pruned: 3 of 3"));
    harness_keys(harness, "/99\r");
    assert_true(harness_wait(harness, "no match for 99"));
    harness_keys(harness, "4/conv_2\r");
    assert_true(harness_wait(harness, "conv_2: 1 of 1"));
    harness_keys(harness, "?/next theme");
    assert_true(harness_wait(harness, ":theme"));
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, "type to filter"));
    program_quit_unsaved(harness);
}

static void test_what_was_typed_comes_back(void **state)
{
    (void)state;
    struct harness *harness = open_in(program.folder);
    harness_keys(harness, ":set sort rank\r");
    assert_true(harness_wait(harness, "sort is rank"));
    harness_keys(harness, ":status\r");
    assert_true(harness_wait(harness, "nothing pruned here"));
    program_quit(harness);
    harness = open_in(program.folder);
    harness_keys(harness, ":\033[A\033[A");
    assert_true(harness_wait(harness, ":set sort rank"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "sort is rank"));
    program_quit(harness);
    char *text = piped_read(&program, "state/secateur/history");
    assert_string_equal(text, "set sort rank\nstatus\nset sort rank\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_and_command_is_told),
        cmocka_unit_test(test_common_tasks_take_few_keys),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_what_was_typed_comes_back),
    };
    return cmocka_run_group_tests(tests, piped_set_up, piped_tear_down);
}
