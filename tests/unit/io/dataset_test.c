/* load/dataset: any type and layout gives the same images; bytes where they fit. */
#include "tests/unit/io/load_sets.h"

static void every_type_and_layout_gives_the_same_bytes(void **state)
{
    (void)state;
    static const hsize_t chunks[][4] = {{0}, {1, 1, 1, 1}, {3, 2, 3, 2}, {N, 2, 2, 1}};
    const hid_t types[] = {H5T_STD_U8LE, H5T_STD_I16BE, H5T_STD_U32LE, H5T_STD_I64LE,
        H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (int k = 0; k < 16; k++) {
            struct stored stored = {.type = types[t], .planes = k % 2};
            memcpy(stored.chunk, chunks[k / 2 % 4], sizeof stored.chunk);
            files_clear();
            write_images("set.h5", "data", &stored);
            write_labels("set.h5", "label", N);
            struct dataset *dataset = open_set("set.h5", k >= 8);
            check_images(dataset, N, 0);
            assert_string_equal(dataset_name(dataset), "set.h5");
            assert_int_equal(dataset_bytes(dataset), N * (IMAGE + sizeof(int32_t)));
            assert_int_equal(dataset_shape(dataset)->dim[1], W);
            dataset_unref(dataset);
        }
}

/* The value that is no byte comes last, when everything else is held as bytes already. */
static void one_odd_value_makes_floats(void **state)
{
    (void)state;
    static const double odd[] = {0.5, 256, -1, 1e30};
    for (int k = 0; k < 16; k++) {
        struct stored stored = {.type = H5T_IEEE_F64LE, .planes = k % 2, .odd = odd[k / 2 % 4]};
        files_clear();
        write_images("set.h5", "data", &stored);
        write_labels("set.h5", "label", N);
        struct dataset *dataset = open_set("set.h5", k >= 8);
        check_images(dataset, N, (float)stored.odd);
        assert_int_equal(dataset_bytes(dataset), N * (IMAGE + 1) * sizeof(float));
        dataset_unref(dataset);
    }
}

static void labels_come_in_many_forms(void **state)
{
    (void)state;
    static const double plain[N] = {0, 1, 2, 0, 1, 2, 0};
    double hot[N * 3] = {0};
    for (int i = 0; i < N; i++)
        hot[i * 3 + i % 3] = 1;
    const struct {
        hid_t type;
        int rank;
        hsize_t dim[2];
        const double *values;
    } forms[] = {{H5T_STD_I64LE, 1, {N}, plain}, {H5T_STD_U8LE, 1, {N}, plain},
        {H5T_IEEE_F32LE, 1, {N}, plain}, {H5T_IEEE_F64LE, 2, {N, 1}, plain},
        {H5T_STD_I32LE, 2, {N, 3}, hot}, {H5T_IEEE_F64LE, 2, {N, 3}, hot}};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        struct stored stored = {.type = H5T_STD_U8LE};
        files_clear();
        write_images("set.h5", "data", &stored);
        add_array(
            "set.h5", "label", forms[k].type, forms[k].rank, forms[k].dim, NULL, forms[k].values);
        struct dataset *dataset = open_set("set.h5", false);
        for (int i = 0; i < N; i++)
            assert_int_equal(dataset_labels(dataset)[i], i % 3);
        dataset_unref(dataset);
    }
}

