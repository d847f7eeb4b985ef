/* load/model: nets that are refused, each with one line that says file, object and reason. */
#include "tests/unit/io/load_files.h"

#include <math.h>

/* Graphs --------------------------------------------------------------------------------- */

static void write_config(const char *path, const char *config)
{
    struct error err = {0};
    struct network *network = tiny_network(TINY);
    assert_true(keras_write(network, config, path, true, &err));
    network_destroy(network);
}

#define GRAPH(layers) FUNCTIONAL(layers, TINY_ENDS)
#define HEAD TINY_INPUT ", " TINY_CONV ", "
#define TAIL ", " TINY_DENSE("flatten")

/* Layers and connections of which no network can be made. */
static const struct {
    const char *json, *message;
} no_graphs[] = {
    {"[]", "net.h5: has no class_name"},
    {"{\"class_name\": \"MyNet\", \"config\": {}}",
        "net.h5: is of class MyNet, expected Sequential, Functional or Model"},
    {"{\"class_name\": \"Model\", \"config\": {}}", "net.h5: has no layers"},
    {"{\"class_name\": \"Model\", \"config\": {\"layers\": [1]}}",
        "net.h5: a layer has no class_name or no name"},
    {GRAPH(HEAD TINY_LAYER("Lambda", "evil", "", "[[\"conv\", 0, 0, {}]]") ", " TINY_DENSE("evil")),
        "net.h5: layer evil (Lambda): it holds program code, and code from a file is never "
        "run"},
    {GRAPH(HEAD TINY_LAYER("Functional", "inner", "", "[[\"conv\", 0, 0, {}]]") ", " TINY_DENSE(
         "inner")),
        "net.h5: inner: has no layers"},
    {GRAPH(TINY_INPUT ", " TINY_LAYER("Conv2D", "conv", ", " CONV_SETTINGS,
         "[[\"input\", 0, 0, {}]], [[\"conv\", 0, 0, {}]]") ", " TINY_FLATTEN TAIL),
        "net.h5: layer conv@2 (Conv2D): it has the weights of conv, but reads 4x4x2 where that "
        "reads 6x6x1"},
    {GRAPH(HEAD TINY_LAYER("Flatten", "flatten", "", "[[\"conv\", 1, 0, {}]]") TAIL),
        "net.h5: layer flatten (Flatten): reads an output that conv does not have"},
    {GRAPH(HEAD TINY_LAYER("Flatten", "flatten", "", "[[\"conv\", 0, 1, {}]]") TAIL),
        "net.h5: layer flatten (Flatten): reads an output that conv does not have"},
    {GRAPH(HEAD TINY_LAYER("Dropout", "flatten", "", "[[\"conv\", 0, 0, {\"training\": true}]]")
             TAIL),
        "net.h5: layer flatten: is called in training mode, which cannot be run"},
    {GRAPH(HEAD TINY_LAYER("Flatten", "flatten", "", "[[\"output\", 0, 0, {}]]") TAIL),
        "net.h5: layer flatten (Flatten): its inputs lead back to itself"},
    {GRAPH(HEAD TINY_LAYER("Flatten", "flatten", "", "[[\"nobody\", 0, 0, {}]]") TAIL),
        "net.h5: layer flatten (Flatten): its input nobody does not exist"},
    {GRAPH(HEAD TINY_FLATTEN ", " TINY_FLATTEN TAIL), "net.h5: two layers are called flatten"},
    {FUNCTIONAL(HEAD TINY_FLATTEN TAIL,
         "\"input_layers\": [[\"input\", 0, 0], [\"conv\", 0, 0]], \"output_layers\": []"),
        "net.h5: the net has 2 inputs, expected one"},
    {FUNCTIONAL(HEAD TINY_FLATTEN TAIL, "\"input_layers\": [[\"input\", 0, 0]], "
                                        "\"output_layers\": [[\"output\", 0, 0], "
                                        "[\"flatten\", 0, 0]]"),
        "net.h5: the net has 2 outputs, expected one"},
    {GRAPH(TINY_INPUT ", {\"class_name\": \"Conv2D\", \"registered_name\": \"mine>Conv2D\", "
                      "\"name\": \"conv\", \"config\": {" CONV_SETTINGS "}, \"inbound_nodes\": "
                      "[[[\"input\", 0, 0, {}]]]}, " TINY_FLATTEN TAIL),
        "net.h5: layer conv (mine>Conv2D): it is a custom class, whose code is not in the "
        "file"},
};

