/* net: graphs, how they may be built and end, and what is said about bad ones. */
#include "engine/nn/forward/reference_pass.h"

#include "tests/nets.h"

#include "tests/test.h"

/* One layer between an input and a Flatten: the settings and what is said about it. */
static const struct {
    const char *class, *shape, *settings, *error;
} refused[] = {
    {"Conv2D", "9,9,3", "filters=4 kernel_size=0,3",
        "layer x (Conv2D): kernel_size is 0x3, expected 1 or more"},
    {"Conv2D", "9,9,3", "filters=4", "layer x (Conv2D): kernel_size is 0x0, expected 1 or more"},
    {"Conv2D", "9,9,3", "kernel_size=3", "layer x (Conv2D): filters is 0, expected 1 or more"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 strides=0",
        "layer x (Conv2D): strides is 0x0, expected 1 or more"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 padding=causal",
        "layer x (Conv2D): padding is \"causal\", expected same or valid"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 data_format=channels_first",
        "layer x (Conv2D): data_format is channels_first, but its input is channels_last"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 groups=2",
        "layer x (Conv2D): 2 groups do not divide 3 channels and 4 filters"},
    {"Conv2D", "9,4,3", "filters=4 kernel_size=3 dilation_rate=1,2",
        "layer x (Conv2D): its window of 5 pixels does not fit into 4"},
    {"Conv2D", "9,9", "filters=4 kernel_size=3",
        "layer x (Conv2D): its input is 9x9, expected height x width x channels"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 activation=glu",
        "layer x (Conv2D): activation \"glu\" is unknown"},
    {"Conv2D", "9,9,3", "filters=2000000000 kernel_size=9",
        "layer x (Conv2D): its weight kernel is too large"},
    {"Conv2D", "9000,9000,1", "filters=4 kernel_size=1",
        "layer x (Conv2D): its output is too large"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=2000000000 padding=same",
        "layer x (Conv2D): its window or stride is too large"},
    {"DepthwiseConv2D", "9,9,3", "kernel_size=3 depth_multiplier=0",
        "layer x (DepthwiseConv2D): depth_multiplier is 0, expected 1 or more"},
    {"DepthwiseConv2D", "9,9,3", "kernel_size=1 depth_multiplier=1000000000",
        "layer x (DepthwiseConv2D): its weight depthwise_kernel is too large"},
    {"SeparableConv2D", "900,900,3", "filters=1 kernel_size=1 depth_multiplier=90000",
        "layer x (SeparableConv2D): its output is too large"},
    {"SeparableConv2D", "9,9,3", "kernel_size=1",
        "layer x (SeparableConv2D): filters is 0, expected 1 or more"},
    {"Dense", "9", "", "layer x (Dense): units is 0, expected 1 or more"},
    {"Dense", "9,9,70000", "units=70000", "layer x (Dense): its weight kernel is too large"},
    {"MaxPooling2D", "1,9,3", "",
        "layer x (MaxPooling2D): its window of 2 pixels does not fit "
        "into 1"},
    {"Reshape", "3,4", "target_shape=5,-1",
        "layer x (Reshape): target_shape does not hold the 12 values of its input"},
    {"Reshape", "3,4", "target_shape=2,5",
        "layer x (Reshape): target_shape does not hold the 12 values of its input"},
    {"Reshape", "3,4", "target_shape=-1,-1",
        "layer x (Reshape): target_shape does not hold the 12 values of its input"},
    {"Reshape", "3,4", "target_shape=4.8,2.5",
        "layer x (Reshape): target_shape does not hold the 12 values of its input"},
    {"ZeroPadding2D", "3,4,1", "padding=-1,1",
        "layer x (ZeroPadding2D): padding holds -1, expected a whole number from 0"},
    {"ZeroPadding2D", "3,4,1", "padding=500000000",
        "layer x (ZeroPadding2D): its output is too large"},
    {"BatchNormalization", "3,4,1", "axis=1",
        "layer x (BatchNormalization): axis is 1, only that of the channels is supported"},
    {"Softmax", "3,4", "axis=1",
        "layer x (Softmax): axis is 1, only that of the channels is supported"},
    {"ELU", "3,4", "alpha=-1", "layer x (ELU): alpha is -1, expected 0 or more"},
    {"ReLU", "3,4", "threshold=-1", "layer x (ReLU): threshold is -1, expected 0 or more"},
    {"ReLU", "3,4", "max_value=-1", "layer x (ReLU): max_value is -1, expected more than 0"},
    {"Rescaling", "3,4", "scale=1,2",
        "layer x (Rescaling): scale is neither a number nor one for each of 4 channels"},
    {"Add", "3,4", "", "layer x (Add): it has 1 inputs, expected at least 2"},
    {"LSTM", "3,4", "units=5", "layer x (LSTM): this type of layer is not supported"},
    {"Dropout", "null,4,3", "",
        "layer in (InputLayer): batch_input_shape does not fix the size of the images"},
    {"Dropout", "0,4,3", "",
        "layer in (InputLayer): batch_input_shape holds 0, expected a whole number from 1"},
    {"Dropout", "2,2,2,2,2", "",
        "layer in (InputLayer): batch_input_shape has 5 dimensions, expected 1 to 4"},
    {"Dropout", "90000,90000,3", "", "layer in (InputLayer): its output is too large"},
};

