/* load: which Keras opens what is saved, by how the file is spelled. */
#include "engine/io/keras/keras_opens.h"

#include "tests/unit/io/load_files.h"

#define SEQUENTIAL(layers) \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": [" layers "]}}"
#define PLAIN(class) \
    "{\"class_name\": \"" class "\", \"config\": {\"name\": \"n\", \"trainable\": true}}"
#define MODEL(layers) "{\"class_name\": \"Model\", \"config\": {\"layers\": [" layers "]}}"
#define FUNCTION(layers) "{\"class_name\": \"Functional\", \"config\": {\"layers\": [" layers "]}}"
#define OP                                                                           \
    "{\"class_name\": \"Add\", \"config\": {\"name\": \"add\"}, \"inbound_nodes\": " \
    "[{\"args\": [{\"class_name\": \"__keras_tensor__\"}, 3.0], \"kwargs\": {}}]}"

static const struct {
    const char *json, *version;
    bool archive;
    const char *opens_in;
} files[] = {
    {MODEL(PLAIN("InputLayer")), "2.2.4", false, "Keras 2 and Keras 3"},
    {FUNCTION(PLAIN("InputLayer")), "2.7.0", false,
        "Keras 2.4 to 2.15 and Keras 3; not Keras 2.3 or older (class Functional)"},
    {SEQUENTIAL(PLAIN("InputLayer") ", " PLAIN("Dense")), "2.4.0", false, "Keras 2 and Keras 3"},
    {SEQUENTIAL(PLAIN("Dense")), "2.4.0", false,
        "Keras 2; not Keras 3 (a Sequential without an InputLayer)"},
    {"{\"class_name\": \"Sequential\", \"config\": [" PLAIN("Dense") "]}", NULL, false,
        "Keras 2; not Keras 3 (a Sequential without an InputLayer)"},
    {"{\"class_name\": \"Sequential\", \"config\": {\"layers\": [" PLAIN(
         "Dense") "], \"build_input_shape\": [null, 4]}}",
        "2.11.0", false, "Keras 2 and Keras 3"},
    {SEQUENTIAL(PLAIN("InputLayer") ", " FUNCTION(PLAIN("InputLayer"))), "2.7.0", false,
        "Keras 2.4 to 2.15 and Keras 3; not Keras 2.3 or older (class Functional)"},
    {FUNCTION(PLAIN("TFOpLambda")), "2.7.0", false, "Keras 2.4 to 2.15; not Keras 3 (TFOpLambda)"},
    {FUNCTION(PLAIN("InputLayer")), "3.9.0", true, "Keras 3"},
    {FUNCTION(PLAIN("InputLayer")), "2.13.1", true, "Keras 2.12 to 2.15 and Keras 3"},
    {FUNCTION(PLAIN("InputLayer")), "3.9.0", false,
        "Keras 3; not Keras 2, which does not know how it is spelled"},
    {FUNCTION(OP), "3.9.0", true, "Keras 3"},
    {FUNCTION(OP), "3.9.0", false,
        "no Keras: it has operations between layers, which Keras 3 writes into an .h5 but does not "
        "read; save the net as .keras there and prune that"},
    {"{", "3.9.0", true, NULL},
};

static void spelling_says_who_opens_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct keras_net net = {.whole = true,
            .archive = files[i].archive,
            .json = (char *)files[i].json,
            .version = (char *)files[i].version};
        char *text = keras_opens_in(&net);
        if (files[i].opens_in)
            assert_string_equal(text, files[i].opens_in);
        else
            assert_null(text);
        free(text);
        net.whole = false;
        text = keras_opens_in(&net);
        assert_true(!files[i].opens_in || strstr(text, "load_weights"));
        free(text);
    }
}

static void models_say_it(void **state)
{
    (void)state;
    struct error err = {0};
    tiny_write("net.h5");
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    assert_string_equal(model->opens_in,
        "Keras 2.4 to 2.15 and Keras 3; not Keras 2.3 or older (class Functional)");
    model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spelling_says_who_opens_it),
        cmocka_unit_test_setup(models_say_it, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
