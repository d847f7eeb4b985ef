/* io: files that want the machine rather than the reader. Each is refused with its reason; the
 * figures of each are printed, and held to wide bounds, as machines differ. SECATEUR_HOSTILE names
 * a folder of more such files; SECATEUR_KEEP a folder for those made here. */
#include "tests/unit/io/load_sets.h"

#include <time.h>

enum { SECONDS_MAX = 5, MEGABYTES_MAX = 300 };

/* Measuring ------------------------------------------------------------------------------- */

static double seconds_of(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double processor_seconds(void)
{
    return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

/* Of the largest reader so far. */
static double reader_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static void check_figures(const char *name, double before, const char *text)
{
    double seconds = processor_seconds() - before;
    print_message("%-28s %6.3f s of processor, readers up to %.0f MB: %s\n", name, seconds,
        reader_megabytes(), text);
    assert_true(seconds < SECONDS_MAX);
#ifndef __SANITIZE_ADDRESS__
    assert_true(reader_megabytes() < MEGABYTES_MAX);
#endif
}

static void keep(const char *name)
{
    const char *folder = getenv("SECATEUR_KEEP");
    size_t size;
    if (!folder)
        return;
    char *bytes = files_read("bad.h5", &size), *path = memory_format("%s/%s.h5", folder, name);
    files_write(path, bytes, size);
    free(path);
    free(bytes);
}

/* bad.h5 as a net, and looked at. NULL: it may be read. */
static void check_net(const char *name, const char *message)
{
    struct error err = {0};
    double before = processor_seconds();
    FILE *nowhere = fopen("/dev/null", "w");
    keep(name);
    struct model *model = model_open("bad.h5", NULL, &err);
    model_inspect("bad.h5", NULL, nowhere, NULL);
    fclose(nowhere);
    check_figures(name, before, model ? "read" : err.text);
    if (message) {
        assert_null(model);
        assert_string_equal(err.text, message);
        assert_int_equal(err.class, ERROR_INPUT);
    }
    model_destroy(model);
}

static void check_set(const char *name, const char *message)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    double before = processor_seconds();
    keep(name);
    struct dataset *dataset = dataset_open("bad.h5", &wanted, &err);
    check_figures(name, before, dataset ? "read" : err.text);
    if (message) {
        assert_null(dataset);
        assert_string_equal(err.text, message);
    }
    dataset_unref(dataset);
}

/* Attributes and groups -------------------------------------------------------------------- */

static hid_t edit_tiny(void)
{
    tiny_write("bad.h5");
    return H5Fopen("bad.h5", H5F_ACC_RDWR, H5P_DEFAULT);
}

/* As fixed text of a size, or of any length. */
static void set_text(hid_t object, const char *attribute, const char *text, size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, size ? size : H5T_VARIABLE);
    if (H5Aexists(object, attribute) > 0)
        H5Adelete(object, attribute);
    hid_t at = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(at >= 0);
    assert_true(H5Awrite(at, type, size ? (const void *)text : (const void *)&text) >= 0);
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
}

/* A heap of texts whose first object has no size, and no number: the library never leaves it. */
static void heaps_without_end_are_refused(void **state)
{
    (void)state;
    size_t size;
    hid_t file = edit_tiny();
    set_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    char *bytes = files_read("bad.h5", &size);
    for (size_t i = 0; i + 32 < size; i += 8)
        if (memcmp(bytes + i, "GCOL\1", 5) == 0) {
            memset(bytes + i + 16, 0, 2);
            memset(bytes + i + 24, 0, 8);
        }
    files_write("bad.h5", bytes, size);
    free(bytes);
    check_net("heap_loop", "bad.h5: /: its heap of texts is damaged");
}

/* A new file whose objects may have attributes above 64 KB. */
static hid_t new_file(void)
{
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110);
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, list);
    H5Pclose(list);
    return file;
}

static void large_attributes_are_refused(void **state)
{
    (void)state;
    enum { MUCH = 8 << 20 };
    char *text = memory_array(MUCH + 1, 1);
    memset(text, ' ', MUCH);
    for (int fixed = 0; fixed < 2; fixed++) {
        hid_t file = new_file();
        set_text(file, "model_config", text, fixed ? MUCH : 0);
        H5Fclose(file);
        check_net(fixed ? "json_8mb_fixed" : "json_8mb",
            "bad.h5: /: attribute model_config is too large: at most 10000 texts and 2097152 bytes "
            "are read");
    }
    free(text);
}

static void attribute_floods_end(void **state)
{
    (void)state;
    hid_t file = new_file(), space = H5Screate(H5S_NULL);
    hid_t group = H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    for (int i = 0; i < 30000; i++) {
        char name[32];
        snprintf(name, sizeof name, "layer_names%d", i);
        H5Aclose(H5Acreate2(group, name, H5T_C_S1, space, H5P_DEFAULT, H5P_DEFAULT));
    }
    H5Gclose(group);
    H5Sclose(space);
    set_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    check_net("attribute_flood",
        "bad.h5: /model_weights: attribute layer_names has more than 10000 names or 1000 parts");
}

static void group_floods_end(void **state)
{
    (void)state;
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    for (int i = 0; i < 12000; i++) {
        char name[32];
        snprintf(name, sizeof name, "g%d", i);
        H5Gclose(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }
    H5Fclose(file);
    check_net("group_flood", NULL);
    check_set("group_flood", NULL);
}

static void deep_groups_end(void **state)
{
    (void)state;
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t group = H5Gcreate2(file, "layers", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    for (int i = 0; i < 2000; i++) {
        hid_t inner = H5Gcreate2(group, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Gclose(group);
        group = inner;
    }
    H5Gclose(group);
    set_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    check_net("deep_groups", NULL);
    check_set("deep_groups", NULL);
}

/* A soft link of 60,000 steps through a group that holds itself. */
static void long_links_are_refused(void **state)
{
    (void)state;
    enum { LONG = 60000 };
    char *target = memory_array(LONG + 1, 1);
    for (int i = 0; i < LONG; i++)
        target[i] = i % 2 ? '/' : 'a';
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/", file, "a", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft(target, file, "data", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft(target, file, "model_weights", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    write_labels("bad.h5", "label", N);
    check_net("long_link", NULL);
    check_set("long_link", NULL);
    free(target);
}

static void dataset_floods_end(void **state)
{
    (void)state;
    const hsize_t one = 1;
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &one, NULL);
    for (int i = 0; i < 9900; i++) {
        char name[32];
        snprintf(name, sizeof name, "d%d", i);
        H5Dclose(
            H5Dcreate2(file, name, H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }
    H5Sclose(space);
    H5Fclose(file);
    check_set("dataset_flood", NULL);
    check_net("dataset_flood", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(heaps_without_end_are_refused, files_each),
        cmocka_unit_test_setup(large_attributes_are_refused, files_each),
        cmocka_unit_test_setup(attribute_floods_end, files_each),
        cmocka_unit_test_setup(group_floods_end, files_each),
        cmocka_unit_test_setup(deep_groups_end, files_each),
        cmocka_unit_test_setup(long_links_are_refused, files_each),
        cmocka_unit_test_setup(dataset_floods_end, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
