/* load/dataset: image sets that are refused, each with one line. */
#include "tests/unit/io/load_sets.h"

static void assert_no_set(const char *path, const char *message)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    if (dataset || strcmp(err.text, message) != 0)
        print_message("%s\nexpected %s\n", dataset ? "opened" : err.text, message);
    assert_null(dataset);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
}

static void files_without_images_are_refused(void **state)
{
    (void)state;
    struct stored stored = {.type = H5T_STD_U8LE};
    files_write("text.h5", "hello\n", 6);
    write_images("named.h5", "images", &stored);
    write_images("unlabelled.h5", "data", &stored);
    write_labels("unlabelled.h5", "labels", N - 1);
    add_array("empty.h5", "data", H5T_STD_U8LE, 4, (hsize_t[]){0, H, W, C}, NULL, NULL);
    write_labels("empty.h5", "label", 0);
    assert_no_set("missing.h5", "missing.h5: No such file or directory");
    assert_no_set("text.h5", "text.h5: is not an HDF5 file");
    files_write("face.png", "\x89PNG\r\n\x1a\n", 8);
    assert_no_set("face.png", "face.png: is not an HDF5 file but a picture; classify reads those");
    files_write("x.npy", "\x93NUMPY\x01", 7);
    assert_no_set("x.npy",
        "x.npy: holds no images of the shape that the net needs, [n, 4, 5, 3] or [n, 3, "
        "4, 5] (the file holds: no arrays of numbers); /x: is cut short");
    assert_no_set("named.h5",
        "named.h5: there are no labels for the images of /images (the file holds: images "
        "[7, 4, 5, 3])");
    assert_no_set("unlabelled.h5",
        "unlabelled.h5: there are no labels for the images of /data (the file holds: data "
        "[7, 4, 5, 3], labels [6])");
    assert_no_set("empty.h5", "empty.h5: /data: holds no images");
}

/* What people download, pack or copy by mistake: called by its name, with what to do. */
static void files_of_other_kinds_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *help;
    } others[] = {
        {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5120000\n", 70,
            "a Git LFS pointer: fetch the file itself with `git lfs pull`"},
        {"\n  <!DOCTYPE html><html>", 24, "a web page: download the file itself"},
        {"<html lang=\"en\">", 16, "a web page: download the file itself"},
        {"", 0, "empty"},
        {"BZh91AY&SY", 10, "compressed with bzip2: unpack it first, with `bunzip2`"},
        {"\x80\x04\x95xyz", 6,
            "a Python pickle, which runs code when it is read: save images as HDF5 or .npz, "
            "nets as ONNX or HDF5"},
        {"MATLAB 5.0 MAT-file, Platform: GLNXA64", 38,
            "a MATLAB file before version 7.3: save it with `save(..., '-v7.3')`"},
    };
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        files_write("set.h5", others[k].bytes, others[k].n);
        char *message = memory_format("set.h5: is not an HDF5 file but %s", others[k].help);
        assert_no_set("set.h5", message);
        free(message);
    }
    files_write("packed.h5", "\x1f\x8b\x08\0", 4);
    assert_no_set("packed.h5", "packed.h5: is cut short (gzip)");
}

static void links_that_lead_nowhere_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *target, *message;
    } links[] = {
        {"data", "set.h5: /data is a link that leads to itself"},
        {"/back", "set.h5: /data is a link that leads to itself"},
        {"loop/loop/images", "set.h5: holds no images of the shape that the net needs, [n, 4, 5, "
                             "3] or [n, 3, 4, 5] (the file holds: label [7])"},
        {"out/images", "set.h5: /out is a link to another file, which is not followed"},
    };
    for (size_t k = 0; k < sizeof links / sizeof *links; k++) {
        hid_t file = H5Fcreate("set.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_soft(links[k].target, file, "data", H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_soft("data", file, "back", H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_soft("/", file, "loop", H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_external("/etc/passwd", "/", file, "out", H5P_DEFAULT, H5P_DEFAULT);
        H5Fclose(file);
        write_labels("set.h5", "label", N);
        assert_no_set("set.h5", links[k].message);
    }
}

