/* Layers in the words of Keras 2.7, for nets that are made here: each call writes one layer of a
 * model_config, begun by keras_describe_input and ended by keras_describe_output. Names are those
 * of layers; `second` may be NULL. Owner: the caller's stream. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_DESCRIBE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_DESCRIBE_H

#include "engine/nn/tensor/tensor.h"

#include <stdio.h>

struct keras_convolution {
    int filters, size, stride; /* size x size */
    const char *padding;       /* "valid", "same" */
    const char *activation;    /* "relu", "linear" */
};

void keras_describe_input(FILE *out, const struct shape *shape); /* a layer called "input" */
void keras_describe_convolution(
    FILE *out, const char *name, const char *input, const struct keras_convolution *convolution);
void keras_describe_pooling(FILE *out, const char *name, const char *input); /* largest of 2x2 */
void keras_describe_normalisation(FILE *out, const char *name, const char *input);
void keras_describe_relu(FILE *out, const char *name, const char *input);
/* "Flatten", "GlobalAveragePooling2D", "Add": layers with nothing to set. */
void keras_describe_plain(
    FILE *out, const char *class_name, const char *name, const char *input, const char *second);
void keras_describe_dense(
    FILE *out, const char *name, const char *input, int units, const char *activation);
void keras_describe_output(FILE *out, const char *name);

#endif
