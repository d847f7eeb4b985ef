/* The lab's DeepID, word for word as Keras 2.7 describes it. */
#include "engine/io/keras/keras_new.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

static void begin(FILE *out, const char *class_name, const char *name)
{
    fprintf(out,
        "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\", \"trainable\": true, "
        "\"dtype\": \"float32\"",
        class_name, name);
}

/* inputs: one or two names. */
static void end(FILE *out, const char *name, const char *input, const char *second)
{
    fprintf(out, "}, \"name\": \"%s\", \"inbound_nodes\": [[[\"%s\", 0, 0, {}]", name, input);
    if (second)
        fprintf(out, ", [\"%s\", 0, 0, {}]", second);
    fputs("]]}, ", out);
}

static void weights(FILE *out, const char *activation)
{
    fprintf(out,
        "\"activation\": \"%s\", \"use_bias\": true, "
        "\"kernel_initializer\": {\"class_name\": \"TruncatedNormal\", \"config\": "
        "{\"mean\": 0.0, \"stddev\": 0.01, \"seed\": null}}, "
        "\"bias_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}, "
        "\"kernel_regularizer\": null, \"bias_regularizer\": null, "
        "\"activity_regularizer\": null, \"kernel_constraint\": null, "
        "\"bias_constraint\": null",
        activation);
}

static void convolution(FILE *out, const char *name, const char *input, int filters, int size)
{
    begin(out, "Conv2D", name);
    fprintf(out,
        ", \"filters\": %d, \"kernel_size\": [%d, %d], \"strides\": [1, 1], "
        "\"padding\": \"valid\", \"data_format\": \"channels_last\", "
        "\"dilation_rate\": [1, 1], \"groups\": 1, ",
        filters, size, size);
    weights(out, "relu");
    end(out, name, input, NULL);
}

static void pooling(FILE *out, const char *name, const char *input)
{
    begin(out, "MaxPooling2D", name);
    fputs(", \"pool_size\": [2, 2], \"padding\": \"valid\", \"strides\": [2, 2], "
          "\"data_format\": \"channels_last\"",
        out);
    end(out, name, input, NULL);
}

static void flatten(FILE *out, const char *name, const char *input)
{
    begin(out, "Flatten", name);
    fputs(", \"data_format\": \"channels_last\"", out);
    end(out, name, input, NULL);
}

static void dense(FILE *out, const char *name, const char *input, int units)
{
    begin(out, "Dense", name);
    fprintf(out, ", \"units\": %d, ", units);
    weights(out, "linear");
    end(out, name, input, NULL);
}

char *keras_deepid_json(int n_classes)
{
    char *json = NULL;
    size_t size;
    FILE *out = open_memstream(&json, &size);
    if (!out)
        return memory_string(""); /* as good as out of memory: the caller refuses it */
    fputs("{\"class_name\": \"Functional\", \"config\": {\"name\": \"model_1\", \"layers\": ["
          "{\"class_name\": \"InputLayer\", \"config\": {\"batch_input_shape\": "
          "[null, 55, 47, 3], \"dtype\": \"float32\", \"sparse\": false, \"ragged\": false, "
          "\"name\": \"input\"}, \"name\": \"input\", \"inbound_nodes\": []}, ",
        out);
    convolution(out, "conv_1", "input", 20, 4);
    pooling(out, "pool_1", "conv_1");
    convolution(out, "conv_2", "pool_1", 40, 3);
    pooling(out, "pool_2", "conv_2");
    convolution(out, "conv_3", "pool_2", 60, 3);
    pooling(out, "pool_3", "conv_3");
    convolution(out, "conv_4", "pool_3", 80, 2);
    flatten(out, "flatten_1", "pool_3");
    flatten(out, "flatten_2", "conv_4");
    dense(out, "fc_1", "flatten_1", 160);
    dense(out, "fc_2", "flatten_2", 160);
    begin(out, "Add", "add_1");
    end(out, "add_1", "fc_1", "fc_2");
    begin(out, "Activation", "activation_1");
    fputs(", \"activation\": \"relu\"", out);
    end(out, "activation_1", "add_1", NULL);
    begin(out, "Dense", "output");
    fprintf(out, ", \"units\": %d, ", n_classes);
    weights(out, "softmax");
    fputs("}, \"name\": \"output\", \"inbound_nodes\": [[[\"activation_1\", 0, 0, {}]]]}], "
          "\"input_layers\": [[\"input\", 0, 0]], \"output_layers\": [[\"output\", 0, 0]]}}",
        out);
    fclose(out);
    return json;
}
