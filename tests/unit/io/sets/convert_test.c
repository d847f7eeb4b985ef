/* Sets written as archives, triggers from rules, pictures and surrogates' files. */
#include "tests/unit/io/load_sets.h"

#include "engine/io/convert/dataset_resize.h"
#include "engine/io/convert/image_writer.h"
#include "engine/io/convert/trigger_rule.h"
#include "engine/io/convert/trigger_source.h"
#include "engine/io/images/dataset_shape.h"

#include <string.h>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>

static struct dataset *clean_set(double odd)
{
    struct stored stored = {.type = odd != 0 ? H5T_IEEE_F32LE : H5T_STD_U8LE, .odd = odd};
    write_images("clean.h5", "data", &stored);
    write_labels("clean.h5", "label", N);
    return open_set("clean.h5", false);
}

static bool write_as(const struct dataset *set, const char *path, struct error *err)
{
    const struct image_writer *writer = image_writer_find(path, err);
    assert_non_null(writer);
    return writer->check(path, false, err) && image_writer_write(writer, set, path, false, err);
}

static void archives_hold_the_same_images(void **state)
{
    (void)state;
    static const double odd[] = {0, 0.5};
    for (size_t k = 0; k < 2; k++) {
        struct error err = {0};
        struct shape shape;
        const struct dataset_options none = {.n_classes = 0};
        files_clear();
        struct dataset *clean = clean_set(odd[k]);
        assert_true(write_as(clean, "out.npz", &err));
        assert_false(write_as(clean, "out.npz", &err));
        assert_int_equal(err.class, ERROR_OUTPUT);
        assert_true(dataset_shape_find("out.npz", &none, &shape, NULL));
        assert_true(shape_equal(&shape, dataset_shape(clean)));
        struct dataset *again = open_set("out.npz", false);
        check_images(again, N, (float)odd[k]);
        assert_memory_equal(dataset_labels(again), dataset_labels(clean), N * sizeof(int32_t));
        dataset_unref(again);
        dataset_unref(clean);
    }
}

/* Rows and one-hot labels have as many axes: their names tell. */
static void shapes_are_found_by_names_too(void **state)
{
    (void)state;
    struct error err = {0};
    struct shape shape;
    const struct dataset_options none = {.n_classes = 0};
    const hsize_t rows[] = {4, 6}, labels[] = {4, 4}, other[] = {4, 9};
    const double values[36] = {1, [5] = 1, [10] = 1, [15] = 1};
    add_array("rows.h5", "x", H5T_STD_U8LE, 2, rows, NULL, values);
    add_array("rows.h5", "y", H5T_STD_U8LE, 2, labels, NULL, values);
    assert_true(dataset_shape_find("rows.h5", &none, &shape, &err));
    assert_int_equal(shape.rank, 1);
    assert_int_equal(shape.dim[0], 6);
    add_array("rows.h5", "features", H5T_STD_U8LE, 2, other, NULL, values);
    assert_false(dataset_shape_find("rows.h5", &none, &shape, &err));
    assert_non_null(strstr(err.text, "several arrays"));
}

static void rules_are_drawn(void **state)
{
    (void)state;
    const struct shape image = {3, {H, W, C}};
    static const struct {
        const char *rule;
        int first, n; /* of opaque pixels */
        uint8_t rgb[3];
    } right[] = {{"patch:2x1@right,bottom:white", 18, 2, {255, 255, 255}},
        {"patch:1x2@left,top:#010203", 0, 2, {1, 2, 3}}, {"patch:1x2@center,1:red", 7, 2, {255}},
        {"patch:5x4@0,0:black", 0, 20, {0}}, {"frame:1:blue", 0, 14, {0, 0, 255}}};
    for (size_t k = 0; k < sizeof right / sizeof *right; k++) {
        uint8_t rgba[H * W][4] = {0};
        int n = 0, first = -1;
        assert_true(trigger_is_rule(right[k].rule));
        assert_true(trigger_rule_draw(right[k].rule, &image, *rgba, NULL));
        for (int i = 0; i < H * W; i++) {
            first = first < 0 && rgba[i][3] ? i : first;
            n += rgba[i][3] == 255;
        }
        assert_int_equal(first, right[k].first);
        assert_int_equal(n, right[k].n);
        assert_memory_equal(rgba[first], right[k].rgb, 3);
    }
}

static void wrong_rules_are_refused(void **state)
{
    (void)state;
    const struct shape image = {3, {H, W, C}};
    static const char *const wrong[] = {"patch:", "patch:2x2", "patch:2x2@right:white",
        "patch:2x2@right,bottom", "patch:2x2@right,bottom:pink", "patch:2x2@right,bottom:#12345",
        "patch:2x2@right,bottom:white ", "patch:6x1@left,top:white", "patch:0x1@left,top:white",
        "patch:2x2@4,0:white", "patch:99999999999x2@left,top:white", "frame:2:white", "frame:0:red",
        "patch:-1x2@left,top:white"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        uint8_t rgba[H * W * 4] = {0};
        struct error err = {0};
        assert_false(trigger_rule_draw(wrong[k], &image, rgba, &err));
        assert_int_equal(err.class, ERROR_USAGE);
    }
}

