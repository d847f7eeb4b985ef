/* The configuration file, settings and keys that a person binds. */
#include "tests/screens/harness.h"
#include "tests/screens/piped.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/commands/preferences.h"
#include "engine/base/memory.h"
#include "engine/base/thread_pool.h"

#include <sys/wait.h>

#include "tests/test.h"

static void configure(const char *text)
{
    char *line = memory_format("mkdir -p '%s/config/secateur'", program.folder);
    assert_int_equal(system(line), 0);
    free(line);
    piped_file(&program, "config/secateur/config", text);
}

static void bind(struct keymap *keymap, const char *word, const char *line)
{
    struct error err;
    assert_true(keymap_bind(keymap, word, line, &err));
}

static void assert_does(
    const struct keymap *keymap, const char *key, const char *view, const char *name)
{
    const char *line;
    const struct action *action =
        keymap_find(keymap, keys_number(key, (int)strlen(key)), view, &line);
    if (name)
        assert_string_equal(line ? line : action->name, name);
    else
        assert_null(action);
}

static void test_keys_are_bound(void **state)
{
    (void)state;
    struct keymap keymap = {0};
    char words[KEYMAP_WORDS];
    assert_does(&keymap, "m", "faces", "pin");
    assert_does(&keymap, "m", "curves", "marker");
    bind(&keymap, "m", "theme");
    assert_does(&keymap, "m", "curves", "theme");
    assert_does(&keymap, "m", "faces", "pin"); /* a panel's own goes before */
    bind(&keymap, "faces:m", "run drop 4");
    assert_does(&keymap, "m", "faces", "run drop 4");
    bind(&keymap, "F12", "step 5");
    assert_does(&keymap, "F12", "log", "step 5");
    bind(&keymap, "s", "");
    assert_does(&keymap, "s", "log", NULL);
    keymap_words(&keymap, commands_find("step"), words);
    assert_string_equal(words, "."); /* F12 does more than that */
    keymap_words(&keymap, commands_find("theme"), words);
    assert_string_equal(words, "T m");
    assert_int_equal(keymap.n, 4);
    bind(&keymap, "s", "step"); /* as the table says: nothing is left of it */
    bind(&keymap, "m", "marker");
    assert_int_equal(keymap.n, 2);
    bind(&keymap, ":", "command");
    bind(&keymap, "faces::", "step");
    assert_does(&keymap, ":", "faces", "step");
    static const char *const wrong[][2] = {
        {"Foo", "step"}, {"F13", "step"}, {"nowhere:s", "step"}, {"s", "stp"}, {"s", "scan 5"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(keymap_bind(&keymap, wrong[i][0], wrong[i][1], &(struct error){0}));
    keymap_finish(&keymap);
}

/* What is printed configures the same. */
static void test_the_printed_configuration_is_one(void **state)
{
    static const char *const texts[] = {"",
        "# mine\n\n  theme light\r\nset threads 1\nset thresholds 1,3\nset axis trade-off\n"
        "bind F5 run drop 4\nunbind faces:m\nbind faces:x pin\nset mouse off\nset sort what-if\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        configure(texts[i]);
        assert_int_equal(piped_run(&program, "--print-config", NULL), 0);
        assert_int_equal(strstr(program.out, "\nbind F5 run drop 4\n") != NULL, i == 1);
        char *printed = memory_string(program.out);
        configure(printed);
        assert_int_equal(piped_run(&program, "--print-config", NULL), 0);
        assert_string_equal(program.out, printed);
        for (int k = 0; commands_at(k); k++)
            assert_true(!*commands_at(k)->keys || strstr(printed, commands_at(k)->name));
        for (int k = 0; options_at(k); k++) {
            char *name = memory_format("set %s ", options_at(k)->name);
            if (preferences_takes(options_at(k)))
                assert_non_null(strstr(printed, name));
            free(name);
        }
        free(printed);
    }
    assert_int_equal(piped_run(&program, "--print-config --no-config --theme contrast", NULL), 0);
    assert_null(strstr(program.out, "light"));
}

static void test_mistakes_name_their_line(void **state)
{
    static const char *const wrong[][2] = {
        {"step", "only set, bind, unbind and theme are allowed here"},
        {"bind Foo step", "there is no key Foo"}, {"bind s stp", "there is no command stp"},
        {"bind nowhere:s step", "there is no panel nowhere"}, {"bind s", "use: bind KEY COMMAND"},
        {"set axis sideways", "axis must be one of auto full drop trade-off"},
        {"set threads many", "threads: 'many'"}, {"set nonsense 1", "there is no setting nonsense"},
        {"set model x.h5", "there is no setting model"}, {"theme neon", "there is no theme neon"},
        {"set speed 0", "speed: '0' is no speed"}, {"set ascii maybe", "ascii must be on or off"}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *text = memory_format("# first\ntheme light\n%s\n", wrong[i][0]);
        configure(text);
        assert_int_equal(piped_run(&program, PLAIN, "step\n"), 2);
        assert_true(piped_errs(&program, "/config/secateur/config:3: "));
        assert_true(piped_errs(&program, wrong[i][1]));
        assert_string_equal(program.out, "");
        free(text);
    }
    assert_int_equal(piped_run(&program, PLAIN " --no-config", NULL), 0);
}

static void test_the_command_line_goes_before(void **state)
{
    (void)state;
    configure("set thresholds 1,3\nset layer conv_2\nset plain on\nset speed 7\n");
    assert_int_equal(piped_run(&program, "--thresholds 5", "results\nset axis\nset\nspeed\n"), 0);
    assert_true(piped_says(&program, "a run takes at most 7 rounds a second"));
    assert_true(piped_says(&program, "now at round 0 of conv_2"));
    assert_true(piped_says(&program, "B'(5)"));
    assert_null(strstr(program.out, "B'(3)"));
    assert_true(piped_says(&program, "axis is auto"));
    assert_true(piped_says(&program, "\n  sort "));
    assert_int_equal(piped_run(&program, "", "set threads 2\n"), 1);
    assert_true(piped_errs(&program, "threads can only be set at the start"));
    configure("");
}

static void test_too_many_threads_are_not_made(void **state)
{
    (void)state;
    char *text = memory_format("set threads %d\n", thread_pool_most() + 1);
    char *said = memory_format("%d threads are too many: %d are used, 4 for each",
        thread_pool_most() + 1, thread_pool_most());
    configure(text);
    assert_int_equal(piped_run(&program, PLAIN, "step\n"), 0);
    assert_true(piped_says(&program, said));
    configure("");
    free(text);
    free(said);
}

static void test_bound_keys_on_the_screen(void **state)
{
    static char config[128];
    (void)state;
    configure("bind F5 step 3\nbind Z step\nunbind s\nunbind .\nset axis drop\n");
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/config", program.folder);
    const char *const environment[] = {config, NULL};
    const struct harness_options options = {
        .columns = 80, .rows = 24, .environment = environment, .folder = program.folder};
    struct harness *harness = harness_start(&options);
    assert_true(harness_wait(harness, "next ch"));
    assert_true(harness_wait(harness, "Z step")); /* in the hint bar */
    harness_keys(harness, "\033[15~");
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, "sZ");
    assert_true(harness_wait(harness, "round 4/"));
    harness_keys(harness, "?step");
    assert_true(harness_wait(harness, "step 3"));
    harness_keys(harness, "\033");
    assert_true(harness_wait_gone(harness, "type to filter"));
    harness_keys(harness, ":bind Y undo\r");
    assert_true(harness_wait(harness, "Y now does: undo"));
    harness_keys(harness, "Y");
    assert_true(harness_wait(harness, "round 3/"));
    harness_keys(harness, ":set sor\t");
    assert_true(harness_wait(harness, ":set sort number"));
    harness_keys(harness, "\r");
    assert_true(harness_wait(harness, "sort is number"));
    harness_keys(harness, "q");
    assert_true(harness_wait(harness, "not saved"));
    harness_keys(harness, "q");
    int status = harness_end(harness);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    harness_stop(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_bound),
        cmocka_unit_test(test_the_printed_configuration_is_one),
        cmocka_unit_test(test_mistakes_name_their_line),
        cmocka_unit_test(test_the_command_line_goes_before),
        cmocka_unit_test(test_too_many_threads_are_not_made),
        cmocka_unit_test(test_bound_keys_on_the_screen),
    };
    return cmocka_run_group_tests(tests, piped_set_up, piped_tear_down);
}
