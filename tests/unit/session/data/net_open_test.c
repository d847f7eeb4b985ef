/* Nets as a session's options say how they are read: an ONNX net whose weights lie in another file
 * is opened, and compared with itself. */
#include "engine/session/state/net_open.h"
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"

static void write_net(void)
{
    struct onnx_making making;
    onnx_begin(&making, 17, 1, (const int64_t[]){2});
    float *matrix = onnx_weight(&making, "fc.weight", 2, (const int64_t[]){2, 3});
    onnx_node(&making, "MatMul", "y", ONNX_INPUTS("x", "fc.weight"));
    files_write("net.data", matrix, 6 * sizeof *matrix);
    onnx_external(&making, "fc.weight", "net.data", "0", "24");
    onnx_write(&making, "net.onnx");
    onnx_finish(&making);
}

static void weights_outside_are_found_for_the_net_itself_alone(void **state)
{
    (void)state;
    struct error err = {0};
    struct image_size found;
    struct options options = OPTIONS_DEFAULT;
    options.model = "net.onnx";
    options.external_data = "net.data";
    write_net();
    struct model *net = net_open(&options, "net.onnx", &found, &err);
    assert_non_null(net);
    struct model *same = net_open_beside(&options, "net.onnx", net->network, &err);
    assert_non_null(same);
    assert_true(weights_equal(net->network, same->network));
    model_destroy(same);
    /* another net has files of its own */
    assert_int_equal(rename("net.onnx", "other.onnx"), 0);
    assert_null(net_open_beside(&options, "other.onnx", net->network, &err));
    assert_non_null(strstr(err.text, "name it with --external-data"));
    model_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(weights_outside_are_found_for_the_net_itself_alone, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
