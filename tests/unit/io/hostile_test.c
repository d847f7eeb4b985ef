/* io/hdf5: heaps, attributes, groups, links and JSON that want memory or time. SECATEUR_HOSTILE
 * names a folder of more such files. */
#include "tests/unit/io/hostile.h"

static const struct shape image = {3, {H, W, C}};

/* A heap of texts whose first object has no size, and no number: the library never leaves it. */
static void heaps_without_end_are_refused(void **state)
{
    (void)state;
    size_t size;
    hid_t file = hostile_edit();
    hostile_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    char *bytes = files_read("bad.h5", &size);
    for (size_t i = 0; i + 32 < size; i += 8)
        if (memcmp(bytes + i, "GCOL\1", 5) == 0) {
            memset(bytes + i + 16, 0, 2);
            memset(bytes + i + 24, 0, 8);
        }
    files_write("bad.h5", bytes, size);
    free(bytes);
    hostile_net("heap_loop", "bad.h5: /: attribute model_config: its heap of texts is damaged");
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
        hostile_text(file, "model_config", text, fixed ? MUCH : 0);
        H5Fclose(file);
        hostile_net(fixed ? "json_8mb_fixed" : "json_8mb",
            "bad.h5: /: attribute model_config: is too large: at most 2097152 bytes are read");
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
    hostile_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    hostile_net("attribute_flood",
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
    hostile_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    refer_to_first(LONG, NAMES);
    hostile_net("text_many_times",
        "bad.h5: /model_weights: attribute layer_names: is too large: at most 2097152 bytes are "
        "read");
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
    hostile_net("group_flood",
        "bad.h5: is not a Keras net: it has no layer_names (the file holds: nothing)");
    hostile_set("group_flood", &image,
        "bad.h5: holds no images of the shape that the net needs, [n, 4, 5, "
        "3] or [n, 3, 4, 5] (the "
        "file holds: no arrays of numbers)");
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
    hostile_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    hostile_net(
        "hard_links", "bad.h5: the weights of layer conv are missing: there is no /layers/conv2d");
    hostile_set("hard_links", &image,
        "bad.h5: holds no images of the shape that the net needs, [n, 4, 5, 3] "
        "or [n, 3, 4, 5] (the "
        "file holds: no arrays of numbers)");
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
    hostile_text(file, "model_config", TINY, 0);
    H5Fclose(file);
    hostile_net(
        "deep_groups", "bad.h5: the weights of layer conv are missing: there is no /layers/conv2d");
    hostile_set("deep_groups", &image,
        "bad.h5: holds no images of the shape that the net needs, [n, 4, 5, "
        "3] or [n, 3, 4, 5] (the "
        "file holds: no arrays of numbers)");
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
    hostile_net("long_link",
        "bad.h5: is not a Keras net: it has no layer_names (the file holds: a, "
        "data, label, model_weights)");
    hostile_set("long_link", &image, NULL);
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
    hostile_set("dataset_flood", &image, NULL);
    hostile_net("dataset_flood", NULL);
}

/* JSON ------------------------------------------------------------------------------------- */

static void write_json(const char *json)
{
    hid_t file = hostile_edit();
    hostile_text(file, "model_config", json, 0);
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
        const char *after, *message;
    } bombs[] = {
        {"json_arrays", "[", "[],", 690000, "[]]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_objects", "[", "{},", 690000, "{}]",
            "bad.h5: line 1: holds more than 300000 values"},
        {"json_numbers", "[", "0,", 1000000, "0]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_texts", "[", "\"\",", 690000, "0]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_deep", "", "[", 1000000, "", "bad.h5: line 1: is nested more than 256 deep"},
        {"json_deep_closed", "", "[[[[[[[[[[", 200, "",
            "bad.h5: line 1: is nested more than 256 deep"},
        {"json_keys", "{", "\"a\":0,", 300000, "\"a\":0}",
            "bad.h5: line 1: holds more than 300000 values"},
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        char *json = repeated(bombs[i].before, bombs[i].text, bombs[i].n, bombs[i].after);
        write_json(json);
        hostile_net(bombs[i].name, bombs[i].message);
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
    static const struct {
        int n;
        const char *message;
    } chains[] = {
        {1000,
            "bad.h5: layer r999 (ReLU): the network ends with 6x6x1, expected one value per class"},
        {3900, "bad.h5: layer r3899 (ReLU): the network ends with 6x6x1, expected one value per "
               "class"},
        {10000, "bad.h5: has more than 4000 layers"},
        {20000, "bad.h5: has more than 4000 layers"},
    };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        char *name = memory_format("chain_%d", chains[i].n);
        write_chain(chains[i].n);
        hostile_net(name, chains[i].message);
        free(name);
    }
}

