/* Folders and lists of pictures: classes, order, what is passed by, what is refused. */
#include "tests/unit/io/load_sets.h"

#include "engine/io/images/dataset_shape.h"

#include <string.h>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>

/* A grey picture of one value, its folder made where there is none. */
static void write_picture(const char *path, int width, int value)
{
    uint8_t pixels[H * 2 * W];
    char *folder = memory_string(path), *slash = strrchr(folder, '/');
    for (char *at = folder; slash && (at = strchr(at, '/')); *at++ = '/') {
        *at = '\0';
        mkdir(folder, 0700);
    }
    memset(pixels, value, sizeof pixels);
    assert_true(stbi_write_png(path, width, H, 1, pixels, 0));
    free(folder);
}

static struct dataset *read_set(const char *path, int n_classes, int limit)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, 1);
    wanted.n_classes = n_classes;
    wanted.limit = limit;
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    if (!dataset)
        print_message("%s\n", err.text);
    assert_non_null(dataset);
    return dataset;
}

static void refuse(const char *path, const char *says)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, 1);
    wanted.n_classes = 3;
    assert_null(dataset_open(path, &wanted, &err));
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", path, err.text, says);
    assert_int_equal(err.class, ERROR_INPUT);
    assert_non_null(strstr(err.text, says));
}

static void check(const struct dataset *dataset, int i, int label, int value)
{
    float image[H * W];
    dataset_fill(dataset, i, 1, 1, image);
    assert_int_equal(dataset_labels(dataset)[i], label);
    assert_float_equal(image[0], (float)value, 0);
    assert_float_equal(image[H * W - 1], (float)value, 0);
}

/* files_clear knows no folders. */
static int clear(void **state)
{
    (void)state;
    return system("rm -rf ./*"); /* in the test's own folder */
}

static void folders_are_classes_by_name(void **state)
{
    (void)state;
    write_picture("set/dog/b.png", W, 20);
    write_picture("set/dog/a.png", W, 10);
    write_picture("set/cat/z.png", W, 30);
    write_picture("set/owl/.hidden.png", W, 99);
    write_picture("set/owl/o.png", W, 40);
    files_write("set/.DS_Store", "x", 1);
    files_write("set/cat/notes.txt", "x", 1);
    struct dataset *dataset = read_set("set/", 3, 0);
    assert_int_equal(dataset_count(dataset), 4);
    assert_string_equal(dataset_name(dataset), "set");
    check(dataset, 0, 0, 30);
    check(dataset, 1, 1, 10);
    check(dataset, 2, 1, 20);
    check(dataset, 3, 2, 40);
    assert_non_null(strstr(dataset_said(dataset), "class 1 is dog"));
    assert_non_null(strstr(dataset_said(dataset), "1 files that are no pictures passed by"));
    dataset_unref(dataset);
    dataset = read_set("set", 3, 2); /* evenly from all */
    check(dataset, 0, 0, 30);
    check(dataset, 1, 1, 20);
    dataset_unref(dataset);
}

static void names_that_are_numbers_are_classes(void **state)
{
    (void)state;
    write_picture("set/10/a.png", W, 10);
    write_picture("set/2/a.png", W, 2);
    struct dataset *dataset = read_set("set", 11, 0);
    check(dataset, 0, 10, 10);
    check(dataset, 1, 2, 2);
    dataset_unref(dataset);
    refuse("set", "set/10/a.png: is of class 10, but the net has 3 classes, 0..2");
    write_picture("set/02/a.png", W, 2);
    refuse("set", "folders 02 and 2 are both class 2");
}

static void lists_name_pictures(void **state)
{
    (void)state;
    static const char list[] = "path,label\nset/a.png,2\r\n# other\n\nset/b c.png 0\n";
    write_picture("set/a.png", W, 1);
    write_picture("set/b c.png", W, 2);
    files_write("list.csv", list, sizeof list - 1);
    struct dataset *dataset = read_set("list.csv", 3, 0);
    assert_int_equal(dataset_count(dataset), 2);
    check(dataset, 0, 2, 1);
    check(dataset, 1, 0, 2);
    dataset_unref(dataset);
    struct shape shape;
    const struct dataset_options none = {.n_classes = 0};
    assert_true(dataset_shape_find("list.csv", &none, &shape, NULL));
    assert_int_equal(shape.dim[0], H);
    assert_int_equal(shape.dim[1], W);
    assert_int_equal(shape.dim[2], 1);
}

