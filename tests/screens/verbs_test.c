/* The command line on the embedded demo: what it prints, writes and returns. */
#include "engine/base/memory.h"
#include "engine/base/thread_pool.h"

#include <jansson.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[] = "/tmp/secateur-test-XXXXXX";

/* Runs the program in the folder; standard output is malloc'd into *out (may be NULL). */
static int run(const char *arguments, char **out)
{
    const char *build = getenv("SECATEUR_BUILD");
    char *line = memory_format("cd %s && '%s/secateur' %s 2>errors </dev/null", folder,
        build ? build : "build", arguments);
    FILE *pipe = popen(line, "r");
    size_t n = 0, room = 1 << 20;
    char *text = memory_array(room + 1, 1);
    assert_non_null(pipe);
    for (size_t got; n < room && (got = fread(text + n, 1, room - n, pipe)) > 0;)
        n += got;
    int status = pclose(pipe);
    if (out)
        *out = text;
    else
        free(text);
    free(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static json_t *run_json(const char *arguments)
{
    char *out;
    json_error_t why;
    assert_int_equal(run(arguments, &out), 0);
    json_t *object = json_loads(out, 0, &why);
    assert_non_null(object);
    free(out);
    return object;
}

static bool errors_say(const char *text)
{
    char line[1024] = "";
    char *path = memory_format("%s/errors", folder);
    FILE *file = fopen(path, "r");
    bool found = file && fgets(line, sizeof line, file) && strstr(line, text);
    if (!found)
        print_message("standard error says '%s', not '%s'\n", line, text);
    if (file)
        fclose(file);
    free(path);
    return found;
}

static bool exists(const char *name)
{
    char *path = memory_format("%s/%s", folder, name);
    bool found = access(path, F_OK) == 0;
    free(path);
    return found;
}

static void test_plain_lines_end_with_the_table(void **state)
{
    char *out;
    (void)state;
    assert_int_equal(run("", &out), 0);
    assert_non_null(strstr(out, "on validation, n = "));
    assert_non_null(strstr(out, "on test, n = "));
    const char *last = strstr(out, "on test");
    assert_non_null(strstr(last, "B'(10)"));
    assert_null(strchr(out, '\033'));
    free(out);
}

static void test_eval_counts(void **state)
{
    (void)state;
    json_t *object = run_json("eval --format json");
    int n, correct, n_poisoned, hits;
    double accuracy, asr;
    assert_int_equal(json_object_size(object), 18);
    assert_int_equal(json_unpack(object, "{s:i, s:i, s:F, s:i, s:i, s:F}", "n_clean", &n,
                         "clean_correct", &correct, "clean_accuracy", &accuracy, "n_poisoned",
                         &n_poisoned, "attack_hits", &hits, "asr", &asr),
        0);
    assert_true(n > 0 && n_poisoned > 0);
    assert_true(accuracy == 100.0 * correct / n && asr == 100.0 * hits / n_poisoned);
    assert_true(accuracy > 90 && asr > 90);
    json_decref(object);
}

static void test_sweep_tells_every_round(void **state)
{
    (void)state;
    json_t *object = run_json("sweep --format json --thresholds 2,10");
    json_t *rounds = json_object_get(object, "rounds");
    size_t n = json_array_size(rounds);
    assert_int_equal(json_object_size(object), 12);
    assert_int_equal(json_array_size(json_object_get(object, "thresholds")), 2);
    assert_true(n > 2);
    for (size_t i = 0; i < n; i++) {
        json_t *round = json_array_get(rounds, i);
        assert_int_equal(json_integer_value(json_object_get(round, "round")), i);
        assert_int_equal(json_is_null(json_object_get(round, "channel")), i == 0);
        assert_true(json_is_real(json_object_get(round, "clean_accuracy")));
        assert_true(json_is_real(json_object_get(round, "asr")));
    }
    json_decref(object);
}

static void test_sweep_keeps_nets(void **state)
{
    (void)state;
    char *out;
    assert_int_equal(run("sweep --out kept --format csv", &out), 0);
    assert_non_null(strstr(out, "round,channel,n_clean"));
    assert_true(exists("kept/sweep.csv"));
    free(out);
    assert_int_equal(run("sweep --out kept", NULL), 5);
    assert_true(errors_say("--force"));
}

/* What only the demo itself knows, as the pictures do not pair. */
static void forget_persons(json_t *object)
{
    static const char *const names[] = {"n_robust", "robust_correct", "robust_accuracy"};
    for (int i = 0; i < 3; i++) {
        json_object_del(object, names[i]);
        json_object_del(json_object_get(object, "never_answer_target"), names[i]);
    }
}

static void test_prune_writes_a_net(void **state)
{
    (void)state;
    assert_int_equal(run("demo --out demo", NULL), 0);
    const char *images = "demo/bd_net.h5 -c demo/valid.h5 -p demo/bd_valid.h5 --format json";
    char *line = memory_format("prune %s --rounds 3 --out cut.h5", images);
    json_t *pruned = run_json(line);
    free(line);
    assert_int_equal(json_array_size(json_object_get(pruned, "channels")), 3);
    assert_int_equal(run("prune --rounds 3 --out cut.h5", NULL), 5);
    json_t *again = run_json("eval cut.h5 -c demo/valid.h5 -p demo/bd_valid.h5 --format json");
    assert_int_equal(json_integer_value(json_object_get(pruned, "clean_correct")),
        json_integer_value(json_object_get(again, "clean_correct")));
    assert_int_equal(json_integer_value(json_object_get(pruned, "attack_hits")),
        json_integer_value(json_object_get(again, "attack_hits")));
    json_decref(again);
    /* the files of the demo are the demo, but for whom its poisoned faces show */
    json_t *files = run_json("eval demo/bd_net.h5 -c demo/valid.h5 -p demo/bd_valid.h5 "
                             "--format json");
    json_t *embedded = run_json("eval --format json");
    forget_persons(files);
    forget_persons(embedded);
    assert_true(json_equal(files, embedded));
    json_decref(files);
    json_decref(embedded);
    json_decref(pruned);
}

static void test_eval_without_poison(void **state)
{
    (void)state;
    json_t *object = run_json("eval demo/bd_net.h5 -c demo/valid.h5 --format json");
    assert_int_equal(json_integer_value(json_object_get(object, "n_poisoned")), 0);
    assert_true(json_is_null(json_object_get(object, "asr")));
    json_decref(object);
}

/* As many fields in every line as the head has names. */
static void test_layers_are_a_table(void **state)
{
    (void)state;
    char *out, *rest, *line;
    int n = -1;
    assert_int_equal(run("layers --limit 100 --format csv", &out), 0);
    assert_non_null(strstr(out, "\nconv_3,pool_3,conv_3,5x4x60,60,"));
    assert_non_null(strstr(out, ",mean-activation,"));
    for (line = strtok_r(out, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        int commas = 0;
        for (const char *c = line; *c; c++)
            commas += *c == ',';
        if (n >= 0)
            assert_int_equal(commas, n);
        n = commas;
    }
    free(out);
}

static void test_layers_suggest(void **state)
{
    (void)state;
    char *out;
    json_t *object = run_json("layers --format json");
    assert_true(json_array_size(json_object_get(object, "sites")) > 2);
    assert_true(json_is_string(json_object_get(object, "reason")));
    json_decref(object);
    assert_int_equal(run("inspect demo/bd_net.h5", &out), 0);
    assert_non_null(strstr(out, "conv_3"));
    free(out);
    /* without any images: what is in the net */
    assert_int_equal(run("layers demo/bd_net.h5", &out), 0);
    assert_non_null(strstr(out, "conv_3       pool_3       5x4x60      60\n"));
    assert_non_null(strstr(out, "Give --clean FILE"));
    free(out);
    object = run_json("layers demo/bd_net.h5 --format json");
    assert_int_equal(json_array_size(json_object_get(object, "sites")), 5);
    json_decref(object);
}

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
    json_t *object = run_json("goodnet --format json"), *sweep = run_json("sweep --format json");
    json_t *nets = json_object_get(object, "nets");
    json_t *thresholds = json_object_get(sweep, "thresholds");
    assert_int_equal(json_array_size(nets), 3);
    assert_int_equal(json_array_size(json_object_get(object, "detectors")), 5);
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
    assert_int_equal(run("sweep --out files", NULL), 0);
    json_t *files =
        run_json("goodnet demo/bd_net.h5 files/demo_conv_3_mean-activation_4pt.h5 -c demo/valid.h5 "
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
        json_object_del(part, "robust_accuracy"); /* the demo knows whom its faces show */
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
    assert_int_equal(run(line, &out), 0);
    assert_non_null(strstr(out, "bd_net.h5,test,,,,false_alarms,G,0,60,0,"));
    assert_non_null(strstr(out, "bd_net.h5,validation,agreement,,,auc,,,,0.5,"));
    assert_non_null(strstr(out, ",value,low,high,read\n")); /* a file that does not say: unknown */
    assert_non_null(strstr(out, ",100,unknown\n"));
    assert_non_null(strstr(out, "\nnever answer target,validation,,,,own_accuracy,repaired,0,"));
    free(out);
    free(line);
    line =
        memory_format("goodnet demo/bd_net.h5 demo/bd_net.h5 %s --test-clean demo/valid.h5", sets);
    assert_int_equal(run(line, &out), 0);
    assert_non_null(strstr(
        out, "warning   60 of 60 test images of valid.h5 are also validation images in valid.h5"));
    assert_non_null(strstr(out, "B' = bd_net.h5: the same weights as B; test"));
    free(out);
    free(line);
    assert_int_equal(
        run("plant --out small.h5 --classes 5 --images 4 --epochs 1 --plant-epochs 1", NULL), 0);
    line = memory_format("goodnet demo/bd_net.h5 small.h5 %s", sets);
    assert_int_equal(run(line, NULL), 3);
    assert_true(errors_say("small.h5: 5 classes, but demo/bd_net.h5 has 48"));
    free(line);
    line = memory_format("goodnet demo/bd_net.h5 demo/bd_net.h5 %s --layer conv_2", sets);
    assert_int_equal(run(line, NULL), 2);
    assert_true(errors_say("--layer says how to prune"));
    free(line);
    assert_int_equal(run("goodnet --thresholds 99.99", &out), 0);
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
    assert_int_equal(run(line, &out), 3);
    int lines = 0;
    for (const char *c = out; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
    assert_non_null(strstr(out, "nowhere.png: cannot be read\n"));
    assert_true(errors_say("secateur: nowhere.png: No such file"));
    free(out);
    free(line);
    assert_int_equal(run("classify", NULL), 2);
    assert_int_equal(run("classify a.png", NULL), 2);
    assert_true(errors_say("classify needs --repaired"));
    assert_int_equal(run("classify a.png -r demo/bd_net.h5 --rounds 3", NULL), 2);
}

/* Whatever makes a pool says it. One more than the most is asked for: harmless, were it made. */
static void test_too_many_threads_are_not_made(void **state)
{
    (void)state;
    static const char *const work[] = {"eval --limit 20", "layers --limit 20",
        "demo --out demo --force",
        "plant --out little.h5 --classes 5 --images 4 --epochs 1 --plant-epochs 1",
        "classify nowhere.png --detector logit"};
    char *said = memory_format("secateur: %d threads are too many: %d are used, 4 for each",
        thread_pool_most() + 1, thread_pool_most());
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
        char *line = memory_format("%s --threads %d", work[i], thread_pool_most() + 1);
        assert_int_equal(run(line, NULL), strncmp(line, "classify", 8) == 0 ? 3 : 0);
        assert_true(errors_say(said));
        free(line);
    }
    free(said);
}

static void test_unknown_kernels_are_refused(void **state)
{
    (void)state;
    char *before = memory_string(getenv("SECATEUR_KERNELS"));
    setenv("SECATEUR_KERNELS", "abacus", 1);
    assert_int_equal(run("eval --limit 20", NULL), 2);
    assert_true(errors_say("secateur: SECATEUR_KERNELS=abacus: this processor has "));
    assert_true(errors_say("plain"));
    setenv("SECATEUR_KERNELS", "plain", 1);
    assert_int_equal(run("eval --limit 20", NULL), 0);
    if (before)
        setenv("SECATEUR_KERNELS", before, 1);
    else
        unsetenv("SECATEUR_KERNELS");
    free(before);
}

static void test_exit_statuses(void **state)
{
    (void)state;
    assert_int_equal(run("--help", NULL), 0);
    assert_int_equal(run("--version", NULL), 0);
    assert_int_equal(run("swep", NULL), 2);
    assert_true(errors_say("secateur: unknown verb swep; did you mean sweep?"));
    assert_int_equal(run("prune --out x.h5", NULL), 2);
    assert_int_equal(run("eval nowhere.h5 --clean nowhere.h5", NULL), 3);
    assert_true(errors_say("secateur: nowhere.h5: "));
    assert_int_equal(run("eval --criterion nonsense", NULL), 2);
    assert_int_equal(run("prune --drop 100 --out x.h5", NULL), 4);
    assert_false(exists("x.h5"));
    assert_int_equal(run("prune --rounds 1 --out /proc/x.h5", NULL), 5);
    assert_int_equal(run("eval >/dev/full", NULL), 5);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state)
{
    (void)state;
    char *line = memory_format("rm -rf '%s'", folder);
    int status = system(line);
    free(line);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_lines_end_with_the_table),
        cmocka_unit_test(test_eval_counts),
        cmocka_unit_test(test_sweep_tells_every_round),
        cmocka_unit_test(test_sweep_keeps_nets),
        cmocka_unit_test(test_layers_are_a_table),
        cmocka_unit_test(test_prune_writes_a_net),
        cmocka_unit_test(test_eval_without_poison),
        cmocka_unit_test(test_layers_suggest),
        cmocka_unit_test(test_goodnet_agrees),
        cmocka_unit_test(test_goodnet_says_what_is_odd),
        cmocka_unit_test(test_classify_has_a_line_each),
        cmocka_unit_test(test_exit_statuses),
        cmocka_unit_test(test_too_many_threads_are_not_made),
        cmocka_unit_test(test_unknown_kernels_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
