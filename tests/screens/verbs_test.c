/* The command line on the embedded demo: what it prints, writes and returns. */
#include "engine/base/memory.h"
#include "engine/base/thread_pool.h"
#include "tests/screens/command_line.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

static void test_plain_lines_end_with_the_table(void **state)
{
    char *out;
    (void)state;
    assert_int_equal(command_line_run("--limit 240", &out), 0);
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
    json_t *object = command_line_json("eval --format json");
    int n, correct, n_poisoned, hits;
    double accuracy, asr;
    assert_int_equal(json_object_size(object), 19);
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
    json_t *object = command_line_json("sweep --limit 240 --format json --thresholds 2,10");
    json_t *rounds = json_object_get(object, "rounds");
    size_t n = json_array_size(rounds);
    assert_int_equal(json_object_size(object), 14);
    assert_non_null(json_string_value(json_object_get(object, "opens_in")));
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
    assert_int_equal(command_line_run("sweep --limit 240 --out kept --format csv", &out), 0);
    assert_non_null(strstr(out, "round,channel,n_clean"));
    assert_true(command_line_exists("kept/sweep.csv"));
    free(out);
    assert_int_equal(command_line_run("sweep --limit 240 --out kept", NULL), 5);
    assert_true(command_line_errors_say("--force"));
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
    assert_int_equal(command_line_run("demo --out demo", NULL), 0);
    const char *images = "demo/bd_net.h5 -c demo/valid.h5 -p demo/bd_valid.h5 --format json";
    char *line = memory_format("prune %s --rounds 3 --out cut.h5", images);
    json_t *pruned = command_line_json(line);
    free(line);
    assert_int_equal(json_array_size(json_object_get(pruned, "channels")), 3);
    assert_int_equal(command_line_run("prune --rounds 3 --out cut.h5", NULL), 5);
    json_t *again =
        command_line_json("eval cut.h5 -c demo/valid.h5 -p demo/bd_valid.h5 --format json");
    assert_int_equal(json_integer_value(json_object_get(pruned, "clean_correct")),
        json_integer_value(json_object_get(again, "clean_correct")));
    assert_int_equal(json_integer_value(json_object_get(pruned, "attack_hits")),
        json_integer_value(json_object_get(again, "attack_hits")));
    json_decref(again);
    /* the files of the demo are the demo, but for true classes of poisoned faces */
    json_t *files = command_line_json("eval demo/bd_net.h5 -c demo/valid.h5 -p demo/bd_valid.h5 "
                                      "--format json");
    json_t *embedded = command_line_json("eval --format json");
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
    json_t *object = command_line_json("eval demo/bd_net.h5 -c demo/valid.h5 --format json");
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
    assert_int_equal(command_line_run("layers --limit 100 --format csv", &out), 0);
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
    json_t *object = command_line_json("layers --limit 240 --format json");
    assert_true(json_array_size(json_object_get(object, "sites")) > 2);
    assert_true(json_is_string(json_object_get(object, "reason")));
    json_decref(object);
    assert_int_equal(command_line_run("inspect demo/bd_net.h5", &out), 0);
    assert_non_null(strstr(out, "conv_3"));
    free(out);
    /* without any images: what is in the net */
    assert_int_equal(command_line_run("layers demo/bd_net.h5", &out), 0);
    assert_non_null(strstr(out, "conv_3       pool_3       5x4x60      60\n"));
    assert_non_null(strstr(out, "Give --clean FILE"));
    free(out);
    object = command_line_json("layers demo/bd_net.h5 --format json");
    assert_int_equal(json_array_size(json_object_get(object, "sites")), 5);
    json_decref(object);
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
        assert_int_equal(command_line_run(line, NULL), strncmp(line, "classify", 8) == 0 ? 3 : 0);
        assert_true(command_line_errors_say(said));
        free(line);
    }
    free(said);
}

static void test_unknown_kernels_are_refused(void **state)
{
    (void)state;
    char *before = memory_string(getenv("SECATEUR_KERNELS"));
    setenv("SECATEUR_KERNELS", "abacus", 1);
    assert_int_equal(command_line_run("eval --limit 20", NULL), 2);
    assert_true(command_line_errors_say("secateur: SECATEUR_KERNELS=abacus: this processor has "));
    assert_true(command_line_errors_say("plain"));
    setenv("SECATEUR_KERNELS", "plain", 1);
    assert_int_equal(command_line_run("eval --limit 20", NULL), 0);
    if (before)
        setenv("SECATEUR_KERNELS", before, 1);
    else
        unsetenv("SECATEUR_KERNELS");
    free(before);
}

/* Every order begins at the unpruned net and says what it was made with. */
static void test_compare_has_an_order_a_row(void **state)
{
    (void)state;
    char *out;
    json_t *object =
        command_line_json("compare --criteria l1,taylor,difference --limit 60 --format json");
    json_t *orders = json_object_get(object, "criteria");
    static const char *const names[] = {"l1", "taylor", "difference"};
    static const char *const read[] = {"data-free", "clean", "oracle"};
    assert_int_equal(json_array_size(orders), 3);
    for (size_t i = 0; i < 3; i++) {
        json_t *order = json_array_get(orders, i);
        assert_string_equal(json_string_value(json_object_get(order, "criterion")), names[i]);
        assert_non_null(strstr(json_string_value(json_object_get(order, "read")), read[i]));
        assert_true(json_is_real(json_object_get(json_object_get(order, "asr_at_10"), "percent")));
    }
    json_decref(object);
    assert_int_equal(
        command_line_run("compare --criteria l1,clp --limit 60 --out compared", &out), 0);
    assert_non_null(strstr(out, "clp"));
    free(out);
    assert_true(command_line_exists("compared/table_comparison.csv"));
    assert_true(command_line_exists("compared/table_correlation.csv"));
    assert_int_equal(command_line_run("compare --criteria l1,taylr", NULL), 2);
    assert_true(command_line_errors_say("no criterion taylr; did you mean taylor?"));
    assert_int_equal(command_line_run("compare demo/bd_net.h5 -c demo/valid.h5 --limit 60 "
                                      "--criteria difference",
                         &out),
        0);
    assert_non_null(strstr(out, "needs poisoned images"));
    free(out);
}

static void test_exit_statuses(void **state)
{
    (void)state;
    assert_int_equal(command_line_run("--help", NULL), 0);
    assert_int_equal(command_line_run("--version", NULL), 0);
    assert_int_equal(command_line_run("swep", NULL), 2);
    assert_true(command_line_errors_say("secateur: unknown verb swep; did you mean sweep?"));
    assert_int_equal(command_line_run("prune --out x.h5", NULL), 2);
    assert_int_equal(command_line_run("eval nowhere.h5 --clean nowhere.h5", NULL), 3);
    assert_true(command_line_errors_say("secateur: nowhere.h5: "));
    assert_int_equal(command_line_run("eval --criterion nonsense", NULL), 2);
    assert_int_equal(command_line_run("prune --limit 240 --drop 100 --out x.h5", NULL), 4);
    assert_false(command_line_exists("x.h5"));
    assert_int_equal(command_line_run("prune --rounds 1 --out /proc/x.h5", NULL), 5);
    assert_int_equal(command_line_run("eval >/dev/full", NULL), 5);
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
        cmocka_unit_test(test_compare_has_an_order_a_row),
        cmocka_unit_test(test_exit_statuses),
        cmocka_unit_test(test_too_many_threads_are_not_made),
        cmocka_unit_test(test_unknown_kernels_are_refused),
    };
    return cmocka_run_group_tests(tests, command_line_make_folder, command_line_remove_folder);
}
