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
            "bad.h5: /: attribute model_config is too large: at most 2097152 bytes "
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

/* The references of a list of texts, 16 bytes each, all made the first: one long text. */
static void refer_to_first(uint32_t length, int n)
{
    size_t size;
    char *bytes = files_read("bad.h5", &size);
    int found = 0;
    for (size_t i = 0; i + 16 * (size_t)n <= size && !found; i++) {
        uint32_t first, second, third;
        memcpy(&first, bytes + i, 4);
        memcpy(&second, bytes + i + 16, 4);
        memcpy(&third, bytes + i + 32, 4);
        found = first == length && second == 1 && third == 1;
        for (int k = 1; found && k < n; k++)
            memcpy(bytes + i + 16 * (size_t)k, bytes + i, 16);
    }
    assert_true(found);
    files_write("bad.h5", bytes, size);
    free(bytes);
}

static void one_text_many_times_is_refused(void **state)
{
    (void)state;
    enum { NAMES = 9000, LONG = 60000 };
    const hsize_t n = NAMES;
    char *text = memory_array(LONG + 1, 1);
    const char **names = memory_array(NAMES, sizeof *names);
    memset(text, 'x', LONG);
    for (int i = 0; i < NAMES; i++)
        names[i] = i ? "y" : text;
    hid_t file = new_file(), type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    hid_t group = H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Tset_size(type, H5T_VARIABLE);
    hid_t at = H5Acreate2(group, "layer_names", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(at, type, names) >= 0);
    H5Aclose(at);
    H5Gclose(group);
    H5Sclose(space);
    H5Tclose(type);
    set_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    refer_to_first(LONG, NAMES);
    check_net("text_many_times", "?");
    free(names);
    free(text);
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

/* Groups that hold themselves, ten times: a walk would see 10^8 of them. */
static void hard_link_loops_end(void **state)
{
    (void)state;
    hid_t file = H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "layers", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    for (int i = 0; i < 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "layers/again%d", i);
        H5Lcreate_hard(file, "layers", file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
    set_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    check_net("hard_links", NULL);
    check_set("hard_links", NULL);
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

/* JSON ------------------------------------------------------------------------------------- */

static void write_json(const char *json)
{
    hid_t file = edit_tiny();
    set_text(file, "model_config", json, 0);
    H5Fclose(file);
}

/* text repeated n times between two others. */
static char *repeated(const char *before, const char *text, int n, const char *after)
{
    size_t length = strlen(text), at = strlen(before);
    char *all = memory_array(at + length * (size_t)n + strlen(after) + 1, 1);
    memcpy(all, before, at);
    for (int i = 0; i < n; i++, at += length)
        memcpy(all + at, text, length);
    strcpy(all + at, after);
    return all;
}

static void json_bombs_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *text;
        int n;
        const char *after;
    } bombs[] = {
        {"json_arrays", "[", "[],", 690000, "[]]"},
        {"json_objects", "[", "{},", 690000, "{}]"},
        {"json_numbers", "[", "0,", 1000000, "0]"},
        {"json_texts", "[", "\"\",", 690000, "0]"},
        {"json_deep", "", "[", 1000000, ""},
        {"json_deep_closed", "", "[[[[[[[[[[", 200, ""},
        {"json_keys", "{", "\"a\":0,", 300000, "\"a\":0}"},
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        char *json = repeated(bombs[i].before, bombs[i].text, bombs[i].n, bombs[i].after);
        write_json(json);
        check_net(bombs[i].name, NULL);
        free(json);
    }
}

/* A chain of so many layers, one behind the other. */
static void write_chain(int n)
{
    char *json = NULL;
    size_t size;
    FILE *out = open_memstream(&json, &size);
    fputs("{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": [", out);
    fputs("{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"i\", \"batch_input_shape\": "
          "[null, 6, 6, 1]}}",
        out);
    for (int i = 0; i < n; i++)
        fprintf(out, ", {\"class_name\": \"ReLU\", \"config\": {\"name\": \"r%d\"}}", i);
    fputs("]}}", out);
    fclose(out);
    write_json(json);
    free(json);
}

static void long_chains_end(void **state)
{
    (void)state;
    write_chain(1000);
    check_net("chain_1000", NULL);
    write_chain(3900);
    check_net("chain_3900", NULL);
    write_chain(10000);
    check_net("chain_10000", NULL);
    write_chain(20000);
    check_net("chain_20000", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(heaps_without_end_are_refused, files_each),
        cmocka_unit_test_setup(large_attributes_are_refused, files_each),
        cmocka_unit_test_setup(attribute_floods_end, files_each),
        cmocka_unit_test_setup(one_text_many_times_is_refused, files_each),
        cmocka_unit_test_setup(group_floods_end, files_each),
        cmocka_unit_test_setup(hard_link_loops_end, files_each),
        cmocka_unit_test_setup(deep_groups_end, files_each),
        cmocka_unit_test_setup(long_links_are_refused, files_each),
        cmocka_unit_test_setup(dataset_floods_end, files_each),
        cmocka_unit_test_setup(json_bombs_are_refused, files_each),
        cmocka_unit_test_setup(long_chains_end, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