static void graphs_that_cannot_run_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_graphs / sizeof *no_graphs; i++) {
        write_config("net.h5", no_graphs[i].json);
        assert_refused("net.h5", NULL, no_graphs[i].message);
    }
}

static void nonsense_is_no_json(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{", "{\"class_name\": \"Model\",}", "\xff\xfe"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        write_config("net.h5", bad[i]);
        assert_null(model_open("net.h5", NULL, &err));
        assert_memory_equal(err.text, "net.h5: line ", 13);
    }
    char *deep = memory_array(100001, 1);
    memset(deep, '[', 100000);
    struct error err = {0};
    write_config("net.h5", deep);
    assert_null(model_open("net.h5", NULL, &err));
    assert_memory_equal(err.text, "net.h5: line 1: ", 16);
    free(deep);
}

/* Files ---------------------------------------------------------------------------------- */

static void files_that_are_no_nets_are_refused(void **state)
{
    (void)state;
    struct error err = {0};
    files_write("text.h5", "hello\n", 6);
    files_write("empty.h5", "", 0);
    assert_int_equal(mkdir("folder.h5", 0700), 0);
    assert_int_equal(mkfifo("pipe.h5", 0600), 0);
    H5Fclose(H5Fcreate("bare.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    assert_refused("missing.h5", NULL, "missing.h5: No such file or directory");
    assert_refused("text.h5", NULL, "text.h5: is not an HDF5 file");
    assert_refused("empty.h5", NULL, "empty.h5: is not an HDF5 file but empty");
    files_write("net.keras", "PK\x03\x04rest", 8);
    assert_refused("net.keras", NULL, "net.keras: is a damaged archive (Not a zip archive)");
    assert_refused("folder.h5", NULL, "folder.h5: is not a regular file");
    assert_refused("pipe.h5", NULL, "pipe.h5: is not a regular file");
    assert_refused("bare.h5", NULL,
        "bare.h5: is not a Keras net: it has no layer_names (the file holds: nothing)");
    assert_null(model_open("a\nb\x1b[2J", NULL, &err));
    assert_string_equal(err.text, "a\\x0ab\\x1b[2J: No such file or directory");
}

/* Wherever the file ends: refused, never a crash, never a net with holes. */
static void truncated_files_are_refused(void **state)
{
    (void)state;
    size_t size;
    tiny_write("net.h5");
    char *bytes = files_read("net.h5", &size);
    for (size_t length = 0; length < size; length += length < 64 ? 7 : 997) {
        struct error err = {0};
        files_write("cut.h5", bytes, length);
        assert_null(model_open("cut.h5", NULL, &err));
        assert_memory_equal(err.text, "cut.h5: ", 8);
        assert_int_equal(err.class, ERROR_INPUT);
    }
    free(bytes);
}

/* Weights -------------------------------------------------------------------------------- */

enum { CONV_KERNEL, CONV_BIAS };
static const char *const paths[] = {
    "/model_weights/conv/conv/kernel:0", "/model_weights/conv/conv/bias:0"};

static hid_t edit(const char *path)
{
    tiny_write(path);
    return H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
}

static void weights_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    static const struct {
        float value;
        const char *text;
    } bad[] = {{NAN, "nan"}, {INFINITY, "inf"}, {-INFINITY, "-inf"}};
    for (size_t i = 0; i < 3; i++) {
        float bias[] = {1, bad[i].value};
        hid_t file = edit("net.h5");
        hid_t data = H5Dopen2(file, paths[CONV_BIAS], H5P_DEFAULT);
        H5Dwrite(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, bias);
        H5Dclose(data);
        H5Fclose(file);
        char *message = memory_format(
            "net.h5: layer conv (Conv2D): its weight bias holds %s at 1", bad[i].text);
        assert_refused("net.h5", NULL, message);
        free(message);
    }
}

/* Replaces the bias of conv by a dataset of another shape or type. */
static void replace_bias(hid_t type, int rank, const hsize_t *dim, hid_t list)
{
    hid_t file = edit("net.h5");
    assert_true(H5Ldelete(file, paths[CONV_BIAS], H5P_DEFAULT) >= 0);
    hid_t space = H5Screate_simple(rank, dim, NULL);
    hid_t data = H5Dcreate2(file, paths[CONV_BIAS], type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(data >= 0);
    H5Dclose(data);
    H5Sclose(space);
    H5Fclose(file);
}

static void wrong_shapes_and_types_are_refused(void **state)
{
    (void)state;
    replace_bias(H5T_IEEE_F32LE, 1, (hsize_t[]){3}, H5P_DEFAULT);
    assert_refused(
        "net.h5", NULL, "net.h5: /model_weights/conv/conv/bias:0: shape is [3], expected [2]");
    replace_bias(H5T_IEEE_F32LE, 2, (hsize_t[]){1, 2}, H5P_DEFAULT);
    assert_refused(
        "net.h5", NULL, "net.h5: /model_weights/conv/conv/bias:0: shape is [1, 2], expected [2]");
    replace_bias(H5T_C_S1, 1, (hsize_t[]){2}, H5P_DEFAULT);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0 does not hold numbers of a known type");
}

static void set_names(
    hid_t file, const char *group, const char *attribute, const char *const *names, int n)
{
    hsize_t count = (hsize_t)n;
    hid_t id = H5Gopen2(file, group, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Adelete(id, attribute);
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t at = H5Acreate2(id, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(at, type, names) >= 0);
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
    H5Gclose(id);
}

static void missing_extra_and_double_weights_are_refused(void **state)
{
    (void)state;
    hid_t file = edit("net.h5");
    assert_true(H5Ldelete(file, paths[CONV_BIAS], H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_refused("net.h5", NULL, "net.h5: /model_weights/conv/conv/bias:0 is missing");
    static const struct {
        const char *group, *attribute, *names[4], *message;
    } bad[] = {
        {"/model_weights/conv", "weight_names", {"conv/kernel:0"},
            "net.h5: /model_weights/conv: weight bias is missing"},
        {"/model_weights/conv", "weight_names", {"conv/kernel:0", "conv/kernel:0"},
            "net.h5: /model_weights/conv: conv/kernel:0 occurs twice"},
        {"/model_weights/conv", "weight_names", {"conv/kernel:0", "conv/bias:0", "conv/more:0"},
            "net.h5: /model_weights/conv: has 3 weights, the layer needs 2"},
        {"/model_weights/flatten", "weight_names", {"flatten/kernel:0"},
            "net.h5: /model_weights/flatten: its weights belong to no layer of the net"},
        {"/model_weights", "layer_names", {"conv", "flatten"},
            "net.h5: the weights of layer output are missing"},
        {"/model_weights", "layer_names", {"conv", "output", "conv"}, "net.h5: conv occurs twice"},
        {"/model_weights", "layer_names", {"conv", "output", "ghost"},
            "net.h5: /model_weights/ghost is missing"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int n = 0;
        while (n < 4 && bad[i].names[n])
            n++;
        file = edit("net.h5");
        set_names(file, bad[i].group, bad[i].attribute, bad[i].names, n);
        H5Fclose(file);
        assert_refused("net.h5", NULL, bad[i].message);
    }
}

/* Other files ---------------------------------------------------------------------------- */

static void links_to_elsewhere_are_not_followed(void **state)
{
    (void)state;
    const char *const bias = paths[CONV_BIAS];
    tiny_write("other.h5");
    hid_t file = edit("net.h5");
    H5Ldelete(file, bias, H5P_DEFAULT);
    H5Lcreate_external("other.h5", bias, file, bias, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0 is a link to "
        "another file, which is not followed");
    file = edit("net.h5");
    H5Ldelete(file, bias, H5P_DEFAULT);
    H5Lcreate_soft(bias, file, bias, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused(
        "net.h5", NULL, "net.h5: /model_weights/conv/conv/bias:0 is a link that leads to itself");
    file = edit("net.h5");
    H5Ldelete(file, "/model_weights", H5P_DEFAULT);
    H5Lcreate_external(
        "other.h5", "/model_weights", file, "/model_weights", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused(
        "net.h5", NULL, "net.h5: /model_weights is a link to another file, which is not followed");
}

static void storage_elsewhere_is_refused(void **state)
{
    (void)state;
    hsize_t two = 2;
    float values[] = {1, 2};
    files_write("raw", values, sizeof values);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(list, "raw", 0, sizeof values);
    replace_bias(H5T_IEEE_F32LE, 1, &two, list);
    H5Pclose(list);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0 is stored in other "
        "files, which are not read");
    tiny_write("other.h5");
    list = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &two, NULL);
    H5Pset_virtual(list, space, "other.h5", paths[CONV_BIAS], space);
    replace_bias(H5T_IEEE_F32LE, 1, &two, list);
    H5Sclose(space);
    H5Pclose(list);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0 refers to other files (a virtual dataset), which "
        "are not read");
}

static void other_filters_are_refused(void **state)
{
    (void)state;
    hsize_t two = 2;
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, 1, &two);
    H5Pset_nbit(list);
    replace_bias(H5T_IEEE_F32LE, 1, &two, list);
    H5Pclose(list);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0: is packed with nbit, which is not read (only "
        "gzip, lzf, shuffle, fletcher32): pack it anew, with `h5repack -f GZIP=4 OLD NEW`");
}

static void sizes_without_bytes_are_refused(void **state)
{
    (void)state;
    hsize_t huge[] = {1ULL << 20, 1ULL << 20};
    replace_bias(H5T_IEEE_F32LE, 2, huge, H5P_DEFAULT);
    assert_refused("net.h5", NULL,
        "net.h5: /model_weights/conv/conv/bias:0 declares 4398046511104 "
        "bytes but stores 0");
}

/* A file that cannot be run can still be looked at. */
static void strange_files_can_be_inspected(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    struct error err = {0};
    FILE *out = open_memstream(&text, &size);
    write_config("net.h5", GRAPH(HEAD TINY_LAYER("Lambda", "e\\u001bvil", "",
                               "[[\"conv\", 0, 0, {}]]") ", " TINY_FLATTEN TAIL));
    assert_false(model_inspect("net.h5", NULL, out, &err)); /* listed, and why it cannot be run */
    assert_non_null(strstr(err.text, "(Lambda): it holds program code"));
    fflush(out);
    assert_non_null(strstr(text, "net.h5: a Keras net, keras_version 2.7.0, backend tensorflow\n"));
    assert_non_null(strstr(text, "kernel:0 [3, 3, 1, 2] float32, bias:0 [2] float32"));
    assert_non_null(strstr(text, "e\\x1bvil             Lambda"));
    assert_non_null(strstr(text, "it cannot be run: net.h5: layer e\\x1bvil (Lambda): "));
    assert_false(model_inspect("missing.h5", NULL, out, &err));
    fclose(out);
    free(text);
    write_config("net.h5", TINY);
    out = open_memstream(&text, &size);
    assert_true(model_inspect("net.h5", NULL, out, &err));
    fclose(out);
    assert_non_null(strstr(text, "it can be run: 119 weights, 3 classes\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(graphs_that_cannot_run_are_refused, files_each),
        cmocka_unit_test_setup(nonsense_is_no_json, files_each),
        cmocka_unit_test_setup(files_that_are_no_nets_are_refused, files_each),
        cmocka_unit_test_setup(truncated_files_are_refused, files_each),
        cmocka_unit_test_setup(weights_that_are_no_numbers_are_refused, files_each),
        cmocka_unit_test_setup(wrong_shapes_and_types_are_refused, files_each),
        cmocka_unit_test_setup(missing_extra_and_double_weights_are_refused, files_each),
        cmocka_unit_test_setup(links_to_elsewhere_are_not_followed, files_each),
        cmocka_unit_test_setup(storage_elsewhere_is_refused, files_each),
        cmocka_unit_test_setup(other_filters_are_refused, files_each),
        cmocka_unit_test_setup(sizes_without_bytes_are_refused, files_each),
        cmocka_unit_test_setup(strange_files_can_be_inspected, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
