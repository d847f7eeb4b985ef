/* load/model: every spelling of a Keras net, weights by name and place, weights alone. */
#include "tests/unit/io/load_files.h"
#include "engine/io/hdf5/h5_make.h"

/* Spellings ------------------------------------------------------------------------------ */

#define K3_TENSOR(name)                                                                \
    "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 6, 6, 1], " \
    "\"dtype\": \"float32\", \"keras_history\": [\"" name "\", 0, 0]}}"
#define K3_CALL(tensors) "{\"args\": [" tensors "], \"kwargs\": {}}"
#define K3_LAYER(class, name, settings, call)                                               \
    "{\"module\": \"keras.layers\", \"class_name\": \"" class                               \
        "\", \"registered_name\": null, "                                                   \
        "\"build_config\": {\"input_shape\": [null, 6, 6, 1]}, \"name\": \"" name           \
        "\", \"config\": "                                                                  \
        "{\"name\": \"" name "\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", " \
        "\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, "            \
        "\"registered_name\": null}" settings "}, \"inbound_nodes\": [" call "]}"
#define K3_TWO                                                                                     \
    K3_LAYER("InputLayer", "input", ", \"batch_shape\": [null, 6, 6, 1]", "")                      \
    ", " K3_LAYER(                                                                                 \
        "Conv2D", "conv", ", " CONV_SETTINGS, K3_CALL(K3_TENSOR("input"))) ", " K3_LAYER("Conv2D", \
        "conv_b", ", " CONV_SETTINGS, K3_CALL(K3_TENSOR("input"))) ", " K3_LAYER("Add", "add", "", \
        K3_CALL("[" K3_TENSOR("conv") ", " K3_TENSOR("conv_b") "]")) ", " K3_LAYER("Flatten",      \
        "flatten", "", K3_CALL(K3_TENSOR("add"))) ", " K3_LAYER("Dense", "output",                 \
        ", \"units\": 3, \"activation\": \"softmax\"", K3_CALL(K3_TENSOR("flatten")))
#define KERAS_3                                                  \
    FUNCTIONAL(K3_TWO, "\"input_layers\": [[\"input\", 0, 0]], " \
                       "\"output_layers\": [\"output\", 0, 0]")

#define PLAIN(class, settings) "{\"class_name\": \"" class "\", \"config\": {" settings "}}"
#define PLAIN_TAIL                            \
    PLAIN("Flatten", "\"name\": \"flatten\"") \
    ", " PLAIN("Dense", "\"name\": \"output\", \"units\": 3, \"activation\": \"softmax\"")
#define PLAIN_CONV PLAIN("Conv2D", "\"name\": \"conv\", " CONV_SETTINGS)
#define SHAPED_CONV \
    PLAIN("Conv2D", "\"name\": \"conv\", \"batch_input_shape\": [null, 6, 6, 1], " CONV_SETTINGS)
#define SEQUENTIAL(layers, more)                                                                  \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\"" more ", \"layers\": [" layers \
    "]}}"

static void every_spelling_is_the_same_net(void **state)
{
    (void)state;
    static const struct {
        const char *json, *input;
    } spellings[] = {
        {TINY, "input"}, {SEQUENTIAL(SHAPED_CONV ", " PLAIN_TAIL, ""), "conv_input"},
        {SEQUENTIAL(PLAIN_CONV ", " PLAIN_TAIL, ", \"build_input_shape\": [null, 6, 6, 1]"),
            "conv_input"},
        {SEQUENTIAL(TINY_INPUT ", " PLAIN_CONV ", " PLAIN_TAIL, ""), "input"},
        {"{\"class_name\": \"Sequential\", \"config\": [" SHAPED_CONV ", " PLAIN_TAIL "]}",
            "conv_input"},
        {FUNCTIONAL(
             TINY_INPUT ", " TINY_DENSE("flatten") ", " TINY_FLATTEN ", " TINY_CONV, TINY_ENDS),
            "input"}, /* any order */
    };
    struct network *expected = tiny_network(TINY);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct network *network = tiny_network(spellings[i].json);
        assert_int_equal(network->n_layers, 4);
        assert_string_equal(network->layers[network->input].name, spellings[i].input);
        assert_string_equal(network->layers[network->output].name, "output");
        const struct layer *conv = &network->layers[network_find(network, "conv")];
        assert_int_equal(conv->activation.kind, ACTIVATION_RELU);
        assert_true(shape_equal(&conv->shape, &expected->layers[1].shape));
        assert_true(weights_equal(network, expected));
        network_destroy(network);
    }
    network_destroy(expected);
}

static void keras_3_tensors_are_connections(void **state)
{
    (void)state;
    struct network *network = tiny_network(KERAS_3);
    const struct layer *add = &network->layers[network_find(network, "add")];
    assert_int_equal(network->n_layers, 6);
    assert_int_equal(add->n_inputs, 2);
    assert_string_equal(network->layers[add->inputs[0]].name, "conv");
    assert_string_equal(network->layers[add->inputs[1]].name, "conv_b");
    network_destroy(network);
}