/* MATLAB counts classes from 1; what is 0-based is never shifted. */
static void labels_may_count_from_one(void **state)
{
    (void)state;
    const double from_one[N] = {1, 2, 3, 1, 2, 3, 1}, second[N] = {2, 2, 2, 1, 2, 2, 2};
    const hsize_t dim = N;
    struct stored stored = {.type = H5T_STD_U8LE};
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    wanted.n_classes = 3;
    write_images("one.h5", "data", &stored);
    add_array("one.h5", "label", H5T_IEEE_F64LE, 1, &dim, NULL, from_one);
    struct dataset *set = dataset_open("one.h5", &wanted, &err);
    assert_non_null(set);
    assert_true(dataset_from_one(set));
    assert_string_equal(dataset_said(set), DATASET_FROM_ONE);
    for (int i = 0; i < N; i++)
        assert_int_equal(dataset_labels(set)[i], i % 3);
    assert_false(dataset_count_from_one(set, &err)); /* now some are 0 */
    dataset_unref(set);
    write_images("two.h5", "data", &stored);
    add_array("two.h5", "label", H5T_IEEE_F64LE, 1, &dim, NULL, second);
    set = dataset_open("two.h5", &wanted, &err);
    assert_non_null(set); /* alone it does not tell */
    assert_false(dataset_from_one(set));
    assert_int_equal(dataset_labels(set)[3], 1);
    assert_true(dataset_count_from_one(set, &err)); /* its partner does */
    assert_true(dataset_from_one(set));
    assert_int_equal(dataset_labels(set)[0], 1);
    assert_int_equal(dataset_labels(set)[3], 0);
    dataset_unref(set);
}