static void wrong_ranks_sizes_and_types_are_refused(void **state)
{
    (void)state;
    static const struct {
        int rank;
        hsize_t dim[5];
        const char *message;
    } bad[] = {
        {2, {N, IMAGE}, "set.h5: /data: rank is 2, expected 4 ([n, 4, 5, 3] or [n, 3, 4, 5])"},
        {5, {1, 1, H, W, C},
            "set.h5: /data: rank is 5, expected 4 ([n, 4, 5, 3] or "
            "[n, 3, 4, 5])"},
        {4, {N, H, W, 1},
            "set.h5: /data: shape is [7, 4, 5, 1], expected [n, 4, 5, 3] or "
            "[n, 3, 4, 5]"},
        {4, {N, W, H, C},
            "set.h5: /data: shape is [7, 5, 4, 3], expected [n, 4, 5, 3] or "
            "[n, 3, 4, 5]"},
        {4, {1ULL << 40, H, W, C}, "set.h5: /data declares 65970697666560 bytes but stores 0"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        files_clear();
        add_array("set.h5", "data", H5T_STD_U8LE, bad[k].rank, bad[k].dim, NULL, NULL);
        write_labels("set.h5", "label", N);
        assert_no_set("set.h5", bad[k].message);
    }
    files_clear();
    add_array("set.h5", "data", H5T_C_S1, 4, (hsize_t[]){N, H, W, C}, NULL, NULL);
    assert_no_set("set.h5", "set.h5: /data does not hold numbers of a known type");
}

static void values_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300};
    for (size_t k = 0; k < 4; k++) {
        struct stored stored = {.type = H5T_IEEE_F64LE, .planes = true, .odd = odd[k]};
        files_clear();
        write_images("set.h5", "data", &stored);
        write_labels("set.h5", "label", N);
        assert_no_set("set.h5", "set.h5: /data: image 6 holds a value that is not a finite number");
    }
}

static void wrong_labels_are_refused(void **state)
{
    (void)state;
    static const double high[N] = {0, 1, 3}, low[N] = {0, -1}, half[N] = {0, 0.5}, nan_[N] = {NAN};
    static const double hot[N * 3] = {1, 0, 0, 0, 1, 1}, none[N * 3] = {1, 0, 0};
    static const struct {
        int rank;
        hsize_t dim[3];
        const double *values;
        const char *message;
    } bad[] = {
        {1, {N}, high, "set.h5: /label: label 2 is 3, expected 0..2"},
        {1, {N}, low, "set.h5: /label: label 1 is -1, expected 0..2"},
        {1, {N}, half, "set.h5: /label: label 1 is 0.5, expected a whole number"},
        {1, {N}, nan_, "set.h5: /label: label 0 is nan, expected 0..2"},
        {2, {N, 3}, hot, "set.h5: /label: row 1 is not one-hot: it needs one 1 among zeros"},
        {2, {N, 3}, none, "set.h5: /label: row 1 is not one-hot: it needs one 1 among zeros"},
        {1, {N - 1}, high, "set.h5: /label: has 6 labels for 7 images"},
        {1, {3 * N}, none, "set.h5: /label: has 21 labels for 7 images"},
        {3, {N, 1, 1}, high, "set.h5: /label: shape is [7, 1, 1], expected [n] or [n, classes]"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct stored stored = {.type = H5T_STD_U8LE};
        files_clear();
        write_images("set.h5", "data", &stored);
        add_array("set.h5", "label", H5T_IEEE_F64LE, bad[k].rank, bad[k].dim, NULL, bad[k].values);
        assert_no_set("set.h5", bad[k].message);
    }
}

static void truncated_sets_are_refused(void **state)
{
    (void)state;
    size_t size;
    struct stored stored = {.type = H5T_IEEE_F64LE, .chunk = {2, H, W, C}};
    struct dataset_options wanted = options(H, W, C);
    write_images("set.h5", "data", &stored);
    write_labels("set.h5", "label", N);
    char *bytes = files_read("set.h5", &size);
    for (size_t length = 0; length < size; length += length < 64 ? 7 : 397) {
        struct error err = {0};
        files_write("cut.h5", bytes, length);
        assert_null(dataset_open("cut.h5", &wanted, &err));
        assert_memory_equal(err.text, "cut.h5: ", 8);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(files_without_images_are_refused, files_each),
        cmocka_unit_test_setup(files_of_other_kinds_are_named, files_each),
        cmocka_unit_test_setup(links_that_lead_nowhere_are_refused, files_each),
        cmocka_unit_test_setup(wrong_ranks_sizes_and_types_are_refused, files_each),
        cmocka_unit_test_setup(values_that_are_no_numbers_are_refused, files_each),
        cmocka_unit_test_setup(wrong_labels_are_refused, files_each),
        cmocka_unit_test_setup(truncated_sets_are_refused, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