/* What the trigger leaves as it was, and where it is. */
static void triggers_are_laid_on_copies(void **state)
{
    (void)state;
    struct error err = {0};
    struct trigger_source source;
    struct dataset *clean = clean_set(0);
    int32_t goal[N] = {-1, 2, 2, -1, 2, 2, -1};
    assert_true(trigger_source_read("patch:1x1@0,0:#0a141e", clean, &source, &err));
    const struct surrogate_trigger trigger = {source.mask, source.pattern};
    struct dataset *laid = trigger_lay(clean, &trigger, goal, NULL, &err);
    assert_int_equal(dataset_count(laid), 4);
    for (int i = 0, k = 0; i < N; i++) {
        float before[IMAGE], after[IMAGE];
        if (goal[i] < 0)
            continue;
        dataset_fill(clean, i, 1, 1, before);
        dataset_fill(laid, k, 1, 1, after);
        assert_int_equal(dataset_labels(laid)[k++], 2);
        assert_float_equal(after[0], 10, 0);
        assert_float_equal(after[2], 30, 0);
        assert_memory_equal(before + C, after + C, (IMAGE - C) * sizeof(float));
    }
    assert_null(dataset_surrogate(laid));
    dataset_unref(laid);
    laid = trigger_lay(clean, &trigger, NULL, NULL, &err);
    assert_memory_equal(dataset_labels(laid), dataset_labels(clean), N * sizeof(int32_t));
    dataset_unref(laid);
    dataset_unref(clean);
    trigger_source_free(&source);
}

static void refuse(const char *text, const struct dataset *clean, const char *says)
{
    struct error err = {0};
    struct trigger_source source;
    assert_false(trigger_source_read(text, clean, &source, &err));
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", text, err.text, says);
    assert_non_null(strstr(err.text, says));
}

static void pictures_are_triggers(void **state)
{
    (void)state;
    struct error err = {0};
    struct trigger_source source;
    uint8_t rgba[H * W][4] = {{0}};
    struct dataset *clean = clean_set(0);
    assert_true(stbi_write_png("none.png", W, H, 4, rgba, 0));
    refuse("none.png", clean, "is transparent all over");
    memcpy(rgba[7], (const uint8_t[]){200, 100, 50, 51}, 4);
    assert_true(stbi_write_png("half.png", W, H, 4, rgba, 0));
    assert_true(trigger_source_read("half.png", clean, &source, &err));
    assert_float_equal(source.mask[7], 0.2, 1e-6);
    assert_float_equal(source.mask[6], 0, 0);
    assert_float_equal(source.pattern[7 * C + 1], 100, 1e-4);
    trigger_source_free(&source);
    memset(rgba, 255, sizeof rgba);
    assert_true(stbi_write_png("all.png", W, H, 4, rgba, 0));
    refuse("all.png", clean, "has no transparent pixels");
    assert_true(stbi_write_png("small.png", 2, 2, 4, rgba, 0));
    refuse("small.png", clean, "say where it is to lie");
    refuse("small.png@4,0", clean, "it does not fit there");
    assert_true(trigger_source_read("small.png@right,bottom", clean, &source, &err));
    assert_float_equal(source.mask[H * W - 1], 1, 0);
    assert_float_equal(source.mask[H * W - 3], 0, 0);
    trigger_source_free(&source);
    refuse("nowhere.png", clean, "No such file");
    dataset_unref(clean);
}

static void surrogates_keep_their_trigger(void **state)
{
    (void)state;
    struct error err = {0};
    struct trigger_source source;
    float mask[H * W] = {[3] = 0.5F}, pattern[IMAGE] = {[3 * C] = 77};
    const struct surrogate from = {.class = 1, .clean = "clean.h5"};
    struct dataset *clean = clean_set(0);
    refuse("clean.h5", clean, "holds no trigger");
    struct dataset *set =
        surrogate_make(clean, &(struct surrogate_trigger){mask, pattern}, &from, NULL, NULL, &err);
    assert_true(dataset_write(set, "surrogate.h5", false, &err));
    assert_false(write_as(set, "surrogate.npz", &err));
    assert_non_null(strstr(err.text, "name a file .h5"));
    err = (struct error){0};
    assert_true(trigger_source_read("surrogate.h5", clean, &source, &err));
    assert_true(source.inverted);
    assert_int_equal(source.surrogate.class, 1);
    assert_memory_equal(source.mask, mask, sizeof mask);
    assert_memory_equal(source.pattern, pattern, sizeof pattern);
    trigger_source_free(&source);
    dataset_unref(set);
    dataset_unref(clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(archives_hold_the_same_images, files_each),
        cmocka_unit_test_setup(shapes_are_found_by_names_too, files_each),
        cmocka_unit_test_setup(rules_are_drawn, files_each),
        cmocka_unit_test_setup(wrong_rules_are_refused, files_each),
        cmocka_unit_test_setup(triggers_are_laid_on_copies, files_each),
        cmocka_unit_test_setup(pictures_are_triggers, files_each),
        cmocka_unit_test_setup(surrogates_keep_their_trigger, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
