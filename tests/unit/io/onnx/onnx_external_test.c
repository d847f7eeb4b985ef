/* Weights of ONNX nets in another file: only the one that is named is read, whatever the net says.
 */
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"

static float *matrix; /* [2, 3], what the net computes with */

/* y = x W, the weight at byte 8 of "net.data", unless a test says otherwise. */
static void begin(struct onnx_making *making, const char *location, const char *offset)
{
    onnx_begin(making, 17, 1, (const int64_t[]){2});
    matrix = onnx_weight(making, "fc.weight", 2, (const int64_t[]){2, 3});
    onnx_node(making, "MatMul", "y", ONNX_INPUTS("x", "fc.weight"));
    char data[8 + 6 * sizeof(float)] = "before.";
    memcpy(data + 8, matrix, 6 * sizeof(float));
    files_write("net.data", data, sizeof data);
    onnx_external(making, "fc.weight", location, offset, "24");
}

static struct model *open_with(const char *external, struct error *err)
{
    return model_open_with("net.onnx", &(struct model_options){.external = external}, err);
}

/* The saved net has its weights inside, and is the same. */
static void weights_are_read_from_the_file_that_is_named(void **state)
{
    (void)state;
    struct error err = {0};
    struct onnx_making making;
    begin(&making, "./net.data", "8");
    onnx_write(&making, "net.onnx");
    struct model *model = open_with("net.data", &err);
    if (!model)
        print_message("%s\n", err.text);
    assert_non_null(model);
    struct network *network = network_clone(model->network);
    const struct layer *layer = &model->network->layers[network_find(model->network, "fc")];
    assert_memory_equal(layer->weights[0].data, matrix, 6 * sizeof *matrix);
    weight_zero_channel(&network->layers[network_find(network, "fc")].weights[0], 1);
    assert_true(model_save_known(model, network, "why", "out.onnx", false, &err));
    struct model *again = model_open("out.onnx", NULL, &err);
    assert_non_null(again);
    assert_true(weights_equal(network, again->network));
    assert_string_equal(again->knowledge, "why");
    model_destroy(again);
    model_destroy(model);
    network_destroy(network);
    onnx_finish(&making);
}

static void nothing_else_is_opened(void **state)
{
    (void)state;
    static const struct {
        const char *location, *offset, *named, *message;
    } cases[] = {
        {"net.data", "8", NULL,
            "net.onnx: weight fc.weight is in another file, net.data: name it with --external-data "
            "FILE, or save the model with its weights inside (torch.onnx.export(…, "
            "external_data=False))"},
        {"other.data", "8", "net.data",
            "net.onnx: weight fc.weight is in other.data, but --external-data names net.data"},
        {"../net.data", "8", "net.data",
            "net.onnx: weight fc.weight is in ../net.data, outside the folder of the net: it is "
            "not "
            "opened"},
        {"a/../../net.data", "8", "net.data",
            "net.onnx: weight fc.weight is in a/../../net.data, outside the folder of the net: it "
            "is "
            "not opened"},
        {"/etc/passwd", "8", "net.data",
            "net.onnx: weight fc.weight is in /etc/passwd, outside the folder of the net: it is "
            "not "
            "opened"},
        {"net.data", "9", "net.data", "net.onnx: weight fc.weight lies beyond the end of net.data"},
        {"net.data", "18446744073709551608", "net.data",
            "net.onnx: weight fc.weight: its offset is no number"},
        {"net.data", "-8", "net.data", "net.onnx: weight fc.weight: its offset is no number"},
        {"net.data", "8", "gone.data", "gone.data: No such file or directory"},
        {"", "8", "net.data",
            "net.onnx: weight fc.weight is in another file, but it is not said in which"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        struct onnx_making making;
        begin(&making, cases[i].location, cases[i].offset);
        onnx_write(&making, "net.onnx");
        assert_null(open_with(cases[i].named, &err));
        assert_string_equal(err.text, cases[i].message);
        onnx_finish(&making);
    }
}

static void an_option_that_has_no_effect_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    onnx_write_small("net.onnx");
    files_write("net.data", "x", 1);
    assert_null(open_with("net.data", &err));
    assert_string_equal(
        err.text, "net.onnx: all its weights are inside: leave out --external-data");
    files_write("net.onnx", "no net", 6);
    assert_null(open_with("net.data", &err));
    assert_string_equal(err.text, "net.onnx: is no ONNX net: leave out --external-data");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(weights_are_read_from_the_file_that_is_named, files_each),
        cmocka_unit_test_setup(nothing_else_is_opened, files_each),
        cmocka_unit_test_setup(an_option_that_has_no_effect_is_told, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
