/* The command line on the built-in demo: the defence by GoodNet, and pictures that are classified.
 */
#include "engine/base/memory.h"
#include "tests/screens/command_line.h"

#include "tests/test.h"

static int count_of(json_t *object, const char *part, const char *name, const char *what)
{
    json_t *share = json_object_get(json_object_get(object, part), name);
    assert_non_null(share);
    return (int)json_integer_value(json_object_get(share, what));
}

/* What must hold of any two nets and images. */
static void assert_defence(json_t *data)
{
    int n = count_of(data, "good", "false_alarms", "n");
    assert_true(n > 0);
    assert_int_equal(count_of(data, "good", "coverage", "count") +
                         count_of(data, "good", "false_alarms", "count"),
        n);
    assert_int_equal(count_of(data, "good", "selective_accuracy", "n"),
        count_of(data, "good", "coverage", "count"));
    assert_int_equal(count_of(data, "good", "selective_accuracy", "count"),
        count_of(data, "good", "clean_accuracy", "count"));
    static const char *const names[] = {"b", "repaired"};
    for (int i = 0; i < 2; i++) {
        assert_true(count_of(data, "good", "clean_accuracy", "count") <=
                    count_of(data, names[i], "clean_accuracy", "count"));
        assert_true(
            count_of(data, "good", "asr", "count") <= count_of(data, names[i], "asr", "count"));
    }
    json_t *clean = json_object_get(data, "clean");
    int sum = 0;
    static const char *const parts[] = {
        "both", "only_b", "only_repaired", "same_other", "different_other"};
    for (int i = 0; i < 5; i++)
        sum += (int)json_integer_value(json_object_get(clean, parts[i]));
    assert_int_equal(sum, n);
}

/* The demo pruned on the way, against the sweep, the kept file and the rows of CSV. */
static void test_goodnet_agrees(void **state)
{
    (void)state;
    json_t *object = command_line_json("goodnet --format json"),
           *sweep = command_line_json("sweep --format json");
    json_t *nets = json_object_get(object, "nets");
    json_t *thresholds = json_object_get(sweep, "thresholds");
    assert_int_equal(json_array_size(nets), 3);
    assert_int_equal(json_array_size(json_object_get(object, "detectors")), 7);
    for (size_t i = 0; i < 3; i++) {
        json_t *net = json_array_get(nets, i), *threshold = json_array_get(thresholds, i);
        assert_true(json_equal(json_object_get(net, "round"), json_object_get(threshold, "round")));
        assert_defence(json_object_get(net, "validation"));
        assert_defence(json_object_get(net, "test"));
        assert_int_equal(
            count_of(json_object_get(net, "validation"), "repaired", "clean_accuracy", "count"),
            json_integer_value(json_object_get(threshold, "clean_correct")));
        assert_int_equal(count_of(json_object_get(net, "test"), "repaired", "asr", "count"),
            json_integer_value(json_object_get(json_object_get(threshold, "test"), "attack_hits")));
    }
    assert_int_equal(command_line_run("sweep --out files", NULL), 0);
    json_t *files = command_line_json(
        "goodnet demo/bd_net.h5 files/demo_conv_3_mean-activation_4pt.h5 -c demo/valid.h5 "
        "-p demo/bd_valid.h5 --test-clean demo/test.h5 "
        "--test-poisoned demo/bd_test.h5 --format json");
    json_t *file = json_array_get(json_object_get(files, "nets"), 0);
    assert_string_equal(
        json_string_value(json_object_get(file, "kinship")), "B with weights zeroed");
    json_t *same = json_array_get(nets, 1);
    static const char *const parts[] = {"b", "repaired", "good", "clean", "poisoned"};
    for (int i = 0; i < 5; i++) {
        json_t *test = json_object_get(file, "test"), *other = json_object_get(same, "test");
        json_t *part = json_deep_copy(json_object_get(other, parts[i]));
        json_object_del(part, "robust_accuracy"); /* the demo knows the true classes of its faces */
        assert_true(json_equal(json_object_get(test, parts[i]), part));
        json_decref(part);
    }
    json_decref(files);
    json_decref(sweep);
    json_decref(object);
}

