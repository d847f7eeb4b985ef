/* net: settings, graphs and their errors, shapes, passes, channels. */
#include "engine/net/pass.h"

#include "tests/nets.h"

#include "tests/test.h"

static void settings_fall_back_and_refuse(void **state)
{
    (void)state;
    struct error err = {0};
    struct settings settings = test_settings(
        "one=3 half=0.5 list=4,5 three=1,2,3 yes=true name=relu nothing=null big=1e12");
    int value, pair[2];
    bool flag;
    double number;
    const char *text;
    assert_true(settings_int(&settings, "one", 7, &value, &err) && value == 3);
    assert_true(settings_int(&settings, "missing", 7, &value, &err) && value == 7);
    assert_true(settings_int(&settings, "nothing", 7, &value, &err) && value == 7);
    assert_false(settings_int(&settings, "half", 7, &value, &err));
    assert_string_equal(err.text, "half is 0.5, expected a whole number");
    assert_false(settings_int(&settings, "big", 7, &value, &err));
    assert_false(settings_int(&settings, "list", 7, &value, &err));
    assert_false(settings_int(&settings, "yes", 7, &value, &err));
    assert_true(settings_pair(&settings, "one", 7, pair, &err) && pair[0] == 3 && pair[1] == 3);
    assert_true(settings_pair(&settings, "list", 7, pair, &err) && pair[0] == 4 && pair[1] == 5);
    assert_true(settings_pair(&settings, "missing", 7, pair, &err) && pair[1] == 7);
    assert_false(settings_pair(&settings, "three", 7, pair, &err));
    assert_false(settings_pair(&settings, "half", 7, pair, &err));
    assert_true(settings_bool(&settings, "yes", false, &flag, &err) && flag);
    assert_true(settings_bool(&settings, "nothing", true, &flag, &err) && flag);
    assert_false(settings_bool(&settings, "one", true, &flag, &err));
    assert_true(settings_float(&settings, "half", 1, &number, &err) && number == 0.5);
    assert_false(settings_float(&settings, "name", 1, &number, &err));
    assert_true(settings_string(&settings, "name", "x", &text, &err));
    assert_string_equal(text, "relu");
    assert_false(settings_string(&settings, "one", "x", &text, &err));
    assert_string_equal(err.text, "one is not a name");
    test_settings_free(&settings);
}

static void activations_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"linear", "relu", "softmax", "sigmoid", "tanh", "elu"};
    struct activation activation;
    struct error err = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(activation_parse(names[i], &activation, &err));
        assert_string_equal(activation_name(&activation), names[i]);
        float zero = 0;
        activation_apply(&activation, &zero, 1, 1);
        if (activation.kind != ACTIVATION_SOFTMAX)
            assert_true(zero == activation_at_zero(&activation));
    }
    assert_false(activation_parse("swish", &activation, &err));
    assert_string_equal(err.text, "activation \"swish\" is unknown");
}

static void no_activation_hides_nan(void **state)
{
    (void)state;
    for (int kind = ACTIVATION_LINEAR; kind <= ACTIVATION_ELU; kind++) {
        struct activation activation = {.kind = (enum activation_kind)kind, .limit = 6};
        float values[] = {1, NAN, 2, 3};
        activation_apply(&activation, values, 4, 4);
        assert_true(isnan(values[1]));
    }
}

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
        "layer x (Conv2D): data_format is channels_first, only channels_last is supported"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 groups=2",
        "layer x (Conv2D): 2 groups do not divide 3 channels and 4 filters"},
    {"Conv2D", "9,4,3", "filters=4 kernel_size=3 dilation_rate=1,2",
        "layer x (Conv2D): its window of 5 pixels does not fit into 4"},
    {"Conv2D", "9,9", "filters=4 kernel_size=3",
        "layer x (Conv2D): its input is 9x9, expected height x width x channels"},
    {"Conv2D", "9,9,3", "filters=4 kernel_size=3 activation=gelu",
        "layer x (Conv2D): activation \"gelu\" is unknown"},
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
        "layer x (BatchNormalization): axis is 1, only the last is supported"},
    {"Softmax", "3,4", "axis=1", "layer x (Softmax): axis is 1, only the last is supported"},
    {"LeakyReLU", "3,4", "alpha=-1", "layer x (LeakyReLU): alpha is -1, expected 0 or more"},
    {"ReLU", "3,4", "threshold=1", "layer x (ReLU): threshold is 1, only 0 is supported"},
    {"ReLU", "3,4", "max_value=-1", "layer x (ReLU): max_value is -1, expected more than 0"},
    {"Rescaling", "3,4", "scale=1,2",
        "layer x (Rescaling): scale is neither a number nor one for each of 4 channels"},
    {"Add", "3,4", "", "layer x (Add): it has 1 inputs, expected at least 2"},
    {"LSTM", "3,4", "units=5", "layer x (LSTM): this type of layer is not supported"},
    {"Dropout", "null,4,3", "",
        "layer in (InputLayer): batch_input_shape leaves the size of the images open"},
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
        assert_null(test_network(nodes, 3, &err));
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
        "layer b (Add): its inputs are 4 and 3, expected equal shapes"},
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
    struct settings shape = test_settings("input_shape=2");
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

