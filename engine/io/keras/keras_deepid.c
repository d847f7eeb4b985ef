/* The lab's DeepID, word for word as Keras 2.7 describes it. */
#include "engine/io/keras/keras_describe.h"
#include "engine/io/keras/keras_new.h"

#include "engine/base/memory.h"

static void convolution(FILE *out, const char *name, const char *input, int filters, int size)
{
    keras_describe_convolution(
        out, name, input, &(struct keras_convolution){filters, size, .stride = 1, "valid", "relu"});
}

char *keras_deepid_json(int n_classes)
{
    char *json = NULL;
    size_t size;
    struct shape shape = shape_image(55, 47, 3);
    FILE *out = open_memstream(&json, &size);
    if (!out)
        return memory_string(""); /* as good as out of memory: the caller refuses it */
    keras_describe_input(out, &shape);
    convolution(out, "conv_1", "input", 20, 4);
    keras_describe_pooling(out, "pool_1", "conv_1");
    convolution(out, "conv_2", "pool_1", 40, 3);
    keras_describe_pooling(out, "pool_2", "conv_2");
    convolution(out, "conv_3", "pool_2", 60, 3);
    keras_describe_pooling(out, "pool_3", "conv_3");
    convolution(out, "conv_4", "pool_3", 80, 2);
    keras_describe_plain(out, "Flatten", "flatten_1", "pool_3", NULL);
    keras_describe_plain(out, "Flatten", "flatten_2", "conv_4", NULL);
    keras_describe_dense(out, "fc_1", "flatten_1", 160, "linear");
    keras_describe_dense(out, "fc_2", "flatten_2", 160, "linear");
    keras_describe_plain(out, "Add", "add_1", "fc_1", "fc_2");
    keras_describe_relu(out, "activation_1", "add_1");
    keras_describe_dense(out, "output", "activation_1", n_classes, "softmax");
    keras_describe_output(out, "output");
    fclose(out);
    return json;
}
