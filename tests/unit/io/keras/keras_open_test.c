/* load: what a net's file leaves to be said: the size of images, the layers of weights alone. */
#include "tests/unit/io/load_files.h"

#include "engine/base/image_size.h"
#include "engine/io/nets/model_like.h"

#define INPUT(shape)                                                                           \
    "{\"class_name\": \"InputLayer\", \"name\": \"input\", \"config\": {\"name\": \"input\", " \
    "\"batch_input_shape\": [null, " shape "]}, \"inbound_nodes\": []}"
#define POOL(format)                                                                  \
    TINY_LAYER("GlobalAveragePooling2D", "pool", ", \"data_format\": \"" format "\"", \
        "[[\"input\", 0, 0, {}]]")
#define POOLED(shape, format) \
    FUNCTIONAL(INPUT(shape) ", " POOL(format) ", " TINY_DENSE("pool"), TINY_ENDS)

static void sizes_are_read(void **state)
{
    (void)state;
    struct image_size size;
    assert_true(image_size_parse("32x48", &size));
    assert_true(size.height == 32 && size.width == 48);
    assert_true(image_size_parse("7", &size));
    assert_true(size.height == 7 && size.width == 7);
    static const char *const bad[] = {
        "", "x", "32x", "x32", "32x48x3", "0x3", "-1x3", "3.5", "32 x 48", "99999999999x2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(image_size_parse(bad[i], &size));
}

/* A net of the JSON whose weights are those of another file with the same ones. */
static struct model *opened(
    const char *json, const char *weights, int height, int width, bool *any_size, struct error *err)
{
    files_write("net.json", json, strlen(json));
    const struct model_options options = {
        .architecture = "net.json", .size = {height, width}, .any_size = any_size};
    return model_open_with(weights, &options, err);
}

static void write_pooled(void)
{
    struct error err = {0};
    const char *json = POOLED("5, 4, 2", "channels_last");
    struct network *network = keras_network(json, "pooled", &err);
    assert_non_null(network);
    assert_true(keras_write(network, json, "pooled.h5", true, &err));
    network_destroy(network);
}

static void open_sizes_are_given(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int height, width, channels;
    } good[] = {
        {POOLED("null, null, 2", "channels_last"), 9, 7, 2},
        {POOLED("9, null, 2", "channels_last"), 9, 7, 2},
        {POOLED("null, 7, 2", "channels_last"), 9, 7, 2},
        {POOLED("2, null, null", "channels_first"), 9, 7, 2},
        {POOLED("9, 7, 2", "channels_last"), 9, 7, 2}, /* said already */
    };
    write_pooled();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct error err = {0};
        bool any_size = true;
        struct model *model = opened(good[i].json, "pooled.h5", 9, 7, &any_size, &err);
        assert_non_null(model);
        assert_false(any_size);
        const struct shape expected = shape_image(good[i].height, good[i].width, good[i].channels);
        assert_true(shape_equal(&model->network->layers[model->network->input].shape, &expected));
        assert_true(model_save(model, model->network, "same.h5", true, &err));
        assert_true(files_same("pooled.h5", "same.h5"));
        model_destroy(model);
    }
}

static void open_sizes_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *json, *message;
        int height, width;
        bool any_size;
    } bad[] = {
        {POOLED("null, null, 2", "channels_last"),
            "pooled.h5: takes images of any size: say which, with --input-size HxW", 0, 0, true},
        {POOLED("2, 7, null", "channels_first"),
            "pooled.h5: takes images of any size: say which, with --input-size HxW", 0, 0, true},
        {POOLED("9, 7, 2", "channels_last"), "net.json: input: its images are 9x7, not 9x8", 9, 8,
            false},
        {POOLED("9, null, 2", "channels_last"), "net.json: input: its images are 9x7, not 8x7", 8,
            7, false},
        {POOLED("null, null, null", "channels_last"),
            "net.json: layer input (InputLayer): batch_input_shape does not fix the size of the "
            "images",
            9, 7, false},
    };
    write_pooled();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        bool any_size = !bad[i].any_size;
        assert_null(opened(bad[i].json, "pooled.h5", bad[i].height, bad[i].width, &any_size, &err));
        assert_string_equal(err.text, bad[i].message);
        assert_int_equal(err.class, ERROR_INPUT);
        assert_int_equal(any_size, bad[i].any_size);
    }
}