/* As spreadsheets, scripts and Windows write them: two pictures, of classes 2 and 0. */
static void lists_come_in_many_forms(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "\xef\xbb\xbf# mark and remark\r\n\"b c.png\" 2\r\n\r\na.png\t0\r\n",
        "'b c.png', 2  # the first\n  a.png,0\n",
        "b c.png;2\na.png;0",
        "\"b c.png\",\"2\"\n\"a.png\",\"0\"\n",
        "label,path\n2,b c.png\n0,\"a.png\"\n",
        "Filename;Width;ClassId\nb c.png;5;2\n'a.png';5;0\n",
        "image label\nb c.png 2\na.png 0\n",
        "..\\set\\b c.png 2\na.png 0\n",
        "d'e #1.png 2\na.png 0 # the last\n",
    };
    write_picture("set/a.png", W, 2);
    write_picture("set/b c.png", W, 1);
    write_picture("set/d'e #1.png", W, 1);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        files_write("set/many.csv", lists[i], strlen(lists[i]));
        struct dataset *dataset = read_set("set/many.csv", 3, 0);
        assert_int_equal(dataset_count(dataset), 2);
        check(dataset, 0, 2, 1);
        check(dataset, 1, 0, 2);
        dataset_unref(dataset);
    }
}

static void list_of(const char *line, const char *says)
{
    files_write("set/list.txt", line, strlen(line));
    refuse("set/list.txt", says);
}

static void wrong_lists_are_refused(void **state)
{
    (void)state;
    write_picture("set/a.png", W, 1);
    write_picture("b.png", W, 1);
    list_of("a.png 1\na.png\n", "line 2: expected a path and a label");
    list_of("a.png cat\n", "line 1: label cat is not the number of a class");
    list_of("a.png -1\n", "label -1 is not");
    list_of("a.png 1.5\n", "label 1.5 is not");
    list_of("name,label\n\"a.png\n", "line 2");
    list_of("file,size,label\na.png,3\n", "line 2: has 2 columns");
    list_of("a.png 7\n", "is of class 7, but the net has 3");
    list_of("none.png 1\n", "none.png: No such file");
    list_of("../b.png 1\n", "leads out of the folder set");
    list_of("/etc/passwd 1\n", "leads out of the folder set");
    list_of("list.txt 1\n", "is no picture");
    list_of("# nothing\n", "names no pictures");
}

static void wrong_folders_are_refused(void **state)
{
    (void)state;
    write_picture("flat/a.png", W, 1);
    refuse("flat", "holds 1 pictures without a class");
    write_picture("deep/train/0/a.png", W, 1);
    refuse("deep", "deep/train/0: is a folder inside a class");
    mkdir("empty", 0700);
    refuse("empty", "is a folder without image sets");
    mkdir("empty/0", 0700);
    refuse("empty", "empty/0: holds no pictures");
    write_picture("wide/0/a.png", 2 * W, 1);
    refuse("wide", "wide/0/a.png: is 10x4 pixels, but 5x4 are needed");
    write_picture("links/0/a.png", W, 1);
    assert_int_equal(symlink("../../flat/a.png", "links/0/b.png"), 0);
    refuse("links", "links/0/b.png: leads out of the folder links");
    write_picture("other/0/a.png", W, 1);
    files_write("other/0/b.gif", "GIF89a", 6);
    refuse("other", "other/0/b.gif: is a picture of a kind that is not read");
    write_picture("fake/0/a.png", W, 1);
    files_write("fake/0/b.png", "no picture", 10);
    refuse("fake", "fake/0/b.png: is neither PNG nor JPEG");
}

/* More than one reader decodes. */
static void many_pictures_keep_their_order(void **state)
{
    enum { MANY = 1100 };
    (void)state;
    for (int i = 0; i < MANY; i++) {
        char *path = memory_format("set/0/%05d.png", i);
        write_picture(path, W, i % 251);
        free(path);
    }
    struct dataset *dataset = read_set("set", 1, 0);
    assert_int_equal(dataset_count(dataset), MANY);
    for (int i = 0; i < MANY; i++)
        check(dataset, i, 0, i % 251);
    dataset_unref(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(folders_are_classes_by_name, clear),
        cmocka_unit_test_setup(names_that_are_numbers_are_classes, clear),
        cmocka_unit_test_setup(lists_name_pictures, clear),
        cmocka_unit_test_setup(lists_come_in_many_forms, clear),
        cmocka_unit_test_setup(wrong_lists_are_refused, clear),
        cmocka_unit_test_setup_teardown(wrong_folders_are_refused, clear, clear),
        cmocka_unit_test_setup_teardown(many_pictures_keep_their_order, clear, clear),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
