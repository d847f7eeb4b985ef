/* Layers of a model_config, word for word as Keras 2.7 writes them. */
#include "engine/io/keras/keras_describe.h"

#include <string.h>

static void begin(FILE *out, const char *class_name, const char *name)
{
    fprintf(out,
        ", {\"class_name\": \"%s\", \"config\": {\"name\": \"%s\", \"trainable\": true, "
        "\"dtype\": \"float32\"",
        class_name, name);
}

/* inputs: one or two names. */
static void end(FILE *out, const char *name, const char *input, const char *second)
{
    fprintf(out, "}, \"name\": \"%s\", \"inbound_nodes\": [[[\"%s\", 0, 0, {}]", name, input);
    if (second)
        fprintf(out, ", [\"%s\", 0, 0, {}]", second);
    fputs("]]}", out);
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

void keras_describe_input(FILE *out, const struct shape *shape)
{
    fprintf(out,
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"model_1\", \"layers\": ["
        "{\"class_name\": \"InputLayer\", \"config\": {\"batch_input_shape\": "
        "[null, %d, %d, %d], \"dtype\": \"float32\", \"sparse\": false, \"ragged\": false, "
        "\"name\": \"input\"}, \"name\": \"input\", \"inbound_nodes\": []}",
        shape->dim[0], shape->dim[1], shape->dim[2]);
}

void keras_describe_convolution(
    FILE *out, const char *name, const char *input, const struct keras_convolution *convolution)
{
    begin(out, "Conv2D", name);
    fprintf(out,
        ", \"filters\": %d, \"kernel_size\": [%d, %d], \"strides\": [%d, %d], "
        "\"padding\": \"%s\", \"data_format\": \"channels_last\", "
        "\"dilation_rate\": [1, 1], \"groups\": 1, ",
        convolution->filters, convolution->size, convolution->size, convolution->stride,
        convolution->stride, convolution->padding);
    weights(out, convolution->activation);
    end(out, name, input, NULL);
}

void keras_describe_pooling(FILE *out, const char *name, const char *input)
{
    begin(out, "MaxPooling2D", name);
    fputs(", \"pool_size\": [2, 2], \"padding\": \"valid\", \"strides\": [2, 2], "
          "\"data_format\": \"channels_last\"",
        out);
    end(out, name, input, NULL);
}

void keras_describe_normalisation(FILE *out, const char *name, const char *input)
{
    begin(out, "BatchNormalization", name);
    fputs(", \"axis\": [3], \"momentum\": 0.99, \"epsilon\": 0.001, \"center\": true, "
          "\"scale\": true, \"beta_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}, "
          "\"gamma_initializer\": {\"class_name\": \"Ones\", \"config\": {}}, "
          "\"moving_mean_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}, "
          "\"moving_variance_initializer\": {\"class_name\": \"Ones\", \"config\": {}}, "
          "\"beta_regularizer\": null, \"gamma_regularizer\": null, "
          "\"beta_constraint\": null, \"gamma_constraint\": null",
        out);
    end(out, name, input, NULL);
}

void keras_describe_relu(FILE *out, const char *name, const char *input)
{
    begin(out, "Activation", name);
    fputs(", \"activation\": \"relu\"", out);
    end(out, name, input, NULL);
}

void keras_describe_plain(
    FILE *out, const char *class_name, const char *name, const char *input, const char *second)
{
    begin(out, class_name, name);
    if (strcmp(class_name, "Add") != 0)
        fputs(", \"data_format\": \"channels_last\"", out);
    end(out, name, input, second);
}

void keras_describe_dense(
    FILE *out, const char *name, const char *input, int units, const char *activation)
{
    begin(out, "Dense", name);
    fprintf(out, ", \"units\": %d, ", units);
    weights(out, activation);
    end(out, name, input, NULL);
}

void keras_describe_output(FILE *out, const char *name)
{
    fprintf(out, "], \"input_layers\": [[\"input\", 0, 0]], \"output_layers\": [[\"%s\", 0, 0]]}}",
        name);
}