static struct network *make(const struct test_node *nodes, int n)
{
    struct error err = {0};
    struct network *network = test_network(nodes, n, &err);
    if (!network)
        print_error("%s\n", err.text);
    assert_non_null(network);
    test_random_weights(network, 1);
    return network;
}

static void fill_images(float *images, size_t count)
{
    struct random random;
    random_init(&random, 3, 0);
    for (size_t i = 0; i < count; i++)
        images[i] = (float)random_range(&random, -1, 1);
}

static void the_lab_net_has_its_shape(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    static const struct {
        const char *layer, *shape;
    } shapes[] = {{"conv_1", "52x44x20"}, {"pool_1", "26x22x20"}, {"conv_2", "24x20x40"},
        {"pool_2", "12x10x40"}, {"conv_3", "10x8x60"}, {"pool_3", "5x4x60"}, {"conv_4", "4x3x80"},
        {"flatten_1", "1200"}, {"flatten_2", "960"}, {"add_1", "160"}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char text[SHAPE_TEXT];
        int at = network_find(network, shapes[i].layer);
        assert_string_equal(shape_text(&network->layers[at].shape, text), shapes[i].shape);
    }
    assert_int_equal(network->n_classes, 1283);
    assert_int_equal(network->n_parameters, 601643);
    assert_int_equal(network->softmax, network->output);
    assert_int_equal(network_find(network, "conv_9"), -1);
    network_destroy(network);
}

static void downstream_follows_every_path(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    bool reached[TEST_DEEPID_LAYERS] = {false};
    network_downstream(network, network_find(network, "conv_4"), reached);
    static const char *const behind[] = {
        "conv_4", "flatten_2", "fc_2", "add_1", "activation_1", "output"};
    int count = 0;
    for (int i = 0; i < network->n_layers; i++)
        count += reached[i];
    assert_int_equal(count, 6);
    for (int i = 0; i < 6; i++)
        assert_true(reached[network_find(network, behind[i])]);
    /* a second start adds to what is marked */
    network_downstream(network, network_find(network, "flatten_1"), reached);
    assert_true(reached[network_find(network, "fc_1")]);
    assert_true(reached[network_find(network, "conv_4")]);
    assert_false(reached[network_find(network, "pool_3")]);
    network_destroy(network);
}

static void parts_of_a_pass_give_the_same_result(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    struct pass *pass = pass_create(network, 5);
    assert_int_equal(pass_batch(pass), 5);
    fill_images(pass_tensor(pass, network->input), 5 * 55 * 47 * 3);
    pass_forward(pass, 5, NULL);
    float *whole = memory_floats(5 * 1283), *logits = pass_tensor(pass, network->output);
    memcpy(whole, logits, 5 * 1283 * sizeof *whole);
    bool wanted[TEST_DEEPID_LAYERS] = {false};
    int from = network_find(network, "conv_3");
    network_downstream(network, from, wanted);
    for (int i = from; i < network->n_layers; i++)
        memset(pass_tensor(pass, i), 0, 5 * shape_count(&network->layers[i].shape) * sizeof(float));
    pass_forward(pass, 5, wanted);
    assert_memory_equal(whole, logits, 5 * 1283 * sizeof *whole);
    free(whole);
    pass_destroy(pass);
    network_destroy(network);
}

static void a_clone_has_its_own_weights(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    struct network *clone = network_clone(network);
    assert_int_equal(clone->n_parameters, network->n_parameters);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct weight *mine = &clone->layers[i].weights[w];
            const struct weight *theirs = &network->layers[i].weights[w];
            assert_ptr_not_equal(mine->data, theirs->data);
            assert_memory_equal(mine->data, theirs->data, mine->count * sizeof *mine->data);
            assert_int_equal((uintptr_t)mine->data % 64, 0);
        }
    float before = network->layers[1].weights[0].data[0];
    clone->layers[1].weights[0].data[0] = before + 1;
    assert_true(network->layers[1].weights[0].data[0] == before);
    network_destroy(network); /* the clone lives on */
    struct pass *pass = pass_create(clone, 1);
    pass_forward(pass, 1, NULL);
    pass_destroy(pass);
    network_destroy(clone);
}

