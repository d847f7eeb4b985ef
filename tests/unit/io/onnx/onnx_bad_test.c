/* ONNX nets that must be refused: in one line that names the file, the place and the reason. */
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"

/* A net of one node between x and y, with whatever the case adds. */
static void begin(struct onnx_making *making)
{
    onnx_begin(making, 17, 3, (const int64_t[]){2, 3, 3});
    onnx_weight(making, "w", 4, (const int64_t[]){4, 2, 3, 3});
}

static void expect(struct onnx_making *making, const char *message)
{
    onnx_write(making, "bad.onnx");
    assert_refused("bad.onnx", NULL, message);
    onnx_finish(making);
}

static void operators_are_named(void **state)
{
    (void)state;
    struct onnx_making making;
    begin(&making);
    onnx_node(&making, "GRU", "a", ONNX_INPUTS("x"));
    onnx_node(&making, "Einsum", "b", ONNX_INPUTS("a"));
    onnx_node(&making, "GRU", "c", ONNX_INPUTS("b"));
    onnx_node(&making, "FusedConv", "y", ONNX_INPUTS("c"))->domain = (char *)"com.microsoft";
    expect(&making, "bad.onnx: operators that are not supported: GRU, Einsum, "
                    "com.microsoft.FusedConv");
    begin(&making);
    onnx_node(&making, "", "y", ONNX_INPUTS("x"));
    expect(&making, "bad.onnx: its node 0 has no operator, or gives nothing");
}

static void settings_are_understood_or_refused(void **state)
{
    (void)state;
    struct onnx_making making;
    begin(&making);
    Onnx__NodeProto *node = onnx_node(&making, "Relu", "y", ONNX_INPUTS("x"));
    onnx_int(&making, node, "surprise", 3);
    expect(&making, "bad.onnx: node y (Relu): its attribute surprise is unknown, and might change "
                    "what it computes");
    begin(&making);
    onnx_ints(&making, onnx_node(&making, "Conv", "y", ONNX_INPUTS("x", "w")), "kernel_shape", 2,
        (const int64_t[]){5, 5});
    expect(&making, "bad.onnx: node y (Conv): kernel_shape is not that of its weight");
    begin(&making);
    onnx_int(&making, onnx_node(&making, "Conv", "y", ONNX_INPUTS("x", "w")), "group", 2);
    expect(&making, "bad.onnx: node y (Conv): 2 groups of 2 channels do not fit 2 channels and 4 "
                    "filters");
}

static void weights_are_inside_and_whole(void **state)
{
    (void)state;
    struct onnx_making making;
    begin(&making);
    onnx_node(&making, "Conv", "y", ONNX_INPUTS("x", "w"));
    Onnx__TensorProto *weight = onnx_tensor_named(&making, "w");
    weight->has_data_location = true;
    weight->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    expect(&making, "bad.onnx: weight w is in another file, but it is not said in which");
    begin(&making);
    onnx_node(&making, "Conv", "y", ONNX_INPUTS("x", "w"));
    onnx_tensor_named(&making, "w")->raw_data.len -= 4;
    expect(&making, "bad.onnx: weight w does not have the 72 numbers of its shape");
    begin(&making);
    onnx_node(&making, "Conv", "y", ONNX_INPUTS("x", "w"));
    onnx_tensor_named(&making, "w")->dims[0] = (int64_t)1 << 40;
    expect(&making, "bad.onnx: weight w is too large");
}

static void graphs_are_whole(void **state)
{
    (void)state;
    struct onnx_making making;
    begin(&making);
    onnx_node(&making, "Relu", "y", ONNX_INPUTS("nothing"));
    expect(&making, "bad.onnx: node y (Relu): its input nothing is given by nothing before it");
    begin(&making);
    onnx_node(&making, "Relu", "z", ONNX_INPUTS("x"));
    expect(&making, "bad.onnx: its output y is not made from the images");
    begin(&making);
    making.model.opset_import[0]->version = 3;
    onnx_node(&making, "Relu", "y", ONNX_INPUTS("x"));
    expect(&making, "bad.onnx: its operators are of opset 3, expected 7 to 25");
    begin(&making);
    making.model.graph = NULL;
    expect(&making, "bad.onnx: is an ONNX model without a graph");
}

/* Bytes that protobuf-c would take much memory or stack for never get there. */
static void bombs_are_refused_before_they_are_read(void **state)
{
    (void)state;
    struct onnx_making making;
    size_t size;
    begin(&making);
    onnx_node(&making, "Relu", "y", ONNX_INPUTS("x"));
    uint8_t *bytes = onnx_bytes(&making, &size);
    files_write("bad.onnx", bytes, size - 1);
    struct error err = {0};
    assert_null(model_open("bad.onnx", NULL, &err));
    assert_non_null(strstr(err.text, "bad.onnx: it is cut short or damaged at byte "));
    onnx_finish(&making);

    enum { NODES = 500000 };
    uint8_t *many = malloc(2 * NODES + 16);
    memcpy(many, "\x08\x08\x3a\x80\x89\x3d", 6); /* a graph of 1,000,000 bytes */
    for (int i = 0; i < NODES; i++)
        memcpy(many + 6 + 2 * i, "\x0a\x00", 2); /* empty nodes */
    many[3] = (uint8_t)(2 * NODES % 128 | 128);
    many[4] = (uint8_t)(2 * NODES / 128 % 128 | 128);
    many[5] = (uint8_t)(2 * NODES / 128 / 128);
    files_write("bad.onnx", many, 2 * NODES + 6);
    assert_refused("bad.onnx", NULL, "bad.onnx: it has more than 400000 messages");
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(operators_are_named, files_each),
        cmocka_unit_test_setup(settings_are_understood_or_refused, files_each),
        cmocka_unit_test_setup(weights_are_inside_and_whole, files_each),
        cmocka_unit_test_setup(graphs_are_whole, files_each),
        cmocka_unit_test_setup(bombs_are_refused_before_they_are_read, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