/* Files of others --------------------------------------------------------------------------- */

/* What is known of them. */
struct known {
    const char *file, *message;
};
static const struct known as_nets[] = {
    {"loop_1.h5", "bad.h5: /model_weights: attribute layer_names: its heap of texts is damaged"},
    {"loop_2.h5", "bad.h5: /model_weights/conv/conv/kernel:0 cannot be read as a dataset (its heap "
                  "of texts is damaged)"},
    {"n_names_split_overflow.h5",
        "bad.h5: /model_weights: attribute layer_names has more than 10000 names or 1000 parts"},
    {"n_weights_split_int.h5", "bad.h5: /model_weights/conv: attribute weight_names1: is not text"},
    {"short_gzip_weights.h5", "bad.h5: /model_weights/conv/conv/kernel:0: its chunk at [0, 0, 0, "
                              "0]: unpacks to 8 bytes, expected 144"},
    {NULL, NULL},
};
static const struct known as_sets[] = {
    {"d_gzip_chunk_short.h5",
        "bad.h5: /data: its chunk at [0, 0, 0, 0]: unpacks to 10 bytes, expected 768"},
    {"libhdf5_3.h5", "bad.h5: /label: stores 96 bytes, expected 0"},
    {NULL, NULL},
};

static const char *known_message(const struct known *known, const char *file)
{
    while (known->file && strcmp(known->file, file) != 0)
        known++;
    return known->message;
}

/* Each is read or refused in bounds, as a net and as images. */
static void files_of_others_end(void **state)
{
    (void)state;
    const struct shape shape = shape_image(8, 8, 1);
    const char *path = getenv("SECATEUR_HOSTILE");
    DIR *folder = path ? opendir(path) : NULL;
    if (!folder) {
        print_message("SKIPPED: set SECATEUR_HOSTILE to a folder of hostile files\n");
        skip();
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *ending = strrchr(entry->d_name, '.');
        size_t size;
        if (!ending || strcmp(ending, ".h5") != 0)
            continue;
        char *from = memory_format("%s/%s", path, entry->d_name), *bytes = files_read(from, &size);
        files_write("bad.h5", bytes, size);
        hostile_net(entry->d_name, known_message(as_nets, entry->d_name));
        hostile_set(entry->d_name, &shape, known_message(as_sets, entry->d_name));
        free(bytes);
        free(from);
    }
    closedir(folder);
}

/* So many layers of one name, of a net within another. */
static void one_name_for_many_layers_ends(void **state)
{
    (void)state;
    static const char layer[] = "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"same\"}}, ";
    char *json = repeated("{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", "
                          "\"layers\": [{\"class_name\": \"InputLayer\", \"config\": {\"name\": "
                          "\"i\", \"batch_input_shape\": [null, 6, 6, 1]}}, {\"class_name\": "
                          "\"Sequential\", \"config\": {\"name\": \"in\", \"layers\": [",
        layer, 3900, "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"last\"}}]}}]}}");
    write_json(json);
    hostile_net("one_name", "bad.h5: in: two layers are called same");
    free(json);
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
        cmocka_unit_test_setup(one_name_for_many_layers_ends, files_each),
        cmocka_unit_test_setup(files_of_others_end, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
