/* The net of residual.h, written as the JSON that Keras would write. */
#include "tests/bench/residual.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 32, BLOCKS = 8 };

/* A net while it is written. */
struct writer {
    FILE *out;
    int n; /* layers so far: the number in the next name */
};

/* Writes a layer that reads one or two others; its name goes to `name`, which may be an input. */
static void add_layer(struct writer *writer, const char *class_name, const char *settings,
    const char *input, const char *second, char *name)
{
    char own[NAME_SIZE];
    snprintf(own, sizeof own, "%.16s_%d", class_name, ++writer->n);
    fprintf(writer->out,
        ", {\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\"%s}, "
        "\"inbound_nodes\": [[[\"%s\", 0, 0, {}]",
        class_name, own, own, settings, input);
    if (second)
        fprintf(writer->out, ", [\"%s\", 0, 0, {}]", second);
    fputs("]]}", writer->out);
    memcpy(name, own, sizeof own);
}

static void convolution(
    struct writer *writer, int filters, int size, int stride, const char *input, char *name)
{
    char *settings = memory_format(", \"filters\": %d, \"kernel_size\": [%d, %d], "
                                   "\"strides\": [%d, %d], \"padding\": \"same\", "
                                   "\"use_bias\": false",
        filters, size, size, stride, stride);
    add_layer(writer, "Conv2D", settings, input, NULL, name);
    free(settings);
}

static void normalise(struct writer *writer, const char *input, char *name)
{
    add_layer(
        writer, "BatchNormalization", ", \"axis\": [3], \"epsilon\": 1e-5", input, NULL, name);
    add_layer(writer, "Activation", ", \"activation\": \"relu\"", name, NULL, name);
}

/* at: the output so far, and then that of the block. */
static void block(struct writer *writer, int filters, int stride, bool widens, char *at)
{
    char active[NAME_SIZE], inner[NAME_SIZE], beside[NAME_SIZE];
    normalise(writer, at, active);
    memcpy(beside, at, sizeof beside);
    if (widens)
        convolution(writer, filters, 1, stride, active, beside);
    convolution(writer, filters, 3, stride, active, inner);
    normalise(writer, inner, inner);
    convolution(writer, filters, 3, 1, inner, inner);
    add_layer(writer, "Add", "", inner, beside, at);
}

char *residual_json(int width, int n_classes)
{
    char *json = NULL, at[NAME_SIZE] = "input";
    size_t size;
    struct writer writer = {.out = open_memstream(&json, &size)};
    if (!writer.out)
        return memory_string(""); /* no net: the reader refuses it */
    fprintf(writer.out,
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"residual\", \"layers\": ["
        "{\"class_name\": \"InputLayer\", \"name\": \"input\", \"config\": {\"name\": \"input\", "
        "\"batch_input_shape\": [null, %d, %d, 3]}, \"inbound_nodes\": []}",
        RESIDUAL_SIDE, RESIDUAL_SIDE);
    convolution(&writer, width, 3, 1, at, at);
    for (int b = 0; b < BLOCKS; b++) {
        bool widens = b % 2 == 0 && b > 0;
        block(&writer, width << b / 2, widens ? 2 : 1, widens, at);
    }
    normalise(&writer, at, at);
    add_layer(&writer, "GlobalAveragePooling2D", "", at, NULL, at);
    char *settings = memory_format(", \"units\": %d, \"activation\": \"softmax\"", n_classes);
    add_layer(&writer, "Dense", settings, at, NULL, at);
    free(settings);
    fprintf(writer.out,
        "], \"input_layers\": [[\"input\", 0, 0]], \"output_layers\": [[\"%s\", 0, 0]]}}", at);
    fclose(writer.out);
    return json;
}

void residual_randomise(struct network *network)
{
    struct random random;
    random_init(&random, 18, 0);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct weight *weight = &network->layers[i].weights[w];
            double fan = (double)weight->count / weight->dim[weight->rank - 1];
            bool positive =
                strcmp(weight->name, "gamma") == 0 || strcmp(weight->name, "moving_variance") == 0;
            double low = positive ? 0.5 : -0.3, high = positive ? 1.5 : 0.3;
            if (weight->rank > 1)
                low = -(high = sqrt(3 / fan));
            for (size_t k = 0; k < weight->count; k++)
                weight->data[k] = (float)random_range(&random, low, high);
        }
}
