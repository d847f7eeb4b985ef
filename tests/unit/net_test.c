/* net: settings, activations, graphs, shapes, passes. */
#include "engine/net/pass.h"

#include "tests/nets.h"

#include "tests/test.h"

static void the_lab_net_runs(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = test_network(test_deepid, TEST_DEEPID_LAYERS, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(network->n_classes, 1283);
    assert_int_equal(network->n_parameters, 601643);
    test_random_weights(network, 1);
    struct pass *pass = pass_create(network, 4);
    float *images = pass_tensor(pass, network->input);
    for (int i = 0; i < 4 * 55 * 47 * 3; i++)
        images[i] = (float)(i * 37 % 256);
    pass_forward(pass, 4, NULL);
    const float *logits = pass_tensor(pass, network->output);
    for (int i = 0; i < 4; i++)
        assert_in_range(pass_argmax(logits + i * 1283, 1283), 0, 1282);
    pass_destroy(pass);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_net_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
