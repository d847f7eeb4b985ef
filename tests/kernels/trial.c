/* Random layers and images for comparing kernels with plain loops. */
#include "tests/kernels/trial.h"

#include "tests/nets.h"

#include "tests/test.h"

int trial_between(struct trial *trial, int low, int high)
{
    return low + (int)random_below(&trial->random, (uint32_t)(high - low + 1));
}

bool trial_coin(struct trial *trial)
{
    return random_below(&trial->random, 2) == 1;
}

void trial_run(struct trial *trial, const char *class, const char *shape, const char *settings,
    const char *inputs)
{
    struct error err = {0};
    char input[128];
    snprintf(input, sizeof input, "batch_input_shape=null,%s", shape);
    bool means = strstr(inputs, "pixel") || strstr(inputs, "place");
    const struct test_node nodes[] = {
        {"GlobalAveragePooling2D", "pixel", "keepdims=true", "input"},
        {"ChannelMean", "place", "", "input"},
        {"InputLayer", "input", input, ""},
        {"Rescaling", "twice", "scale=2 offset=0.5", "input"},
        {"Rescaling", "minus", "scale=-1", "input"},
        {class, "layer", settings, inputs},
        {"Flatten", "flatten", "", "layer"},
    };
    trial->network = means ? test_network(nodes, 7, &err) : test_network(nodes + 2, 5, &err);
    if (!trial->network)
        print_error("%s %s %s: %s\n", class, shape, settings, err.text);
    assert_non_null(trial->network);
    test_random_weights(trial->network, random_u32(&trial->random));
    trial->pass = reference_pass_create(trial->network, IMAGES + 1);
    int at = network_find(trial->network, "layer");
    trial->layer = &trial->network->layers[at];
    float *in = reference_pass_tensor(trial->pass, trial->network->input);
    const struct shape *in_shape = &trial->network->layers[trial->network->input].shape;
    for (size_t i = 0; i < IMAGES * shape_count(in_shape); i++)
        in[i] = (float)random_range(&trial->random, -1, 1);
    reference_pass_forward(trial->pass, IMAGES, NULL);
    trial->in = in;
    trial->out = reference_pass_tensor(trial->pass, at);
}

void trial_done(struct trial *trial)
{
    reference_pass_destroy(trial->pass);
    network_destroy(trial->network);
}

const float *trial_weight(const struct trial *trial, const char *name)
{
    for (int w = 0; w < trial->layer->n_weights; w++)
        if (strcmp(trial->layer->weights[w].name, name) == 0)
            return trial->layer->weights[w].data;
    return NULL;
}

void trial_expect(const struct trial *trial, size_t at, double expected, double magnitude)
{
    double got = (double)trial->out[at];
    if (!(fabs(got - expected) <= 2e-6 * (1 + magnitude))) {
        print_error(
            "%s: value %zu is %.9g, expected %.9g\n", trial->layer->class->name, at, got, expected);
        assert_true(false);
    }
}

size_t trial_index(int n, int height, int width, int channels, int y, int x, int c)
{
    return (((size_t)n * (size_t)height + (size_t)y) * (size_t)width + (size_t)x) *
               (size_t)channels +
           (size_t)c;
}