/* What is looked at or compared is not run: a size that it allows will do. */
static void open_sizes_are_found(void **state)
{
    (void)state;
    struct error err = {0};
    struct image_size chosen;
    bool any_size = true;
    const struct model_options options = {.architecture = "net.json", .any_size = &any_size};
    write_pooled();
    assert_null(opened(POOLED("9, null, 2", "channels_last"), "pooled.h5", 0, 0, NULL, &err));
    assert_null(model_open_any("pooled.h5", &options, &chosen, &err));
    assert_true(any_size); /* no square that is tried has nine rows */
    assert_null(opened(POOLED("null, null, 2", "channels_last"), "pooled.h5", 0, 0, NULL, &err));
    struct model *model = model_open_any("pooled.h5", &options, &chosen, &err);
    assert_non_null(model);
    assert_false(any_size);
    assert_int_equal(model->network->layers[model->network->input].shape.dim[0], chosen.height);
    model_destroy(model);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_true(model_inspect("pooled.h5", &options, out, &err));
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "it can be run: "));
    assert_non_null(strstr(text, "it takes images of any size: "));
    free(text);
}

/* Weights alone that were saved from a net have its layers. */
static void weights_are_opened_like_another_net(void **state)
{
    (void)state;
    static const char tiny[] = TINY;
    struct error err = {0};
    const struct model_options options = {.architecture = NULL};
    tiny_write("tiny.h5");
    hid_t file = H5Fopen("tiny.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete(file, "model_config") >= 0);
    H5Fclose(file);
    assert_int_equal(rename("tiny.h5", "pruned.weights.h5"), 0);
    tiny_write("a.h5");
    struct model *original = model_open("a.h5", NULL, &err);
    assert_non_null(original);
    assert_null(model_open_with("pruned.weights.h5", &options, &err));
    struct model *pruned = model_open_like("pruned.weights.h5", &options, original, &err);
    assert_non_null(pruned);
    model_destroy(pruned);
    model_destroy(original);
    files_write("a.config.json", tiny, sizeof tiny - 1);
    assert_int_equal(link("pruned.weights.h5", "a.weights.h5"), 0);
    original = model_open("a.weights.h5", NULL, &err);
    assert_non_null(original);
    pruned = model_open_like("pruned.weights.h5", &options, original, &err);
    assert_non_null(pruned);
    model_destroy(pruned);
    model_destroy(original);
}

static void layers_are_found_beside_weights(void **state)
{
    (void)state;
    static const struct {
        const char *weights, *layers;
    } pairs[] = {{"a.weights.h5", "a.config.json"}, {"a.weights.h5", "a.json"},
        {"a.weights.h5", "config.json"}, {"a_weights.h5", "a.json"},
        {"a_weights.h5", "a_architecture.json"}, {"a.h5", "a.json"}};
    static const char tiny[] = TINY;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct error err = {0};
        files_clear();
        tiny_write("tiny.h5");
        hid_t file = H5Fopen("tiny.h5", H5F_ACC_RDWR, H5P_DEFAULT);
        assert_true(H5Adelete(file, "model_config") >= 0);
        H5Fclose(file);
        assert_int_equal(rename("tiny.h5", pairs[i].weights), 0);
        assert_null(model_open(pairs[i].weights, NULL, &err));
        files_write(pairs[i].layers, tiny, sizeof tiny - 1);
        struct model *model = model_open(pairs[i].weights, NULL, &err);
        assert_non_null(model);
        assert_string_equal(model->beside, pairs[i].layers);
        assert_false(model->whole);
        assert_true(model_save(model, model->network, "same.weights.h5", true, &err));
        assert_true(files_same(pairs[i].weights, "same.weights.h5"));
        model_destroy(model);
    }
    tiny_write("b.h5"); /* a whole model says its own layers */
    files_write("b.json", "no net", 6);
    struct error err = {0};
    struct model *model = model_open("b.h5", NULL, &err);
    assert_non_null(model);
    assert_null(model->beside);
    model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test_setup(open_sizes_are_given, files_each),
        cmocka_unit_test_setup(open_sizes_are_asked_for, files_each),
        cmocka_unit_test_setup(open_sizes_are_found, files_each),
        cmocka_unit_test_setup(weights_are_opened_like_another_net, files_each),
        cmocka_unit_test_setup(layers_are_found_beside_weights, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
