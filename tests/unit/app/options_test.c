/* The command line: flags, values, and what wrong lines say. */
#include "app/options/options.h"
#include "app/verbs/verbs.h"

#include "tests/test.h"
#include "tests/unit/app/parse.h"

static void assert_wrong(const char *line, const char *says)
{
    static struct arguments arguments;
    struct error err = {0};
    assert_false(parse(&arguments, line, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    if (!strstr(err.text, says))
        print_message("'%s' says '%s', not '%s'\n", line, err.text, says);
    assert_non_null(strstr(err.text, says));
}

static void test_every_flag_and_verb_is_helped(void **state)
{
    (void)state;
    unsigned can = 0;
    for (int i = 0; verbs[i]; i++) {
        const struct verb *verb = verbs[i];
        assert_true(verb->help && *verb->help && verb->about && verb->run);
        assert_non_null(verb->examples[0].line);
        assert_ptr_equal(verb_find(verbs, verb->name), verb);
        can |= verb->can;
    }
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        assert_true(flag->help && *flag->help && flag->set);
        assert_true(flag->serves == EVERY_VERB || flag->serves & can);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(flag->name, options_at(j)->name);
            assert_true(flag->letter == 0 || flag->letter != options_at(j)->letter);
        }
    }
}

static void test_values_are_read(void **state)
{
    (void)state;
    static struct arguments a;
    struct error err = {0};
    assert_true(parse(&a, "sweep --model m.h5 --clean=c.h5 -p p.h5 --thresholds 10,2,4,2", &err));
    assert_string_equal(a.verb->name, "sweep");
    assert_string_equal(a.options.model, "m.h5");
    assert_string_equal(a.options.clean, "c.h5");
    assert_string_equal(a.options.poisoned, "p.h5");
    assert_int_equal(a.options.n_thresholds, 3);
    assert_true(a.options.thresholds[0] == 2 && a.options.thresholds[2] == 10);
    assert_true(parse(&a, "eval net.h5 -c c.h5 --scale 1/255 --memory 512M -j2", &err));
    assert_string_equal(a.options.model, "net.h5");
    assert_true(a.options.scale > 0.00392 && a.options.scale < 0.00393);
    assert_int_equal(a.options.memory, 512u << 20);
    assert_int_equal(a.options.threads, 2);
    assert_true(parse(&a, "eval --scale auto", &err) && a.options.scale == 0);
    assert_true(parse(&a, "eval --scale 1", &err) && a.options.scale == 1);
    assert_true(parse(&a, "eval --offset -0.5 --bgr", &err) && a.options.bgr);
    assert_true(a.options.offset.n == 1 && a.options.offset.at[0] == -0.5);
    assert_true(parse(&a, "eval --mean 1,2,3 --std 1/4", &err) && a.options.mean.n == 3);
    assert_true(a.options.mean.at[2] == 3 && a.options.deviation.at[0] == 0.25);
    assert_true(parse(&a, "prune --channels 3,7,10-12", &err));
    assert_int_equal(a.channels.n, 5);
    assert_int_equal(a.channels.channel[4], 12);
    assert_true(parse(&a, "", &err));
    assert_true(a.verb->can & HAS_SCREEN);
    assert_int_equal(a.options.n_thresholds, 3);
    assert_int_equal(a.options.target.kind, TARGET_NONE);
    assert_true(parse(&a, "goodnet b.h5 one.h5 -r two.h5 -c c.h5 three.h5", &err));
    assert_string_equal(a.options.model, "b.h5");
    assert_int_equal(a.options.n_repaired, 3);
    assert_true(parse(&a, "b.h5 -c c.h5 --repaired one.h5", &err) && a.options.n_repaired == 1);
    assert_true(parse(&a, "help sweep", &err) && a.help && strcmp(a.verb->name, "sweep") == 0);
    assert_true(parse(&a, "--model x.h5 sweep --help", &err) && a.help);
}

static void test_wrong_lines_say_what_was_meant(void **state)
{
    (void)state;
    assert_wrong("swep", "did you mean sweep?");
    assert_wrong("--modle x", "did you mean --model?");
    assert_wrong("--thre 3", "did you mean --thresholds?");
    assert_wrong("--xyzzy", "see secateur --help");
    assert_wrong("eval --rounds 3", "eval has no option --rounds");
    assert_wrong("--rounds 3", "--rounds needs a verb, for example: secateur prune --rounds");
    assert_wrong("eval --model", "--model needs a file: --model FILE");
    assert_wrong("eval --force=1", "--force takes no value: give --force alone");
    assert_wrong("eval --threads two", "--threads: 'two' is not a whole number");
    assert_wrong("eval --threads -1", "--threads: '-1'");
    assert_wrong("sweep --thresholds 2,,4", "--thresholds:");
    assert_wrong("sweep --thresholds 0", "--thresholds:");
    assert_wrong("sweep --thresholds nan", "--thresholds:");
    assert_wrong("--speed 0", "--speed: '0' is no speed");
    assert_wrong("--speed 1001", "up to 1000, or full");
    assert_wrong("--speed nan", "--speed:");
    assert_wrong("--speed 5x", "--speed:");
    assert_wrong("sweep --speed 5", "sweep has no option --speed");
    assert_wrong("eval --scale 0", "--scale:");
    assert_wrong("eval --mean 1,,2", "--mean:");
    assert_wrong("eval --std 1,0", "--std:");
    assert_wrong("eval --offset half", "--offset:");
    assert_wrong("eval --scale 1/0", "--scale:");
    assert_wrong("eval --memory lots", "--memory:");
    assert_wrong("eval --format xml", "text, csv, json");
    assert_wrong("--color pink", "truecolor");
    assert_wrong("--theme neon", "dark");
    assert_wrong("prune --channels 3,x", "--channels:");
    assert_wrong("prune --channels 9-3", "--channels:");
    assert_wrong("prune --channels 0-99999", "--channels:");
    assert_wrong("--clean c.h5", "needs --model");
    assert_wrong("--model /", "/ needs --clean");
    assert_wrong("evaluate", "did you mean eval?");
    assert_wrong("eval a.h5 b.h5", "give images with --clean and --poisoned");
    assert_wrong("b.h5 two.h5 -c c.h5", "more than one net");
    assert_wrong("goodnet b 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 -c c", "18: at most 17");
    assert_wrong("eval a.h5 --model b.h5", "two nets");
    assert_wrong("demo x.h5 --out d", "takes no file");
}

/* That there is no such file goes before the images it would need. */
static void test_missing_nets_are_named(void **state)
{
    static const char *const lines[] = {"--model m.h5", "eval m.h5", "goodnet m.h5 two.h5"};
    struct arguments a;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_false(parse(&a, lines[i], &err));
        assert_int_equal(err.class, ERROR_INPUT);
        assert_string_equal(err.text, "m.h5: No such file or directory");
    }
}

static void test_speeds(void **state)
{
    static const struct {
        const char *line;
        double speed;
    } good[] = {{"", 0}, {"--speed 5", 5}, {"--speed=0.5", 0.5}, {"--speed 5 --speed full", 0}};
    struct arguments a;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(parse(&a, good[i].line, &err));
        assert_true(a.speed == good[i].speed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speeds),
        cmocka_unit_test(test_every_flag_and_verb_is_helped),
        cmocka_unit_test(test_values_are_read),
        cmocka_unit_test(test_wrong_lines_say_what_was_meant),
        cmocka_unit_test(test_missing_nets_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
