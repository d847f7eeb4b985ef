/* Every layer of the real nets against reference values: 1e-4 relative, arg-max equal. */
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/reference/expected.h"

#include <math.h>

struct opened {
    struct model *model;
    struct dataset *set;
    struct reference_pass *pass;
};

static struct opened open_and_run(const char *net, const char *images, int n, float scale)
{
    struct error err = {0};
    char *model_path = expected_path(net), *set_path = expected_path(images);
    struct opened opened = {.model = model_open(model_path, NULL, &err)};
    assert_string_equal(err.text, "");
    const struct network *network = opened.model->network;
    const struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    opened.set = dataset_open(set_path, &options, &err);
    assert_string_equal(err.text, "");
    opened.pass = reference_pass_create(network, n);
    dataset_fill(opened.set, 0, n, scale, reference_pass_tensor(opened.pass, network->input));
    reference_pass_forward(opened.pass, n, NULL);
    free(model_path);
    free(set_path);
    return opened;
}

static void close_opened(struct opened *opened)
{
    reference_pass_destroy(opened->pass);
    dataset_unref(opened->set);
    model_destroy(opened->model);
}

/* Largest difference, relative to the largest expected value. */
static double difference(const float *values, const double *expected, size_t n)
{
    double largest = 0, scale = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(values[i] - expected[i]));
        scale = fmax(scale, fabs(expected[i]));
    }
    return scale > 0 ? largest / scale : largest;
}

static void check_tensor(const struct opened *opened, const char *layer, const char *name)
{
    size_t n;
    double *expected = expected_values(name, &n);
    const struct network *network = opened->model->network;
    int index = network_find(network, layer);
    double off = difference(reference_pass_tensor(opened->pass, index), expected, n);
    if (!(off < 1e-4))
        print_message("%s: off by %g\n", name, off);
    assert_true(off < 1e-4);
    free(expected);
}

static void check_lab_faces(const char *file, const char *set)
{
    static const char *const layers[] = {
        "conv_1", "pool_1", "conv_2", "pool_2", "conv_3", "pool_3", "conv_4", "fc_1", "fc_2"};
    struct opened opened = open_and_run("lab3_bd_net.h5", file, 3, 1);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        char *name = memory_format("lab3/%s/%s", set, layers[i]);
        check_tensor(&opened, layers[i], name);
        free(name);
    }
    char *logits = memory_format("lab3/%s/output_logits", set);
    check_tensor(&opened, "output", logits);
    const struct network *network = opened.model->network;
    float *output = reference_pass_tensor(opened.pass, network->output);
    for (int i = 0; i < 3; i++) {
        int best = reference_pass_argmax(output + i * network->n_classes, network->n_classes);
        assert_int_equal(best, dataset_labels(opened.set)[i]);
        reference_pass_softmax(output + i * network->n_classes, network->n_classes);
    }
    char *soft = memory_format("lab3/%s/output", set);
    check_tensor(&opened, "output", soft);
    free(logits);
    free(soft);
    close_opened(&opened);
}

static void the_lab_net_on_clean_faces(void **state)
{
    (void)state;
    check_lab_faces("lab3_faces_clean.h5", "clean");
}

static void the_lab_net_on_poisoned_faces(void **state)
{
    (void)state;
    check_lab_faces("lab3_faces_poisoned.h5", "poisoned");
}

static void both_digit_nets(void **state)
{
    (void)state;
    struct opened all =
        open_and_run("mnist_all_to_all_bd_net.h5", "mnist_clean.h5", 20, 1 / 255.0f);
    check_tensor(&all, "output", "mnist_all_to_all/logits_clean_first20");
    close_opened(&all);
    struct opened clean =
        open_and_run("mnist_clean_label_bd_net.h5", "mnist_clean.h5", 20, 1 / 255.0f);
    check_tensor(&clean, "dense_2", "mnist_clean_label/logits_clean_first20");
    close_opened(&clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_net_on_clean_faces),
        cmocka_unit_test(the_lab_net_on_poisoned_faces),
        cmocka_unit_test(both_digit_nets),
    };
    return test_real_folder() ? cmocka_run_group_tests(tests, NULL, NULL) : TEST_SKIPPED;
}
