/* load/dataset: sets under other names and in other layouts: MATLAB's, NumPy's, flat ones. */
#include "tests/unit/io/load_npy.h"

static struct dataset *open_with(const char *path, const char *names, const char *said)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    wanted.names[0] = names;
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    if (!dataset)
        print_message("%s\n", err.text);
    assert_non_null(dataset);
    assert_string_equal(dataset_said(dataset), said);
    return dataset;
}

static void assert_refused_set(const char *path, const char *names, const char *message)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    wanted.names[0] = names;
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    assert_null(dataset);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
}

/* All values and labels are those of load_sets.h. */
static void check(struct dataset *dataset)
{
    float pixels[IMAGE];
    assert_int_equal(dataset_count(dataset), N);
    for (int i = 0; i < N; i++) {
        dataset_fill(dataset, i, 1, 1, pixels);
        assert_int_equal(dataset_labels(dataset)[i], i % 3);
        for (int k = 0; k < IMAGE; k++)
            assert_true(pixels[k] == (float)value_at(i, k / C / W, k / C % W, k % C));
    }
    dataset_unref(dataset);
}

static void write_set(const char *path, const char *data, const char *label)
{
    struct stored stored = {.type = H5T_STD_U8LE};
    write_images(path, data, &stored);
    write_labels(path, label, N);
}

static void make_groups(const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "train", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Gclose(H5Gcreate2(file, "test", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
}

/* Names ---------------------------------------------------------------------------------- */

static void the_only_images_and_labels_are_found(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"x_test", "y_test"}, {"images", "labels"}, {"X", "y"}, {"pictures", "who"}};
    for (int k = 0; k < 4; k++) {
        files_clear();
        write_set("set.h5", names[k][0], names[k][1]);
        char *said = memory_format("images /%s, labels /%s", names[k][0], names[k][1]);
        check(open_with("set.h5", NULL, said));
        free(said);
    }
    files_clear();
    make_groups("set.h5");
    write_set("set.h5", "test/x", "test/y");
    check(open_with("set.h5", NULL, "images /test/x, labels /test/y"));
    files_clear();
    write_set("set.h5", "data", "target"); /* one of the usual names */
    check(open_with("set.h5", NULL, "images /data, labels /target"));
}

/* Other arrays of as many rows do no harm where the names say which belong together. */
static void labels_go_with_their_images(void **state)
{
    (void)state;
    write_set("set.h5", "x_test", "y_test");
    write_labels("set.h5", "number", N);
    check(open_with("set.h5", NULL, "images /x_test, labels /y_test"));
}

static void several_sets_are_told_not_guessed(void **state)
{
    (void)state;
    make_groups("set.h5");
    write_set("set.h5", "test/x", "test/y");
    write_set("set.h5", "train/x", "train/y");
    assert_refused_set("set.h5", NULL,
        "set.h5: several arrays could be the images and labels: test/x with test/y, train/x with "
        "train/y; name them, for example --data-name test/x --label-name test/y");
    check(open_with("set.h5", "train/x,train/y", ""));
    check(open_with("set.h5", "/test/x", "images /test/x, labels /test/y"));
    assert_refused_set(
        "set.h5", "valid/x,valid/y", "set.h5: /valid/x is missing (the file holds: test, train)");
}

static void each_file_has_names_of_its_own(void **state)
{
    (void)state;
    struct error err = {0};
    struct dataset *sets[2];
    static const char *const paths[] = {"a.h5", "b.h5"};
    struct dataset_options wanted = options(H, W, C);
    write_set("a.h5", "data", "label");
    write_set("b.h5", "data", "label");
    add_array("b.h5", "x", H5T_STD_U8LE, 4, (hsize_t[]){N, H, W, C}, NULL, NULL);
    wanted.names[1] = "x,label";
    assert_true(dataset_open_both(paths, &wanted, sets, &err));
    check(sets[0]);
    uint8_t rgb[IMAGE];
    dataset_show(sets[1], 3, rgb);
    assert_int_equal(rgb[5], 0);
    dataset_unref(sets[1]);
}

/* Layouts -------------------------------------------------------------------------------- */

/* Stores the images with the axes that the letters name, the first the slowest. */
static void write_letters(const char *path, const char *name, const char *letters, hsize_t *dim)
{
    double values[N * IMAGE];
    int rank = (int)strlen(letters), at[4] = {0};
    for (int i = 0; i < rank; i++)
        dim[i] = letters[i] == 'n' ? N : letters[i] == 'h' ? H : letters[i] == 'w' ? W : C;
    for (int k = 0; k < N * IMAGE; k++) {
        int of[128] = {0};
        for (int i = 0; i < rank; i++)
            of[(int)letters[i]] = at[i];
        values[k] = value_at(of['n'], of['h'], of['w'], of['c']);
        for (int i = rank - 1; i >= 0 && ++at[i] == (int)dim[i]; i--)
            at[i] = 0;
    }
    hsize_t chunk[] = {2, 2, 2, 2};
    add_array(path, name, H5T_IEEE_F64LE, rank, dim, chunk, values);
}

static void mark_matlab(const char *path, const char *name)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 6);
    hid_t attribute = H5Acreate_by_name(
        file, name, "MATLAB_class", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, "double");
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
    H5Fclose(file);
}