static void broken_weights_are_found(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    assert_true(network_check_finite(network, &err));
    int at = network_find(network, "fc_1");
    network->layers[at].weights[1].data[7] = INFINITY;
    assert_false(network_check_finite(network, &err));
    assert_string_equal(err.text, "layer fc_1 (Dense): its weight bias holds inf at 7");
    network_destroy(network);
}

static void argmax_is_honest(void **state)
{
    (void)state;
    assert_int_equal(pass_argmax((const float[]){1, 3, 3, 2}, 4), 1);
    assert_int_equal(pass_argmax((const float[]){0, 0, 0}, 3), 0);
    assert_int_equal(pass_argmax((const float[]){-INFINITY, -5, INFINITY}, 3), 2);
    assert_int_equal(pass_argmax((const float[]){NAN, 1, 2}, 3), -1);
    assert_int_equal(pass_argmax((const float[]){1, 2, NAN}, 3), -1);
    float logits[] = {1000, 1001, 999};
    pass_softmax(logits, 3);
    assert_true(fabsf(logits[0] + logits[1] + logits[2] - 1) < 1e-6F);
    assert_true(fabsf(logits[1] / logits[0] - expf(1)) < 1e-4F);
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
        struct network *network = make(ends[i].nodes, n);
        assert_int_equal(
            network->softmax, ends[i].softmax ? network_find(network, ends[i].softmax) : -1);
        struct pass *pass = pass_create(network, 2);
        fill_images(pass_tensor(pass, network->input), 12);
        pass_forward(pass, 2, NULL);
        const float *out = pass_tensor(pass, network->output);
        float sum = 0;
        for (int k = 0; k < network->n_classes; k++)
            sum += out[k];
        if (ends[i].softmax)
            assert_true(fabsf(sum - 1) > 1e-3F);
        pass_destroy(pass);
        network_destroy(network);
    }
}

/* Layers in which zeroing channel 1 must silence it: all its values are exactly 0. */
static const struct {
    const char *class, *settings;
} silenced[] = {
    {"Conv2D", "filters=4 kernel_size=2"},
    {"Conv2D", "filters=4 kernel_size=2 groups=2"},
    {"DepthwiseConv2D", "kernel_size=2"},
    {"DepthwiseConv2D", "kernel_size=2 depth_multiplier=3"},
    {"SeparableConv2D", "filters=3 kernel_size=2 depth_multiplier=2"},
    {"Dense", "units=5"},
    {"BatchNormalization", ""},
    {"BatchNormalization", "center=false"},
};

static void zeroed_channels_are_silent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof silenced / sizeof *silenced; i++) {
        const struct test_node nodes[] = {{"InputLayer", "in", "input_shape=3,3,2", ""},
            {silenced[i].class, "x", silenced[i].settings, "in"}, {"Flatten", "f", "", "x"}};
        struct network *network = make(nodes, 3);
        struct layer *layer = &network->layers[1];
        int channels = shape_channels(&layer->shape);
        for (int w = 0; w < layer->n_weights; w++) {
            struct weight *weight = &layer->weights[w];
            assert_true(weight->channel_axis < 0 || weight_channels(weight) == channels);
            assert_int_equal(weight_channel_is_zero(weight, 1), weight->channel_axis < 0);
            weight_zero_channel(weight, 1);
            assert_true(weight_channel_is_zero(weight, 1));
            assert_int_equal(weight_channel_is_zero(weight, 0), weight->channel_axis < 0);
        }
        struct pass *pass = pass_create(network, 2);
        fill_images(pass_tensor(pass, network->input), 36);
        pass_forward(pass, 2, NULL);
        const float *out = pass_tensor(pass, 1);
        for (size_t k = 0; k < 2 * shape_count(&layer->shape); k++)
            assert_int_equal(out[k] == 0, k % (size_t)channels == 1);
        pass_destroy(pass);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_fall_back_and_refuse),
        cmocka_unit_test(activations_have_names),
        cmocka_unit_test(no_activation_hides_nan),
        cmocka_unit_test(bad_layers_are_refused_in_one_line),
        cmocka_unit_test(bad_graphs_are_refused_in_one_line),
        cmocka_unit_test(nodes_may_come_in_any_order),
        cmocka_unit_test(a_long_chain_needs_no_deep_stack),
        cmocka_unit_test(the_lab_net_has_its_shape),
        cmocka_unit_test(downstream_follows_every_path),
        cmocka_unit_test(parts_of_a_pass_give_the_same_result),
        cmocka_unit_test(a_clone_has_its_own_weights),
        cmocka_unit_test(broken_weights_are_found),
        cmocka_unit_test(argmax_is_honest),
        cmocka_unit_test(the_last_softmax_is_left_out),
        cmocka_unit_test(zeroed_channels_are_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
