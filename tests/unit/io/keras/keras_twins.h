/* Two ways to write down one net, for the tests of what Keras nests, shares or computes between
 * layers: each layer has the weights that its own name gives it, so that both must say the same. */
#ifndef SECATEUR_TESTS_UNIT_KERAS_TWINS_H
#define SECATEUR_TESTS_UNIT_KERAS_TWINS_H

#include "engine/base/random.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/unit/io/load_files.h"

#include <math.h>

/* "base/conv@2" is "conv". */
static inline uint64_t twins_seed(const char *name)
{
    const char *slash = strrchr(name, '/');
    uint64_t seed = 7;
    for (const char *c = slash ? slash + 1 : name; *c && *c != '@'; c++)
        seed = seed * 31 + (unsigned char)*c;
    return seed;
}

static inline void twins_fill(struct network *network)
{
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct random random;
            random_init(&random, twins_seed(network->layers[i].stored), (uint64_t)w);
            for (size_t k = 0; k < network->layers[i].weights[w].count; k++)
                network->layers[i].weights[w].data[k] = (float)random_range(&random, 0.1, 1);
        }
}

static inline struct network *twins_network(const char *json)
{
    struct error err = {0};
    struct network *network = keras_network(json, "twin", &err);
    if (!network)
        print_error("%s\n", err.text);
    assert_non_null(network);
    twins_fill(network);
    return network;
}

/* Logits of one image; the caller frees them. */
static inline float *twins_run(const struct network *network)
{
    struct random random;
    random_init(&random, 3, 0);
    struct reference_pass *pass = reference_pass_create(network, 1);
    float *image = reference_pass_tensor(pass, network->input);
    for (size_t i = 0; i < shape_count(&network->layers[network->input].shape); i++)
        image[i] = (float)random_range(&random, -1, 1);
    reference_pass_forward(pass, 1, NULL);
    float *logits = memory_floats((size_t)network->n_classes);
    memcpy(logits, reference_pass_tensor(pass, network->output),
        (size_t)network->n_classes * sizeof *logits);
    reference_pass_destroy(pass);
    return logits;
}

static inline void twins_expect_same(const char *json, const char *plain)
{
    struct network *one = twins_network(json), *two = twins_network(plain);
    float *ours = twins_run(one), *expected = twins_run(two);
    assert_int_equal(one->n_classes, two->n_classes);
    for (int c = 0; c < one->n_classes; c++)
        assert_true(fabs((double)ours[c] - (double)expected[c]) <=
                    1e-5 * fmax(1, fabs((double)expected[c])));
    free(ours);
    free(expected);
    network_destroy(one);
    network_destroy(two);
}

#endif