/* h5py's booleans are a byte with names for 0 and 1. */
static void labels_may_be_booleans(void **state)
{
    (void)state;
    int8_t no = 0, yes = 1;
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    for (int width = 1; width <= 3; width += 2) {
        int8_t values[N * 3] = {0};
        for (int i = 0; i < N; i++)
            values[width == 1 ? i : i * 3 + i % 3] = (int8_t)(width == 1 ? i % 2 : 1);
        struct stored stored = {.type = H5T_STD_U8LE};
        files_clear();
        write_images("set.h5", "data", &stored);
        hid_t file = H5Fopen("set.h5", H5F_ACC_RDWR, H5P_DEFAULT);
        hid_t space = H5Screate_simple(width == 1 ? 1 : 2, (hsize_t[]){N, 3}, NULL);
        hid_t data = H5Dcreate2(file, "label", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
        H5Dclose(data);
        H5Sclose(space);
        H5Fclose(file);
        struct dataset *dataset = open_set("set.h5", false);
        for (int i = 0; i < N; i++)
            assert_int_equal(dataset_labels(dataset)[i], width == 1 ? i % 2 : i % 3);
        dataset_unref(dataset);
    }
    H5Tclose(type);
}

static void images_may_be_packed_with_lzf(void **state)
{
    (void)state;
    float pixels[IMAGE];
    write_lzf_images("set.h5", "data");
    write_labels("set.h5", "label", N);
    struct dataset *dataset = open_set("set.h5", false);
    for (int i = 0; i < N; i++) {
        dataset_fill(dataset, i, 1, 1, pixels);
        for (int k = 0; k < IMAGE; k++)
            assert_true(pixels[k] == (float)value_at(i, 0, k / 8, 0));
    }
    dataset_unref(dataset);
}

/* One link to a group, one within it, one from the root. */
static void links_within_the_file_are_followed(void **state)
{
    (void)state;
    struct stored stored = {.type = H5T_STD_U8LE};
    hid_t file = H5Fcreate("set.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "v1", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
    write_images("set.h5", "v1/images", &stored);
    write_labels("set.h5", "v1/labels", N);
    file = H5Fopen("set.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    H5Lcreate_soft("v1", file, "newest", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("images", file, "v1/pictures", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("newest/pictures", file, "data", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/newest/labels", file, "label", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    struct dataset *dataset = open_set("set.h5", false);
    check_images(dataset, N, 0);
    dataset_unref(dataset);
}

static void names_and_limit_can_be_chosen(void **state)
{
    (void)state;
    struct error err = {0};
    struct stored stored = {.type = H5T_IEEE_F32LE, .planes = true};
    write_images("set.h5", "images", &stored);
    write_labels("set.h5", "targets", N);
    struct dataset_options wanted = options(H, W, C);
    wanted.data_name = "images";
    wanted.label_name = "targets";
    wanted.limit = 3;
    struct dataset *dataset = dataset_open("set.h5", &wanted, &err);
    assert_non_null(dataset);
    check_images(dataset, 3, 0);
    dataset_unref(dataset);
}

static void grey_images_may_leave_out_their_channel(void **state)
{
    (void)state;
    static const hsize_t dims[][4] = {{N, H, W, 1}, {N, 1, H, W}, {N, H, W}};
    double values[N * H * W];
    for (int i = 0; i < N * H * W; i++)
        values[i] = i;
    for (int k = 0; k < 3; k++) {
        float pixels[H * W];
        struct error err = {0};
        struct dataset_options wanted = options(H, W, 1);
        files_clear();
        add_array("set.h5", "data", H5T_IEEE_F32LE, k < 2 ? 4 : 3, dims[k], NULL, values);
        write_labels("set.h5", "label", N);
        struct dataset *dataset = dataset_open("set.h5", &wanted, &err);
        assert_non_null(dataset);
        dataset_fill(dataset, 2, 1, 1, pixels);
        for (int i = 0; i < H * W; i++)
            assert_true(pixels[i] == (float)(2 * H * W + i));
        dataset_unref(dataset);
    }
}

/* Where both layouts fit, channels come last. */
static void cubes_have_their_channels_last(void **state)
{
    (void)state;
    double values[27];
    float pixels[27];
    struct error err = {0};
    struct dataset_options wanted = options(3, 3, 3);
    for (int i = 0; i < 27; i++)
        values[i] = i;
    add_array("set.h5", "data", H5T_IEEE_F32LE, 4, (hsize_t[]){1, 3, 3, 3}, NULL, values);
    write_labels("set.h5", "label", 1);
    struct dataset *dataset = dataset_open("set.h5", &wanted, &err);
    dataset_fill(dataset, 0, 1, 1, pixels);
    for (int i = 0; i < 27; i++)
        assert_true(pixels[i] == (float)i);
    dataset_unref(dataset);
}

struct watch {
    int total, calls, done, stop_at;
};

static bool watch_progress(void *context, int done, int total)
{
    struct watch *watch = context;
    assert_true(total == watch->total || (total == 0 && done == 0)); /* not known yet */
    assert_true(done >= watch->done);
    watch->calls += done > watch->done; /* those between pieces; others come while it waits */
    watch->done = done;
    return watch->stop_at == 0 || watch->calls < watch->stop_at;
}

static void reading_can_be_watched_and_stopped(void **state)
{
    (void)state;
    struct error err = {0};
    double *values = memory_array(3000 * 512, sizeof *values); /* 12 MB: more than one piece */
    add_array("set.h5", "data", H5T_IEEE_F64LE, 4, (hsize_t[]){3000, 16, 32, 1}, NULL, values);
    add_array("set.h5", "label", H5T_STD_U8LE, 1, (hsize_t[]){3000}, NULL, values);
    struct watch watch = {.total = 3000};
    struct dataset_options wanted = options(16, 32, 1);
    wanted.progress = watch_progress;
    wanted.context = &watch;
    struct dataset *dataset = dataset_open("set.h5", &wanted, &err);
    assert_non_null(dataset);
    assert_int_equal(watch.done, 3000);
    assert_true(watch.calls > 1);
    dataset_unref(dataset);
    watch = (struct watch){.total = 3000, .stop_at = 1};
    assert_null(dataset_open("set.h5", &wanted, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    assert_int_equal(watch.calls, 1);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_type_and_layout_gives_the_same_bytes, files_each),
        cmocka_unit_test_setup(one_odd_value_makes_floats, files_each),
        cmocka_unit_test_setup(labels_come_in_many_forms, files_each),
        cmocka_unit_test_setup(labels_may_count_from_one, files_each),
        cmocka_unit_test_setup(labels_may_be_booleans, files_each),
        cmocka_unit_test_setup(images_may_be_packed_with_lzf, files_each),
        cmocka_unit_test_setup(links_within_the_file_are_followed, files_each),
        cmocka_unit_test_setup(names_and_limit_can_be_chosen, files_each),
        cmocka_unit_test_setup(grey_images_may_leave_out_their_channel, files_each),
        cmocka_unit_test_setup(cubes_have_their_channels_last, files_each),
        cmocka_unit_test_setup(reading_can_be_watched_and_stopped, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
