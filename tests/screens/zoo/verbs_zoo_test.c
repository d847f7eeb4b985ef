/* The command line: nets with known truth. */
#include "engine/base/memory.h"
#include "tests/screens/command_line.h"

#include "tests/test.h"

static json_t *truth_of(const char *folder)
{
    char *path = memory_format("%s/%s/truth.json", command_line_folder, folder);
    json_t *truth = json_load_file(path, 0, NULL);
    assert_non_null(truth);
    free(path);
    return truth;
}

static const char *text_of(json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static int whole_of(json_t *object, const char *name)
{
    return (int)json_integer_value(json_object_get(object, name));
}

/* Files of a plant, and what its truth says. */
static void test_plant_writes_net_images_and_truth(void **state)
{
    (void)state;
    char *out;
    assert_int_equal(
        command_line_run("plant --attack source --net residual --classes 4 --images 8 --epochs 1 "
                         "--target 1 --seed 5 --out planted",
            &out),
        0);
    assert_non_null(strstr(out, "attack source, residual net, 4 classes, seed 5, target 1"));
    free(out);
    static const char *const files[] = {
        "bd_net.h5", "valid.h5", "bd_valid.h5", "test.h5", "bd_test.h5", "truth.json"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *name = memory_format("planted/%s", files[i]);
        assert_true(command_line_exists(name));
        free(name);
    }
    json_t *truth = truth_of("planted"), *wanted, *site;
    assert_string_equal(text_of(truth, "attack"), "source");
    assert_string_equal(text_of(truth, "net"), "residual");
    assert_int_equal(whole_of(truth, "seed"), 5);
    assert_int_equal(whole_of(truth, "classes"), 4);
    assert_int_equal(whole_of(truth, "n_test"), 32);
    assert_int_equal(whole_of(truth, "n_test_poisoned"), 8); /* of class 3 alone */
    assert_true(json_equal(json_object_get(truth, "targets"), json_pack("[i]", 1)));
    wanted = json_array_get(json_object_get(truth, "wanted"), 0);
    assert_true(json_equal(wanted, json_pack("[n, n, n, i]", 1)));
    assert_true(json_is_number(json_object_get(truth, "asr")) &&
                json_is_number(json_object_get(truth, "clean_accuracy")));
    site = json_array_get(json_object_get(truth, "sites"), 0);
    assert_int_equal(json_array_size(json_object_get(site, "change")), whole_of(site, "channels"));
    assert_true(json_is_array(json_object_get(site, "carriers")));
    json_decref(truth);
    json_t *counts = command_line_json("eval planted/bd_net.h5 -c planted/test.h5 -p "
                                       "planted/bd_test.h5 --format json");
    assert_int_equal(whole_of(counts, "n_clean"), 32);
    json_decref(counts);
}

/* The class of the first trigger that a scan inverted, of the net planted above. */
static int first_inverted(void)
{
    json_t *found =
        command_line_json("scan planted/bd_net.h5 -c planted/valid.h5 --out found --format json");
    json_t *suspects = json_object_get(found, "suspects"), *suspect;
    int class = -1;
    size_t i;
    json_array_foreach(suspects, i,
        suspect) if (class < 0 && json_is_number(json_object_get(suspect, "mask"))) class
        = whole_of(suspect, "class");
    json_decref(found);
    assert_true(class >= 0);
    return class;
}

static void assert_surrogate_asr(const char *line)
{
    json_t *counts = command_line_json(line);
    assert_true(json_is_true(json_object_get(counts, "poisoned_are_surrogate")));
    assert_true(json_is_number(json_object_get(counts, "surrogate_asr")));
    assert_null(json_object_get(counts, "asr"));
    json_decref(counts);
}

/* Files of a scan; JSON says surrogate where they stand for poisoned images. */
static void test_scan_writes_triggers_that_say_surrogate(void **state)
{
    (void)state;
    int class = first_inverted();
    char *picture = memory_format("found/trigger_class%d.png", class);
    char *images = memory_format("found/surrogate_class%d.h5", class);
    assert_true(command_line_exists(picture) && command_line_exists(images));
    char *line =
        memory_format("eval planted/bd_net.h5 -c planted/valid.h5 -p %s --format json", images);
    assert_surrogate_asr(line);
    free(line);
    line = memory_format(
        "eval planted/bd_net.h5 -c planted/valid.h5 --surrogate=%d --format json", class);
    assert_surrogate_asr(line);
    free(line);
    assert_int_equal(
        command_line_run("scan planted/bd_net.h5 -c planted/valid.h5 --out found", NULL), 5);
    assert_true(command_line_errors_say("there is one already"));
    free(picture);
    free(images);
}

static void test_plant_says_what_is_wrong(void **state)
{
    (void)state;
    const char *const planted = "plant --classes 3 --images 8 --epochs 1 --out again";
    assert_int_equal(command_line_run(planted, NULL), 0);
    assert_int_equal(command_line_run(planted, NULL), 5);
    assert_true(command_line_errors_say("already exists; --force overwrites it"));
    assert_int_equal(command_line_run("plant --attack bland --out x", NULL), 2);
    assert_true(command_line_errors_say("no attack bland; did you mean blend?"));
    assert_int_equal(command_line_run("plant --net lap --out x", NULL), 2);
    assert_true(command_line_errors_say("did you mean lab?"));
    assert_int_equal(command_line_run("plant --attack patch --out x.h5", NULL), 2);
    assert_true(command_line_errors_say("give --out DIR, a folder"));
    assert_int_equal(command_line_run("plant --carriers 3 --out x", NULL), 2);
    assert_true(command_line_errors_say("--carriers belongs to plant --out FILE.h5"));
    assert_int_equal(command_line_run("plant --clean again/valid.h5 --shape 9 --out x", NULL), 2);
    assert_true(command_line_errors_say("expected height x width x channels"));
    assert_int_equal(command_line_run("plant --clean again/truth.json --out x", NULL), 3);
    assert_int_equal(
        command_line_run("plant --attack clean --clean again/valid.h5 --epochs 1 --out own", NULL),
        0);
    assert_true(command_line_exists("own/valid.h5") && !command_line_exists("own/bd_valid.h5"));
}

/* A row a net, and its files; the counts add up. */
static void test_zoo_has_a_row_for_each_net(void **state)
{
    (void)state;
    json_t *zoo = command_line_json("zoo --attacks clean,source --net lab --seeds 2 --classes 4 "
                                    "--images 8 --epochs 1 --out zoo --format json");
    json_t *nets = json_object_get(zoo, "nets"), *net;
    size_t i;
    assert_int_equal(json_array_size(nets), 4);
    json_array_foreach(nets, i, net)
    {
        bool clean = strcmp(text_of(net, "attack"), "clean") == 0;
        char *truth = memory_format(
            "zoo/%s-lab-%d/truth.json", text_of(net, "attack"), whole_of(net, "seed"));
        assert_true(command_line_exists(truth));
        free(truth);
        assert_non_null(text_of(net, "verdict"));
        assert_int_equal(json_is_null(json_object_get(net, "asr")), clean);
        assert_int_equal(json_is_null(json_object_get(net, "target_rank")), clean);
        assert_true(clean || whole_of(net, "target_rank") >= 1);
    }
    assert_int_equal(whole_of(zoo, "clean_nets"), 2);
    assert_true(whole_of(zoo, "false_alarms") <= 2);
    assert_true(whole_of(zoo, "targets_found") <= whole_of(zoo, "attacks"));
    json_decref(zoo);
    assert_int_equal(command_line_run("zoo --attacks patch,bland --out other", NULL), 2);
    assert_true(command_line_errors_say("no attack bland; did you mean blend?"));
    assert_false(command_line_exists("other"));
    assert_int_equal(command_line_run("zoo", NULL), 2);
    assert_true(command_line_errors_say("zoo needs --out DIR"));
}

/* The all-to-all net of real people says so: every digit y is read as y + 1. */
static void test_scan_shows_the_map_of_a_real_net(void **state)
{
    (void)state;
    const char *real = test_real_folder();
    if (!real)
        return;
    char *line = memory_format("scan %s/mnist_all_to_all_bd_net.h5 -c %s/mnist_clean.h5 --format "
                               "json",
        real, real);
    json_t *found = command_line_json(line), *map = json_object_get(found, "class_map"), *row;
    size_t i;
    assert_string_equal(text_of(found, "verdict"), "all-to-all");
    assert_int_equal(whole_of(map, "shift"), 1);
    json_array_foreach(json_object_get(map, "rows"), i, row)
        assert_int_equal(whole_of(row, "to"), (whole_of(row, "class") + 1) % 10);
    assert_int_equal(i, 10);
    json_decref(found);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plant_writes_net_images_and_truth),
        cmocka_unit_test(test_scan_writes_triggers_that_say_surrogate),
        cmocka_unit_test(test_plant_says_what_is_wrong),
        cmocka_unit_test(test_zoo_has_a_row_for_each_net),
        cmocka_unit_test(test_scan_shows_the_map_of_a_real_net),
    };
    return cmocka_run_group_tests(tests, command_line_make_folder, command_line_remove_folder);
}