/* In MATLAB an array [h, w, c, n] is stored as [n, c, w, h]. */
static void axes_of_matlab_are_turned(void **state)
{
    (void)state;
    static const char *const stored[] = {"ncwh", "cwhn", "whcn", "nwhc"};
    double labels[N];
    for (int i = 0; i < N; i++)
        labels[i] = i % 3;
    for (int k = 0; k < 4; k++) {
        hsize_t dim[4];
        files_clear();
        write_letters("set.mat", "data", stored[k], dim);
        add_array("set.mat", "label", H5T_IEEE_F64LE, 2,
            k % 2 ? (hsize_t[]){1, N} : (hsize_t[]){N, 1}, NULL, labels);
        mark_matlab("set.mat", "data");
        mark_matlab("set.mat", "label");
        check(open_with("set.mat", NULL, "axes turned (MATLAB)"));
    }
}

static void images_may_come_last(void **state)
{
    (void)state;
    hsize_t dim[4];
    write_letters("set.h5", "data", "hwcn", dim);
    write_labels("set.h5", "label", N);
    check(open_with("set.h5", NULL, ""));
}

static void labels_may_be_a_row(void **state)
{
    (void)state;
    double labels[N];
    for (int i = 0; i < N; i++)
        labels[i] = i % 3;
    struct stored stored = {.type = H5T_STD_U8LE};
    write_images("set.h5", "data", &stored);
    add_array("set.h5", "label", H5T_STD_U8LE, 2, (hsize_t[]){1, N}, NULL, labels);
    check(open_with("set.h5", NULL, ""));
}

/* A net of units takes rows, and images of as many values; one of [h, w] takes grey images. */
static void nets_without_channels_have_their_images(void **state)
{
    (void)state;
    static const struct {
        int rank;
        hsize_t dim[4];
    } arrays[] = {{2, {N, H * W}}, {3, {N, H, W}}, {4, {N, H, W, 1}}, {4, {N, 1, H, W}}};
    const struct shape shapes[] = {
        shape_units(H * W), {.rank = 2, .dim = {H, W}}, shape_image(H, W, 1)};
    double values[N * H * W];
    for (int i = 0; i < N * H * W; i++)
        values[i] = i;
    for (int k = 0; k < 12; k++) {
        struct error err = {0};
        float pixels[H * W];
        struct dataset_options wanted = {.shape = shapes[k / 4], .n_classes = 3};
        files_clear();
        add_array(
            "set.h5", "data", H5T_IEEE_F32LE, arrays[k % 4].rank, arrays[k % 4].dim, NULL, values);
        write_labels("set.h5", "label", N);
        struct dataset *dataset = dataset_open("set.h5", &wanted, &err);
        assert_non_null(dataset);
        dataset_fill(dataset, 3, 1, 1, pixels);
        for (int i = 0; i < H * W; i++)
            assert_true(pixels[i] == (float)(3 * H * W + i));
        dataset_unref(dataset);
    }
}

/* NumPy ---------------------------------------------------------------------------------- */

static void numpy_archives_are_read(void **state)
{
    (void)state;
    static const char *const types[] = {
        "|u1", "<i2", ">i4", "<u8", "<f4", ">f8", "<f8", ">u2", "<i8"};
    for (int t = 0; t < 9; t++)
        for (int k = 0; k < 4; k++) {
            files_clear();
            npz_write_set("set.npz", "x_test", "y_test", types[t], k % 2, k / 2);
            check(open_with("set.npz", NULL,
                k % 2 ? "images /x_test, labels /y_test, axes turned (Fortran order)"
                      : "images /x_test, labels /y_test"));
        }
}

static void damaged_arrays_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } bad[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (7,), }",
            "set.npz: /label holds Python objects (a pickle), which are not read"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (7,), }",
            "set.npz: /label does not hold numbers of a known type (<c8)"},
        {"{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (7,), }",
            "set.npz: /label does not hold plain numbers"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (8,), }",
            "set.npz: /label declares 64 bytes but stores 56"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 8), }",
            "set.npz: /label: its size overflows"},
        {"{'descr': '<i8', 'shape': (7,), }", "set.npz: /label: its header is damaged"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (-7,), }",
            "set.npz: /label: its shape cannot be read"},
    };
    const int64_t labels[N] = {0};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct npz npz = npz_begin("set.npz");
        npz_add_images(&npz, "data", "|u1", false, false);
        npz_add(&npz, "label", bad[k].header, labels, sizeof labels, false);
        npz_end(&npz);
        assert_refused_set("set.npz", NULL, bad[k].message);
    }
}

static void other_archives_are_named(void **state)
{
    (void)state;
    struct npz npz = npz_begin("net.pt");
    npz_add_file(&npz, "archive/data.pkl", "x", 1, false);
    npz_end(&npz);
    assert_refused_set("net.pt", NULL,
        "net.pt: is a PyTorch file, whose values are pickled: save them as .npz or HDF5");
    npz = npz_begin("faces.zip");
    npz_add_file(&npz, "a.png", "x", 1, false);
    npz_end(&npz);
    assert_refused_set(
        "faces.zip", NULL, "faces.zip: is an archive without NumPy arrays (.npy): unpack it first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_only_images_and_labels_are_found, files_each),
        cmocka_unit_test_setup(labels_go_with_their_images, files_each),
        cmocka_unit_test_setup(several_sets_are_told_not_guessed, files_each),
        cmocka_unit_test_setup(each_file_has_names_of_its_own, files_each),
        cmocka_unit_test_setup(axes_of_matlab_are_turned, files_each),
        cmocka_unit_test_setup(images_may_come_last, files_each),
        cmocka_unit_test_setup(labels_may_be_a_row, files_each),
        cmocka_unit_test_setup(nets_without_channels_have_their_images, files_each),
        cmocka_unit_test_setup(numpy_archives_are_read, files_each),
        cmocka_unit_test_setup(damaged_arrays_are_refused_by_name, files_each),
        cmocka_unit_test_setup(other_archives_are_named, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