#define ODD(settings)                                                                         \
    FUNCTIONAL(TINY_INPUT ", " TINY_CONV ", " TINY_LAYER("Flatten", "flatten", ", " settings, \
                   "[[\"conv\", 0, 0, {\"training\": false}]]") ", " TINY_DENSE("flatten"),   \
        TINY_ENDS)

/* What might change the result and cannot be read is refused; what is said by null, or is known to
 * matter in training alone, is not. */
static void unknown_settings_are_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"{\"a\": [1, {}]}", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
        "[\"a\", 1, 2]", "12345678901234567890123", "[[[[1]]]]", "\"b\"", "true", "false"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct error err = {0};
        char *json = memory_format(ODD("\"later\": %s"), values[i]);
        assert_null(keras_network(json, "odd", &err));
        assert_string_equal(err.text, "odd: layer flatten (Flatten): its setting later is unknown, "
                                      "and might change what it computes");
        free(json);
    }
    struct network *network =
        tiny_network(ODD("\"later\": null, \"none_regularizer\": {\"a\": 1}"));
    assert_int_equal(network->n_layers, 4);
    network_destroy(network);
    struct error err = {0};
    assert_null(keras_network(ODD("\"dtype\": \"int4\""), "odd", &err));
    assert_string_equal(err.text, "odd: layer flatten (Flatten): its dtype int4 is not supported");
}

/* Files ---------------------------------------------------------------------------------- */

static void a_written_net_reads_back_equal(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = tiny_network(TINY);
    assert_true(keras_write(network, TINY, "net.h5", false, &err));
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    assert_true(model->whole);
    assert_string_equal(model->path, "net.h5");
    assert_string_equal(model->writer, "Keras 2.7.0, tensorflow");
    assert_true(weights_equal(network, model->network));
    model_destroy(model);
    network_destroy(network);
}

static void a_net_opens_from_memory(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size;
    tiny_write("net.h5");
    void *bytes = files_read("net.h5", &size);
    assert_int_equal(unlink("net.h5"), 0);
    struct model *model = model_open_image("demo", bytes, size, &err);
    struct model *again = model_open_image("demo", bytes, size, &err);
    assert_non_null(model);
    assert_non_null(again);
    assert_true(weights_equal(model->network, again->network));
    assert_null(model_open_image("demo", "nonsense", 8, &err));
    assert_string_equal(err.text, "demo: is not an HDF5 file");
    assert_null(model_open_image("demo", bytes, size / 2, &err));
    model_destroy(model);
    model_destroy(again);
    free(bytes);
}

/* The tiny net's weights under names of one's choice. */
struct names {
    const char *group, *conv[2], *output[2];
    enum h5_type type;
};

static void add_weights(struct h5 *h5, const char *layer, const char *const names[2],
    const struct layer *from, enum h5_type type)
{
    struct error err = {0};
    assert_true(h5_add_group(h5, layer, &err));
    assert_true(h5_add_names(h5, layer, "weight_names", names, 2, &err));
    for (int w = 0; w < 2; w++) {
        const struct weight *weight = &from->weights[strstr(names[w], "bias")     ? 1
                                                     : strstr(names[w], "kernel") ? 0
                                                                                  : w];
        struct h5_shape shape = {.rank = weight->rank};
        for (int i = 0; i < weight->rank; i++)
            shape.dim[i] = (uint64_t)weight->dim[i];
        char *path = memory_format("%s/%s", layer, names[w]);
        assert_true(h5_add_data(h5, path, &shape, type, &err));
        struct h5_data *data = h5_data_open(h5, path, &err);
        assert_true(h5_write(data, 0, shape.dim[0], H5_TYPE_F32, weight->data, &err));
        h5_data_close(data);
        free(path);
    }
}

static void write_named(const char *path, const struct names *names, const char *config)
{
    struct error err = {0};
    size_t size;
    struct network *network = tiny_network(TINY);
    struct h5 *h5 = h5_create(path, &err);
    const char *slash = *names->group ? "/" : "";
    char *conv = memory_format("%s%sconv", names->group, slash);
    char *output = memory_format("%s%soutput", names->group, slash);
    static const char *const layers[] = {"conv", "output"};
    add_weights(h5, conv, names->conv, &network->layers[1], names->type);
    add_weights(h5, output, names->output, &network->layers[3], names->type);
    assert_true(h5_add_names(h5, names->group, "layer_names", layers, 2, &err));
    if (config)
        assert_true(h5_add_string(h5, "", "model_config", config, true, &err));
    void *bytes = h5_bytes(h5, &size, &err);
    files_write(path, bytes, size);
    free(bytes);
    free(conv);
    free(output);
    h5_close(h5);
    network_destroy(network);
}

