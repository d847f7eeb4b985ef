/* Networks written down in few words, for tests.
 * Settings are text: "filters=20 kernel_size=4,4 activation=relu use_bias=false strides=null". */
#ifndef SECATEUR_TESTS_NETS_H
#define SECATEUR_TESTS_NETS_H

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/nn/graph/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_node {
    const char *class_name, *name, *settings;
    const char *inputs; /* names with blanks between; NULL: the node before */
};

static inline void test_value(struct setting *setting, char *text)
{
    char *rest, *save;
    setting->n = 1;
    setting->kind = SETTING_NUMBERS;
    if (strcmp(text, "null") == 0) {
        setting->kind = SETTING_NULL;
    } else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        setting->kind = SETTING_BOOL;
        *(setting->number = memory_array(1, sizeof(double))) = text[0] == 't';
    } else if (!strchr("-.0123456789,", text[0]) && strncmp(text, "null,", 5) != 0) {
        setting->kind = SETTING_STRING;
        setting->string = memory_string(text);
    } else {
        setting->list = strchr(text, ',');
        setting->n = 0;
        setting->number = memory_array(strlen(text) + 1, sizeof *setting->number);
        for (char *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save))
            setting->number[setting->n++] =
                strcmp(word, "null") == 0 ? (double)NAN : strtod(word, &rest);
    }
}

static inline struct layer_config test_settings(const char *text)
{
    struct layer_config settings = {0};
    char *copy = memory_string(text), *save;
    for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        settings.items =
            memory_grow(settings.items, (size_t)settings.n + 1, sizeof *settings.items);
        settings.items[settings.n] = (struct setting){.key = memory_string(word)};
        test_value(&settings.items[settings.n++], value);
    }
    free(copy);
    return settings;
}

static inline void test_settings_free(struct layer_config *settings)
{
    settings_free(settings);
}

/* The output is the last node. */
static inline struct network *test_network(const struct test_node *list, int n, struct error *err)
{
    struct node *nodes = memory_array((size_t)n, sizeof *nodes);
    char **inputs = memory_array((size_t)n, sizeof *inputs);
    for (int i = 0; i < n; i++) {
        char *save;
        nodes[i] = (struct node){list[i].class_name, list[i].name,
            test_settings(list[i].settings ? list[i].settings : ""), 0, {0}, NULL};
        inputs[i] = memory_string(list[i].inputs ? list[i].inputs : i ? list[i - 1].name : "");
        for (char *word = strtok_r(inputs[i], " ", &save);
             word && nodes[i].n_inputs < LAYER_INPUTS_MAX; word = strtok_r(NULL, " ", &save))
            nodes[i].inputs[nodes[i].n_inputs++] = word;
    }
    struct network *network = network_create(nodes, n, list[n - 1].name, err);
    for (int i = 0; i < n; i++) {
        test_settings_free(&nodes[i].settings);
        free(inputs[i]);
    }
    free(nodes);
    free(inputs);
    return network;
}

/* The shape of the lab's net (DeepID), 55 x 47 faces, 1283 people. */
static const struct test_node test_deepid[] = {
    {"InputLayer", "input", "batch_input_shape=null,55,47,3", ""},
    {"Conv2D", "conv_1", "filters=20 kernel_size=4,4 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "pool_size=2,2", NULL},
    {"Conv2D", "conv_2", "filters=40 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_2", "pool_size=2,2", NULL},
    {"Conv2D", "conv_3", "filters=60 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_3", "pool_size=2,2", NULL},
    {"Conv2D", "conv_4", "filters=80 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flatten_1", "", "pool_3"},
    {"Flatten", "flatten_2", "", "conv_4"},
    {"Dense", "fc_1", "units=160", "flatten_1"},
    {"Dense", "fc_2", "units=160", "flatten_2"},
    {"Add", "add_1", "", "fc_1 fc_2"},
    {"Activation", "activation_1", "activation=relu", NULL},
    {"Dense", "output", "units=1283 activation=softmax", NULL},
};
enum { TEST_DEEPID_LAYERS = sizeof test_deepid / sizeof *test_deepid };

/* Fills every weight: uniform, scaled so that values neither vanish nor explode. */
static inline void test_random_weights(struct network *network, uint64_t seed)
{
    struct random random;
    random_init(&random, seed, 0);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct weight *weight = &network->layers[i].weights[w];
            double fan = (double)weight->count / (weight->rank ? weight->dim[weight->rank - 1] : 1);
            bool positive = strcmp(weight->name, "moving_variance") == 0;
            for (size_t k = 0; k < weight->count; k++)
                weight->data[k] = (float)(positive ? random_range(&random, 0.5, 2)
                                                   : random_range(&random, -1, 1) / sqrt(fan));
        }
}

/* A network that must come out well, with random weights. */
static inline struct network *test_make(const struct test_node *nodes, int n)
{
    struct error err = {0};
    struct network *network = test_network(nodes, n, &err);
    if (!network) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    test_random_weights(network, 1);
    return network;
}

static inline void test_fill(float *values, size_t count)
{
    struct random random;
    random_init(&random, 3, 0);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)random_range(&random, -1, 1);
}

#endif
