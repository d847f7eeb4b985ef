/* `secateur lab` on the embedded demo with few images: files, numbers, running it again. */
#include "engine/base/memory.h"

#include <jansson.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[] = "/tmp/secateur-lab-XXXXXX";

static int shell(const char *format, const char *text)
{
    char *rest = memory_format(format, text);
    char *line = memory_format("cd %s && %s", folder, rest);
    int status = system(line);
    free(line);
    free(rest);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int lab(const char *flags)
{
    const char *build = getenv("SECATEUR_BUILD");
    char *program = memory_format(
        "'%s/secateur' lab --out lab %s >out 2>errors </dev/null", build ? build : "build", flags);
    int status = shell("%s", program);
    free(program);
    return status;
}

static char *contents(const char *name)
{
    char *path = memory_format("%s/%s", folder, name), *text = memory_array(1 << 22, 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got = fread(text, 1, (1 << 22) - 1, file);
    assert_true(got > 0);
    fclose(file);
    free(path);
    return text;
}

static void assert_reported(const char *report, json_t *share)
{
    char *text = memory_format("%.2f %% (%.2f–%.2f) %d/%d",
        json_real_value(json_object_get(share, "percent")),
        json_real_value(json_array_get(json_object_get(share, "interval"), 0)),
        json_real_value(json_array_get(json_object_get(share, "interval"), 1)),
        (int)json_integer_value(json_object_get(share, "count")),
        (int)json_integer_value(json_object_get(share, "n")));
    if (!strstr(report, text))
        print_message("the report does not say %s\n", text);
    assert_non_null(strstr(report, text));
    free(text);
}

/* The net alone, and GoodNet with it. */
static void assert_net_reported(const char *report, json_t *net, const char *set)
{
    static const char *const shares[] = {
        "clean_accuracy", "asr", "detection", "false_alarms", "selective_accuracy"};
    json_t *counts = json_object_get(net, set);
    char *name = memory_format("goodnet_%s", set);
    json_t *good = json_object_get(json_object_get(net, name), "good");
    assert_reported(report, json_object_get(counts, "clean_accuracy"));
    assert_reported(report, json_object_get(counts, "asr"));
    for (int i = 0; i < 5; i++)
        assert_reported(report, json_object_get(good, shares[i]));
    free(name);
}

static void assert_detectors_reported(const char *report, json_t *record, const char *set)
{
    json_t *detectors = json_object_get(json_object_get(record, "detection"), "detectors");
    assert_int_equal(json_array_size(detectors), 5 + 4); /* of B alone; agreement of four nets */
    for (size_t i = 0; i < json_array_size(detectors); i++) {
        json_t *on = json_object_get(json_array_get(detectors, i), set);
        json_t *point = json_array_get(json_object_get(on, "at"), 1);
        assert_reported(report, json_object_get(point, "detection"));
        assert_reported(report, json_object_get(point, "false_alarms"));
    }
}

static void test_numbers_agree(void **state)
{
    (void)state;
    static const char *const sets[] = {"validation", "test"};
    assert_int_equal(lab("--limit 150"), 0);
    char *report = contents("lab/report.md"), *text = contents("lab/lab.json");
    json_error_t why;
    json_t *record = json_loads(text, 0, &why), *nets = json_object_get(record, "nets"), *net;
    size_t i;
    assert_true(json_is_true(json_object_get(record, "finished")));
    assert_int_equal(json_array_size(nets), 4);
    for (int set = 0; set < 2; set++) {
        assert_reported(report, json_object_get(json_object_get(record, sets[set]), "asr"));
        json_array_foreach(nets, i, net)
        {
            assert_net_reported(report, net, sets[set]);
        }
        assert_detectors_reported(report, record, sets[set]);
    }
    assert_string_equal(json_string_value(json_object_get(json_array_get(nets, 3), "knows")),
        "chosen with poisoned images (oracle)");
    json_decref(record);
    const char *row = strstr(report, "| B, as it came |"); /* on validation, on test images */
    assert_non_null(row);
    assert_non_null(strstr(row + 1, "| B, as it came |"));
    free(report);
    free(text);
    assert_int_equal(shell("cmp -s out %s", "lab/report.md"), 0);
}

/* What a saved net says of itself is what the table says. */
static void test_saved_net_is_the_one(void **state)
{
    (void)state;
    const char *build = getenv("SECATEUR_BUILD");
    char *command = memory_format("'%s/secateur' eval lab/repaired_T4.h5 -c lab/test.h5 -p "
                                  "lab/bd_test.h5 --limit 150 --format json >eval.json",
        build ? build : "build");
    assert_int_equal(shell("%s", command), 0);
    char *text = contents("lab/lab.json"), *said = contents("eval.json");
    json_error_t why;
    json_t *record = json_loads(text, 0, &why), *eval = json_loads(said, 0, &why);
    json_t *test = json_object_get(json_array_get(json_object_get(record, "nets"), 1), "test");
    assert_true(json_equal(json_object_get(json_object_get(test, "clean_accuracy"), "count"),
        json_object_get(eval, "clean_correct")));
    assert_true(json_equal(json_object_get(json_object_get(test, "asr"), "count"),
        json_object_get(eval, "attack_hits")));
    json_decref(record);
    json_decref(eval);
    free(text);
    free(said);
    free(command);
}

static int count_of(json_t *object, const char *name)
{
    return (int)json_integer_value(json_object_get(json_object_get(object, name), "count"));
}

/* With clean images alone; what the report counts on test images is what eval counts. */
static void test_a_defender_has_no_poisoned_image(void **state)
{
    (void)state;
    const char *build = getenv("SECATEUR_BUILD");
    char *program = memory_format("'%s/secateur' lab lab/bd_net.h5 -c lab/valid.h5 --limit 150 "
                                  "--test-clean lab/test.h5 --test-poisoned lab/bd_test.h5 "
                                  "--out defence >out 2>errors",
        build ? build : "build");
    assert_int_equal(shell("%s", program), 0);
    char *eval = memory_format("'%s/secateur' eval defence/repaired_defender.h5 -c lab/test.h5 -p "
                               "lab/bd_test.h5 --limit 150 --format json >eval.json",
        build ? build : "build");
    assert_int_equal(shell("%s", eval), 0);
    char *report = contents("defence/report.md"), *text = contents("defence/lab.json");
    char *said = contents("eval.json"), *dumped;
    static const char *const headings[] = {"What was looked at", "What stood out", "What was done",
        "What it costs, and whom", "What remains unknown", "trigger.svg", "curves_repair.svg"};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        assert_non_null(strstr(report, headings[i]));
    json_error_t why;
    json_t *record = json_loads(text, 0, &why), *counted = json_loads(said, 0, &why);
    json_t *suspects = json_object_get(record, "suspects"), *first = json_array_get(suspects, 0);
    json_t *repair = json_object_get(record, "repair");
    assert_int_equal(json_integer_value(json_object_get(first, "class")), 0);
    dumped = json_dumps(json_object_get(repair, "knowledge"), 0);
    assert_null(strstr(dumped, "poisoned"));
    json_t *tested = json_object_get(record, "test_repaired");
    assert_int_equal(count_of(tested, "clean_accuracy"),
        json_integer_value(json_object_get(counted, "clean_correct")));
    assert_int_equal(
        count_of(tested, "asr"), json_integer_value(json_object_get(counted, "attack_hits")));
    assert_reported(report, json_object_get(tested, "asr"));
    assert_reported(report, json_object_get(repair, "held_out_accuracy"));
    json_decref(record);
    json_decref(counted);
    free(dumped);
    free(report);
    free(text);
    free(said);
    free(eval);
    free(program);
}

static void test_again_and_resumed(void **state)
{
    (void)state;
    assert_int_equal(shell("%s", "cp -a lab first"), 0);
    assert_int_equal(lab("--limit 150"), 0);
    assert_int_equal(shell("grep -q '%s' errors", "nothing to do"), 0);
    assert_int_equal(shell("%s", "diff -r lab first"), 0);
    assert_int_equal(
        shell("%s", "rm lab/report.html lab/repaired_T2.h5 lab/face_1.png lab/roc.svg"), 0);
    assert_int_equal(lab("--limit 150"), 0);
    assert_int_equal(shell("%s", "diff -r lab first"), 0);
    assert_int_equal(lab("--limit 150 --format json"), 0);
    assert_int_equal(shell("cmp -s out %s", "lab/lab.json"), 0);
}

static void test_refusals(void **state)
{
    (void)state;
    static const char *const others[] = {"--limit 100", "--limit 150 --seed 2"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(lab(others[i]), 5);
        assert_int_equal(shell("grep -q '%s' errors", "other inputs or settings"), 0);
    }
    assert_int_equal(shell("%s", "diff -r lab first"), 0);
    assert_int_equal(shell("%s", "echo mine >lab/report.md"), 0);
    assert_int_equal(lab("--limit 150"), 5);
    assert_int_equal(shell("grep -q '%s' errors", "report.md: changed"), 0);
    assert_int_equal(shell("grep -q '%s' lab/report.md", "mine"), 0);
    assert_int_equal(lab("--limit 150 --force"), 0);
    assert_int_equal(shell("%s", "diff -r lab first"), 0);
    assert_int_equal(shell("%s", "rm lab/lab.json"), 0);
    assert_int_equal(lab("--limit 150"), 5);
    assert_int_equal(shell("grep -q '%s' errors", "already exists"), 0);
    assert_int_equal(shell("%s", "rm -r lab && mkdir lab && echo mine >lab/repaired_T2.h5"), 0);
    for (int i = 0; i < 2; i++) { /* and the second time no less */
        assert_int_equal(lab("--limit 150"), 5);
        assert_int_equal(shell("grep -q '%s' errors", "repaired_T2.h5: already exists"), 0);
        assert_int_equal(shell("grep -q '%s' lab/repaired_T2.h5", "mine"), 0);
    }
    assert_int_equal(shell("%s", "rm -r lab && echo x >lab"), 0);
    assert_int_equal(lab("--limit 150"), 5);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    return shell("rm -rf '%s'", folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_agree),
        cmocka_unit_test(test_saved_net_is_the_one),
        cmocka_unit_test(test_a_defender_has_no_poisoned_image),
        cmocka_unit_test(test_again_and_resumed),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