static void bad_layers_are_refused_in_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct error err = {0};
        char shape[128];
        snprintf(shape, sizeof shape, "batch_input_shape=null,%s", refused[i].shape);
        const struct test_node nodes[] = {
            {"InputLayer", "in", shape, ""},
            {refused[i].class, "x", refused[i].settings, "in"},
            {"Flatten", "out", "", "x"},
        };
        struct network *network = test_network(nodes, 3, &err);
        if (network)
            print_error("%s %s is not refused\n", refused[i].class, refused[i].settings);
        assert_null(network);
        assert_string_equal(err.text, refused[i].error);
        assert_int_equal(err.class, ERROR_INPUT);
    }
}

enum { GRAPH_MAX = 5 };

static const struct {
    struct test_node nodes[GRAPH_MAX];
    const char *error;
} bad_graphs[] = {
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Add", "a", "", "in b"},
         {"Dropout", "b", "", "a"}},
        "layer a (Add): its inputs lead back to itself"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Dropout", "a", "", "a"}},
        "layer a (Dropout): its inputs lead back to itself"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Dropout", "a", "", "c"}},
        "layer a (Dropout): its input c does not exist"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Dropout", "a", "", "in"},
         {"Dropout", "a", "", "in"}},
        "two layers are called a"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"InputLayer", "two", "input_shape=4", ""},
         {"Add", "a", "", "in two"}},
        "the network has two inputs, in and two"},
    {{{"Dropout", "a", "", ""}}, "layer a (Dropout): it has 0 inputs, expected 1"},
    {{{"InputLayer", "in", "input_shape=4", ""}},
        "layer in (InputLayer): the network ends with 4, expected one value per class"},
    {{{"InputLayer", "in", "input_shape=4,4", ""}, {"Dropout", "a", "", "in"}},
        "layer a (Dropout): the network ends with 4x4, expected one value per class"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Dense", "a", "units=3", "in"},
         {"Add", "b", "", "in a"}},
        "layer b (Add): its inputs are 4 and 3, which do not fit each other"},
    {{{"InputLayer", "in", "input_shape=2,4", ""}, {"Reshape", "a", "target_shape=4,2", "in"},
         {"Concatenate", "b", "", "in a"}},
        "layer b (Concatenate): its inputs are 2x4 and 4x2, which differ before the channels"},
    {{{"InputLayer", "in", "", ""}}, "layer in (InputLayer): the shape of the images is missing"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Dropout", "a", "", "in in"}},
        "layer a (Dropout): it has 2 inputs, expected 1"},
    {{{"InputLayer", "in", "input_shape=4", ""}, {"Evil\x1b[2J", "a", "", "in"}},
        "layer a (Evil\\x1b[2J): this type of layer is not supported"},
};

static void bad_graphs_are_refused_in_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_graphs / sizeof *bad_graphs; i++) {
        struct error err = {0};
        int n = 0;
        while (n < GRAPH_MAX && bad_graphs[i].nodes[n].class_name)
            n++;
        assert_null(test_network(bad_graphs[i].nodes, n, &err));
        assert_string_equal(err.text, bad_graphs[i].error);
    }
    struct error err = {0};
    assert_null(network_create(NULL, 0, "x", &err));
    const struct node input = {.class_name = "Dropout", .name = "a"};
    assert_null(network_create(&input, 1, "b", &err));
}

static void nodes_may_come_in_any_order(void **state)
{
    (void)state;
    struct error err = {0};
    struct test_node nodes[TEST_DEEPID_LAYERS];
    for (int i = 0; i < TEST_DEEPID_LAYERS; i++) {
        nodes[i] = test_deepid[TEST_DEEPID_LAYERS - 1 - i];
        if (!nodes[i].inputs)
            nodes[i].inputs = test_deepid[TEST_DEEPID_LAYERS - 2 - i].name;
    }
    /* The helper takes the last node for the output: put it there. */
    struct test_node output = nodes[0];
    memmove(nodes, nodes + 1, (TEST_DEEPID_LAYERS - 1) * sizeof *nodes);
    nodes[TEST_DEEPID_LAYERS - 1] = output;
    struct network *network = test_network(nodes, TEST_DEEPID_LAYERS, &err);
    assert_non_null(network);
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs; k++)
            assert_true(network->layers[i].inputs[k] < i);
    assert_string_equal(network->layers[network->output].name, "output");
    assert_string_equal(network->layers[network->input].name, "input");
    network_destroy(network);
}