static void test_goodnet_says_what_is_odd(void **state)
{
    (void)state;
    char *out;
    const char *sets = "-c demo/valid.h5 -p demo/bd_valid.h5 --limit 60";
    char *line = memory_format("goodnet demo/bd_net.h5 demo/bd_net.h5 %s --test-clean "
                               "demo/valid.h5 --format csv",
        sets);
    assert_int_equal(command_line_run(line, &out), 0);
    assert_non_null(strstr(out, "bd_net.h5,test,,,,false_alarms,G,0,60,0,"));
    assert_non_null(strstr(out, "bd_net.h5,validation,agreement,,,auc,,,,0.5,"));
    assert_non_null(strstr(out, ",value,low,high,read\n")); /* a file that does not say: unknown */
    assert_non_null(strstr(out, ",100,unknown\n"));
    assert_non_null(strstr(out, "\nnever answer target,validation,,,,own_accuracy,repaired,0,"));
    free(out);
    free(line);
    line =
        memory_format("goodnet demo/bd_net.h5 demo/bd_net.h5 %s --test-clean demo/valid.h5", sets);
    assert_int_equal(command_line_run(line, &out), 0);
    assert_non_null(strstr(
        out, "warning   60 of 60 test images of valid.h5 are also validation images in valid.h5"));
    assert_non_null(strstr(out, "B' = bd_net.h5: the same weights as B; test"));
    free(out);
    free(line);
    assert_int_equal(
        command_line_run(
            "plant --out small.h5 --classes 5 --images 4 --epochs 1 --plant-epochs 1", NULL),
        0);
    line = memory_format("goodnet demo/bd_net.h5 small.h5 %s", sets);
    assert_int_equal(command_line_run(line, NULL), 3);
    assert_true(command_line_errors_say("small.h5: 5 classes, but demo/bd_net.h5 has 48"));
    free(line);
    line = memory_format("goodnet demo/bd_net.h5 demo/bd_net.h5 %s --layer conv_2", sets);
    assert_int_equal(command_line_run(line, NULL), 2);
    assert_true(command_line_errors_say("--layer says how to prune"));
    free(line);
    assert_int_equal(command_line_run("goodnet --thresholds 99.99", &out), 0);
    assert_non_null(strstr(out, "never reached"));
    free(out);
}

static void test_classify_has_a_line_each(void **state)
{
    (void)state;
    char *out;
    const char *source = getenv("SECATEUR_SOURCE");
    char *line = memory_format("classify nowhere.png '%s/assets/screen.png' 'two\nlines.png' "
                               "--badnet demo/bd_net.h5 --repaired demo/bd_net.h5 --scale 1/255",
        source ? source : ".");
    assert_int_equal(command_line_run(line, &out), 3);
    int lines = 0;
    for (const char *c = out; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
    assert_non_null(strstr(out, "nowhere.png: cannot be read\n"));
    assert_true(command_line_errors_say("secateur: nowhere.png: No such file"));
    free(out);
    free(line);
    assert_int_equal(command_line_run("classify", NULL), 2);
    assert_int_equal(command_line_run("classify a.png", NULL), 2);
    assert_true(command_line_errors_say("classify needs --repaired"));
    assert_int_equal(command_line_run("classify a.png -r demo/bd_net.h5 --rounds 3", NULL), 2);
}

/* The demo's files, which these tests read like any others. */
static int make_demo(void **state)
{
    return command_line_make_folder(state) || command_line_run("demo --out demo", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goodnet_agrees),
        cmocka_unit_test(test_goodnet_says_what_is_odd),
        cmocka_unit_test(test_classify_has_a_line_each),
    };
    return cmocka_run_group_tests(tests, make_demo, command_line_remove_folder);
}