static void weights_are_found_by_name_then_by_place(void **state)
{
    (void)state;
    static const struct names spellings[] = {
        {"model_weights", {"conv/kernel:0", "conv/bias:0"}, {"output/kernel:0", "output/bias:0"},
            H5_TYPE_F32},
        {"model_weights", {"conv/bias", "conv/kernel"}, {"output/bias", "output/kernel"},
            H5_TYPE_F64}, /* Keras 3; and not in our order */
        {"", {"s/conv/kernel:0", "s/conv/bias:0"}, {"s/output/kernel:0", "s/output/bias:0"},
            H5_TYPE_F32},
        {"model_weights", {"conv_W:0", "conv_b:0"}, {"Variable:0", "Variable_1:0"}, H5_TYPE_F64},
    };
    struct network *expected = tiny_network(TINY);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct error err = {0};
        write_named("net.h5", &spellings[i], TINY);
        struct model *model = model_open("net.h5", NULL, &err);
        if (!model)
            print_message("%zu: %s\n", i, err.text);
        assert_non_null(model);
        assert_null(model->writer);
        assert_true(weights_equal(expected, model->network));
        model_destroy(model);
    }
    network_destroy(expected);
}

static void long_lists_of_names_come_in_pieces(void **state)
{
    (void)state;
    struct error err = {0};
    static const char *const first[] = {"input", "conv"}, *const second[] = {"flatten", "output"};
    tiny_write("net.h5");
    hid_t file = H5Fopen("net.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t group = H5Gopen2(file, "model_weights", H5P_DEFAULT);
    for (int i = 0; i < 2; i++) {
        hid_t type = H5Tcopy(H5T_C_S1);
        hsize_t two = 2;
        H5Tset_size(type, H5T_VARIABLE);
        hid_t space = H5Screate_simple(1, &two, NULL);
        hid_t at = H5Acreate2(
            group, i ? "layer_names1" : "layer_names0", type, space, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Awrite(at, type, i ? second : first) >= 0);
        H5Aclose(at);
        H5Sclose(space);
        H5Tclose(type);
    }
    assert_true(H5Adelete(group, "layer_names") >= 0);
    H5Gclose(group);
    H5Fclose(file);
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    model_destroy(model);
}

static void weights_alone_need_an_architecture(void **state)
{
    (void)state;
    static const struct names plain = {
        "", {"conv/kernel:0", "conv/bias:0"}, {"output/kernel:0", "output/x:0"}, H5_TYPE_F32};
    struct error err = {0};
    write_named("weights.h5", &plain, NULL);
    tiny_write("whole.h5");
    files_write("net.json", TINY, strlen(TINY));
    files_write("bad.json", "{\"class_name\": ", 15);
    assert_refused("weights.h5", NULL,
        "weights.h5: holds only weights, and not those of the lab's DeepID: give their "
        "architecture");
    assert_refused("weights.h5", "none.json", "none.json: No such file or directory");
    assert_null(model_open("weights.h5", "bad.json", &err));
    assert_memory_equal(err.text, "bad.json: line 1: ", 18); /* the rest is the parser's */
    static const char *const architectures[] = {"whole.h5", "net.json"};
    for (int i = 0; i < 2; i++) {
        struct model *model = model_open("weights.h5", architectures[i], &err);
        assert_non_null(model);
        assert_false(model->whole);
        assert_int_equal(model->network->n_classes, 3);
        model_destroy(model);
    }
}

static void the_labs_weights_open_alone(void **state)
{
    (void)state;
    struct error err = {0};
    char *json = keras_deepid_json(4);
    struct network *network = tiny_network(json);
    assert_true(keras_write(network, json, "net.h5", false, &err));
    hid_t file = H5Fopen("net.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete(file, "model_config") >= 0);
    H5Fclose(file);
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    assert_false(model->whole);
    assert_int_equal(model->network->n_classes, 4);
    assert_int_equal(model->network->n_layers, 15);
    assert_true(weights_equal(network, model->network));
    model_destroy(model);
    network_destroy(network);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_spelling_is_the_same_net, files_each),
        cmocka_unit_test_setup(keras_3_tensors_are_connections, files_each),
        cmocka_unit_test_setup(unknown_settings_are_refused, files_each),
        cmocka_unit_test_setup(a_written_net_reads_back_equal, files_each),
        cmocka_unit_test_setup(a_net_opens_from_memory, files_each),
        cmocka_unit_test_setup(weights_are_found_by_name_then_by_place, files_each),
        cmocka_unit_test_setup(long_lists_of_names_come_in_pieces, files_each),
        cmocka_unit_test_setup(weights_alone_need_an_architecture, files_each),
        cmocka_unit_test_setup(the_labs_weights_open_alone, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
