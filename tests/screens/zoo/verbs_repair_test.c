/* The command line: a repair reads clean images alone, and is judged afterwards. */
#include "engine/base/memory.h"
#include "tests/screens/command_line.h"

#include "tests/test.h"

#include <stdio.h>

static const char choose[] = "repair planted/bd_net.h5 -c planted/valid.h5 --rounds 2 --target 1";
static const char repair[] = "repair planted/bd_net.h5 -c planted/valid.h5 --rounds 2 --target 1 "
                             "--repair unlearn";

static int plant(void **state)
{
    int failed = command_line_make_folder(state);
    return failed ? failed
                  : command_line_run("plant --attack patch --net residual --classes 4 --images 8 "
                                     "--epochs 1 --target 1 --seed 5 --out planted",
                        NULL);
}

static char *bytes_of(const char *name, size_t *size)
{
    char *path = memory_format("%s/%s", command_line_folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = memory_array(1 << 22, 1);
    *size = fread(bytes, 1, 1 << 22, file);
    assert_int_equal(fclose(file), 0);
    free(path);
    return bytes;
}

static json_t *repaired(const char *more)
{
    char *line = memory_format("%s --format json %s", repair, more);
    json_t *object = command_line_json(line);
    free(line);
    return object;
}

static void test_poisoned_images_change_no_byte(void **state)
{
    (void)state;
    json_t *without = repaired("-o without.h5");
    json_t *with = repaired("-p planted/bd_valid.h5 --test-clean planted/test.h5 "
                            "--test-poisoned planted/bd_test.h5 -j 3 -o with.h5");
    size_t size_a, size_b;
    char *a = bytes_of("without.h5", &size_a), *b = bytes_of("with.h5", &size_b);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(a, b, size_a);
    free(a);
    free(b);
    assert_int_equal(json_array_size(json_object_get(without, "rows")), 6);
    assert_int_equal(json_array_size(json_object_get(with, "rows")), 12);
    json_t *known = json_object_get(with, "knowledge");
    char *text = json_dumps(known, 0);
    assert_non_null(strstr(text, "clean"));
    assert_null(strstr(text, "poisoned"));
    free(text);
    json_t *last = json_array_get(json_object_get(with, "rows"), 11);
    assert_string_equal(json_string_value(json_object_get(last, "net")), "never answer 1");
    assert_string_equal(json_string_value(json_object_get(last, "images")), "test");
    assert_int_equal(json_integer_value(json_object_get(with, "suspect")), 1);
    json_decref(without);
    json_decref(with);
}

/* A poisoned file that nobody could read is met when the repaired net is there. */
static void test_poisoned_images_are_opened_last(void **state)
{
    (void)state;
    char *path = memory_format("%s/broken.h5", command_line_folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs("no images", file);
    assert_int_equal(fclose(file), 0);
    free(path);
    char *line = memory_format("%s -p broken.h5 -o kept.h5", repair);
    assert_int_equal(command_line_run(line, NULL), 3);
    assert_true(command_line_errors_say("broken.h5"));
    assert_true(command_line_exists("kept.h5"));
    free(line);
    line = memory_format("%s -p nowhere.h5 -o never.h5", repair);
    assert_int_equal(command_line_run(line, NULL), 3);
    assert_true(command_line_errors_say("nowhere.h5: it cannot be read"));
    assert_false(command_line_exists("never.h5"));
    free(line);
}

static void test_every_format_says_the_same(void **state)
{
    (void)state;
    char *line = memory_format("%s -f -o again.h5", repair), *out;
    assert_int_equal(command_line_run(line, &out), 0);
    assert_non_null(strstr(out, "never answer 1"));
    assert_non_null(strstr(out, "What remains unknown"));
    assert_non_null(strstr(out, "no poisoned images"));
    free(out);
    free(line);
    line = memory_format("%s -f -o again.h5 --format csv", repair);
    assert_int_equal(command_line_run(line, &out), 0);
    assert_non_null(strstr(out, "net,images,n_clean,clean_correct,clean_accuracy"));
    free(out);
    free(line);
}

/* Whatever is kept of so small a net, why is said. */
static void test_what_is_chosen_is_said(void **state)
{
    (void)state;
    char *line = memory_format("%s -f -o chosen.h5 --format json", choose), *out;
    json_t *object = command_line_json(line);
    const char *why = json_string_value(json_object_get(object, "chosen"));
    const char *name = json_string_value(json_object_get(object, "repair"));
    assert_true(why && name);
    assert_non_null(strstr(why, strcmp(name, "none") == 0 ? "leave the net as it was" : name));
    assert_int_equal(json_integer_value(json_object_get(object, "suspect")), 1);
    assert_int_equal(json_array_size(json_object_get(object, "rows")), 6);
    free(line);
    const char *const formats[] = {"text", "csv"};
    for (int i = 0; i < 2; i++) {
        line = memory_format("%s -f -o chosen.h5 --format %s", choose, formats[i]);
        assert_int_equal(command_line_run(line, &out), 0);
        assert_non_null(strstr(out, "Held-out clean images"));
        free(out);
        free(line);
    }
    json_decref(object);
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"--repair nothing", "there is no repair nothing"},
        {"--target 9", "target 9: the net has 4 classes"},
    };
    for (int i = 0; i < 2; i++) {
        char *line = memory_format(
            "repair planted/bd_net.h5 -c planted/valid.h5 -o wrong.h5 %s", lines[i][0]);
        assert_int_equal(command_line_run(line, NULL), 2);
        assert_true(command_line_errors_say(lines[i][1]));
        assert_false(command_line_exists("wrong.h5"));
        free(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poisoned_images_change_no_byte),
        cmocka_unit_test(test_poisoned_images_are_opened_last),
        cmocka_unit_test(test_every_format_says_the_same),
        cmocka_unit_test(test_what_is_chosen_is_said),
        cmocka_unit_test(test_what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, plant, command_line_remove_folder);
}
