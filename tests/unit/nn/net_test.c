/* net: settings, activations, shapes, passes, channels. */
#include "engine/nn/forward/reference_pass.h"

#include "tests/nets.h"

#include "tests/test.h"

static void settings_fall_back_and_refuse(void **state)
{
    (void)state;
    struct error err = {0};
    struct layer_config settings = test_settings(
        "one=3 half=0.5 list=4,5 three=1,2,3 yes=true name=relu nothing=null big=1e12");
    int value, pair[2];
    bool flag;
    double number;
    const char *text;
    assert_true(layer_config_int(&settings, "one", 7, &value, &err) && value == 3);
    assert_true(layer_config_int(&settings, "missing", 7, &value, &err) && value == 7);
    assert_true(layer_config_int(&settings, "nothing", 7, &value, &err) && value == 7);
    assert_false(layer_config_int(&settings, "half", 7, &value, &err));
    assert_string_equal(err.text, "half is 0.5, expected a whole number");
    assert_false(layer_config_int(&settings, "big", 7, &value, &err));
    assert_false(layer_config_int(&settings, "list", 7, &value, &err));
    assert_false(layer_config_int(&settings, "yes", 7, &value, &err));
    assert_true(layer_config_pair(&settings, "one", 7, pair, &err) && pair[0] == 3 && pair[1] == 3);
    assert_true(
        layer_config_pair(&settings, "list", 7, pair, &err) && pair[0] == 4 && pair[1] == 5);
    assert_true(layer_config_pair(&settings, "missing", 7, pair, &err) && pair[1] == 7);
    assert_false(layer_config_pair(&settings, "three", 7, pair, &err));
    assert_false(layer_config_pair(&settings, "half", 7, pair, &err));
    assert_true(layer_config_bool(&settings, "yes", false, &flag, &err) && flag);
    assert_true(layer_config_bool(&settings, "nothing", true, &flag, &err) && flag);
    assert_false(layer_config_bool(&settings, "one", true, &flag, &err));
    assert_true(layer_config_float(&settings, "half", 1, &number, &err) && number == 0.5);
    assert_false(layer_config_float(&settings, "name", 1, &number, &err));
    assert_true(layer_config_string(&settings, "name", "x", &text, &err));
    assert_string_equal(text, "relu");
    assert_false(layer_config_string(&settings, "one", "x", &text, &err));
    assert_string_equal(err.text, "one is not a name");
    test_settings_free(&settings);
}

static void activations_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"linear", "relu", "softmax", "sigmoid", "tanh", "elu",
        "selu", "swish", "gelu", "mish", "hard_sigmoid", "hard_swish", "exponential", "softplus",
        "softsign"};
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
    assert_false(activation_parse("glu", &activation, &err));
    assert_string_equal(err.text, "activation \"glu\" is unknown");
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

static void the_lab_net_has_its_shape(void **state)
{
    (void)state;
    struct network *network = test_make(test_deepid, TEST_DEEPID_LAYERS);
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
    struct network *network = test_make(test_deepid, TEST_DEEPID_LAYERS);
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
    struct network *network = test_make(test_deepid, TEST_DEEPID_LAYERS);
    struct reference_pass *pass = reference_pass_create(network, 5);
    assert_int_equal(reference_pass_batch(pass), 5);
    test_fill(reference_pass_tensor(pass, network->input), 5 * 55 * 47 * 3);
    reference_pass_forward(pass, 5, NULL);
    float *whole = memory_floats(5 * 1283), *logits = reference_pass_tensor(pass, network->output);
    memcpy(whole, logits, 5 * 1283 * sizeof *whole);
    bool wanted[TEST_DEEPID_LAYERS] = {false};
    int from = network_find(network, "conv_3");
    network_downstream(network, from, wanted);
    for (int i = from; i < network->n_layers; i++)
        memset(reference_pass_tensor(pass, i), 0,
            5 * shape_count(&network->layers[i].shape) * sizeof(float));
    reference_pass_forward(pass, 5, wanted);
    assert_memory_equal(whole, logits, 5 * 1283 * sizeof *whole);
    free(whole);
    reference_pass_destroy(pass);
    network_destroy(network);
}

static void a_clone_has_its_own_weights(void **state)
{
    (void)state;
    struct network *network = test_make(test_deepid, TEST_DEEPID_LAYERS);
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
    struct reference_pass *pass = reference_pass_create(clone, 1);
    reference_pass_forward(pass, 1, NULL);
    reference_pass_destroy(pass);
    network_destroy(clone);
}

static void broken_weights_are_found(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = test_make(test_deepid, TEST_DEEPID_LAYERS);
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
    assert_int_equal(reference_pass_argmax((const float[]){1, 3, 3, 2}, 4), 1);
    assert_int_equal(reference_pass_argmax((const float[]){0, 0, 0}, 3), 0);
    assert_int_equal(reference_pass_argmax((const float[]){-INFINITY, -5, INFINITY}, 3), 2);
    assert_int_equal(reference_pass_argmax((const float[]){NAN, 1, 2}, 3), -1);
    assert_int_equal(reference_pass_argmax((const float[]){1, 2, NAN}, 3), -1);
    float logits[] = {1000, 1001, 999};
    reference_pass_softmax(logits, 3);
    assert_true(fabsf(logits[0] + logits[1] + logits[2] - 1) < 1e-6F);
    assert_true(fabsf(logits[1] / logits[0] - expf(1)) < 1e-4F);
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
        struct network *network = test_make(nodes, 3);
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
        struct reference_pass *pass = reference_pass_create(network, 2);
        test_fill(reference_pass_tensor(pass, network->input), 36);
        reference_pass_forward(pass, 2, NULL);
        const float *out = reference_pass_tensor(pass, 1);
        for (size_t k = 0; k < 2 * shape_count(&layer->shape); k++)
            assert_int_equal(out[k] == 0, k % (size_t)channels == 1);
        reference_pass_destroy(pass);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_fall_back_and_refuse),
        cmocka_unit_test(activations_have_names),
        cmocka_unit_test(no_activation_hides_nan),
        cmocka_unit_test(the_lab_net_has_its_shape),
        cmocka_unit_test(downstream_follows_every_path),
        cmocka_unit_test(parts_of_a_pass_give_the_same_result),
        cmocka_unit_test(a_clone_has_its_own_weights),
        cmocka_unit_test(broken_weights_are_found),
        cmocka_unit_test(argmax_is_honest),
        cmocka_unit_test(zeroed_channels_are_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