static void a_long_chain_needs_no_deep_stack(void **state)
{
    (void)state;
    enum { LENGTH = 20000 };
    struct error err = {0};
    struct node *nodes = memory_array(LENGTH, sizeof *nodes);
    char(*names)[16] = memory_array(LENGTH, sizeof *names);
    struct layer_config shape = test_settings("input_shape=2");
    for (int i = 0; i < LENGTH; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        /* the input is the last node: the walk from the first goes through all */
        nodes[i] = (struct node){.class_name = i == LENGTH - 1 ? "InputLayer" : "Dropout",
            .name = names[i],
            .n_inputs = i < LENGTH - 1,
            .inputs = {i < LENGTH - 1 ? names[i + 1] : NULL}};
    }
    nodes[LENGTH - 1].settings = shape;
    struct network *network = network_create(nodes, LENGTH, "n0", &err);
    assert_non_null(network);
    assert_int_equal(network->input, 0);
    assert_int_equal(network->output, LENGTH - 1);
    network_destroy(network);
    test_settings_free(&shape);
    free(nodes);
    free(names);
}

/* A file may describe weights it does not hold: describing them costs no memory. */
static void weights_nobody_touches_cost_nothing(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    print_message("SKIPPED: the sanitizer writes to all memory it gives\n");
    skip();
#endif
    struct error err = {0};
    const struct test_node nodes[] = {
        {"InputLayer", "in", "input_shape=20000", ""}, {"Dense", "x", "units=20000", "in"}};
    size_t before = memory_peak();
    struct network *network = test_network(nodes, 2, &err);
    assert_true(!network || network->n_parameters == 400020000);
    assert_true(memory_peak() - before < 100 << 20);
    network_destroy(network);
}

/* How a net may end, and the layer whose soft-max is left out. */
static const struct {
    struct test_node nodes[GRAPH_MAX];
    const char *softmax;
} ends[] = {
    {{{"InputLayer", "in", "input_shape=6", ""},
         {"Dense", "d", "units=4 activation=softmax", "in"}},
        "d"},
    {{{"InputLayer", "in", "input_shape=6", ""}, {"Dense", "d", "units=4", "in"},
         {"Softmax", "s", "", "d"}},
        "s"},
    {{{"InputLayer", "in", "input_shape=6", ""}, {"Dense", "d", "units=4", "in"},
         {"Activation", "s", "activation=softmax", "d"}, {"Dropout", "e", "", "s"},
         {"Flatten", "f", "", "e"}},
        "s"},
    /* not at the end, over something else, or read by another layer too */
    {{{"InputLayer", "in", "input_shape=6", ""}, {"Dense", "d", "units=4 activation=softmax", "in"},
         {"Dense", "e", "units=4", "d"}},
        NULL},
    {{{"InputLayer", "in", "input_shape=2,3", ""}, {"Softmax", "s", "", "in"},
         {"Flatten", "f", "", "s"}},
        NULL},
    {{{"InputLayer", "in", "input_shape=6", ""}, {"Softmax", "s", "", "in"},
         {"Add", "a", "", "s in"}, {"Dropout", "e", "", "s"}},
        NULL},
    {{{"InputLayer", "in", "input_shape=6", ""}, {"Softmax", "s", "", "in"},
         {"ReLU", "r", "", "s"}},
        NULL},
};

static void the_last_softmax_is_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int n = 0;
        while (n < GRAPH_MAX && ends[i].nodes[n].class_name)
            n++;
        struct network *network = test_make(ends[i].nodes, n);
        assert_int_equal(
            network->softmax, ends[i].softmax ? network_find(network, ends[i].softmax) : -1);
        struct reference_pass *pass = reference_pass_create(network, 2);
        test_fill(reference_pass_tensor(pass, network->input), 12);
        reference_pass_forward(pass, 2, NULL);
        const float *out = reference_pass_tensor(pass, network->output);
        float sum = 0;
        for (int k = 0; k < network->n_classes; k++)
            sum += out[k];
        if (ends[i].softmax)
            assert_true(fabsf(sum - 1) > 1e-3F);
        reference_pass_destroy(pass);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_layers_are_refused_in_one_line),
        cmocka_unit_test(bad_graphs_are_refused_in_one_line),
        cmocka_unit_test(nodes_may_come_in_any_order),
        cmocka_unit_test(a_long_chain_needs_no_deep_stack),
        cmocka_unit_test(weights_nobody_touches_cost_nothing),
        cmocka_unit_test(the_last_softmax_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
