/* load: operations between layers, of Keras 2 (TFOpLambda) and 3, against layers that compute the
 * same; those that are not known are refused by name. */
#include "tests/unit/io/keras/keras_twins.h"

#define POOL(from)                                                                       \
    TINY_LAYER("GlobalAveragePooling2D", "pool", ", \"data_format\": \"channels_last\"", \
        "[[\"" from "\", 0, 0, {}]]")
#define WHOLE(layers) FUNCTIONAL(TINY_INPUT ", " layers ", " TINY_DENSE("pool"), TINY_ENDS)
#define BOTH(layers) WHOLE(TINY_CONV ", " layers)

/* One operation behind conv, as Keras 2 writes it. */
#define OLD(function, arguments)                                                              \
    BOTH("{\"class_name\": \"TFOpLambda\", \"name\": \"op\", \"config\": {\"name\": \"op\", " \
         "\"trainable\": true, \"dtype\": \"float32\", \"function\": \"" function             \
         "\"}, \"inbound_nodes\": [" arguments "]}, " POOL("op"))
/* As Keras 3 does, with its module, and in its .h5 without. */
#define TENSOR(name)                                                                              \
    "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 4, 4, 2], \"dtype\": " \
    "\"float32\", \"keras_history\": [\"" name "\", 0, 0]}}"
#define NEW_OF(module, class, config, arguments)                                          \
    BOTH("{" module "\"class_name\": \"" class "\", \"config\": {\"name\": \"op\"" config \
                                               "}, \"name\": \"op\", \"inbound_nodes\": " \
                                               "[{\"args\": [" arguments                  \
                                               "], \"kwargs\": {}}]}, " POOL("op"))
#define NEW(class, config, arguments) \
    NEW_OF("\"module\": \"keras.src.ops.numpy\", ", class, config, arguments)
#define PLAIN(class, settings) \
    BOTH(TINY_LAYER(class, "op", settings, "[[\"conv\", 0, 0, {}]]") ", " POOL("op"))
#define SCALE(scale, offset) PLAIN("Rescaling", ", \"scale\": " scale ", \"offset\": " offset)
#define ACTIVATION(name) PLAIN("Activation", ", \"activation\": \"" name "\"")

static const struct {
    const char *json, *plain;
} pairs[] = {
    {OLD("math.truediv", "[\"conv\", 0, 0, {\"y\": 127.5, \"name\": null}]"),
        SCALE("0.00784313725", "0")},
    {OLD("math.subtract", "[\"conv\", 0, 0, {\"y\": 1.5}]"), SCALE("1", "-1.5")},
    {OLD("math.subtract", "[\"_CONSTANT_VALUE\", -1, 1.5, {\"y\": [\"conv\", 0, 0]}]"),
        SCALE("-1", "1.5")},
    {OLD("__operators__.add", "[\"conv\", 0, 0, {\"y\": 2}]"), SCALE("1", "2")},
    {OLD("nn.bias_add", "[\"conv\", 0, 0, {\"bias\": [1.0, -2.0]}]"), SCALE("1", "[1, -2]")},
    {OLD("math.multiply", "[\"conv\", 0, 0, {\"y\": [[[0.5, 3.0]]]}]"), SCALE("[0.5, 3]", "0")},
    {OLD("nn.relu6", "[\"conv\", 0, 0, {\"name\": null}]"), ACTIVATION("relu6")},
    {OLD("cast", "[\"conv\", 0, 0, {\"dtype\": \"float32\"}]"), ACTIVATION("linear")},
    {NEW("TrueDivide", "", TENSOR("conv") ", 0.25"), SCALE("4", "0")},
    {NEW("Divide", "", TENSOR("conv") ", [2.0, 4.0]"), SCALE("[0.5, 0.25]", "0")},
    {NEW("Subtract", "", TENSOR("conv") ", 0.25"), SCALE("1", "-0.25")},
    {NEW("Subtract", "", "0.25, " TENSOR("conv")), SCALE("-1", "0.25")},
    {NEW("Multiply", "", "3.0, " TENSOR("conv")), SCALE("3", "0")},
    {NEW("Add", "",
         TENSOR("conv") ", {\"class_name\": \"__numpy__\", \"config\": {\"value\": "
                        "[[[[1.0, -2.0]]]], \"dtype\": \"float32\"}}"),
        SCALE("1", "[1, -2]")},
    {NEW_OF("", "Add", "", TENSOR("conv") ", 3.0"), SCALE("1", "3")},
    {NEW_OF("", "Multiply", "", TENSOR("conv") ", " TENSOR("conv")),
        BOTH(TINY_LAYER(
            "Multiply", "op", "", "[[\"conv\", 0, 0, {}], [\"conv\", 0, 0, {}]]") ", " POOL("op"))},
    {NEW_OF("", "SpatialDropout2D", ", \"rate\": 0.5, \"dtype\": \"float32\"", TENSOR("conv")),
        PLAIN("SpatialDropout2D", "")}, /* a layer that says little */
    {NEW("Sigmoid", "", TENSOR("conv")), ACTIVATION("sigmoid")},
    {NEW_OF("", "SpatialDropout2D", ", \"rate\": 0.3, \"dtype\": \"float32\"", TENSOR("conv")),
        ACTIVATION("linear")}, /* a layer that does not say whether it learns */
    {NEW("LeakyRelu", ", \"negative_slope\": 0.3", TENSOR("conv")),
        PLAIN("LeakyReLU", ", \"negative_slope\": 0.3")},
    {WHOLE(TINY_CONV ", {\"module\": \"keras.src.ops.numpy\", \"class_name\": \"Mean\", "
                     "\"config\": {\"name\": \"pool\", \"axis\": [1, 2], \"keepdims\": false}, "
                     "\"name\": \"pool\", \"inbound_nodes\": [{\"args\": [" TENSOR(
                         "conv") "], \"kwargs\": {}}]}"),
        BOTH(POOL("conv"))},
};

static void operations_are_layers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        twins_expect_same(pairs[i].json, pairs[i].plain);
}

#define REFUSED(class) \
    "bad: layer op (" class "): this operation, with these arguments, is not supported"
static const struct {
    const char *json, *message;
} bad[] = {
    {OLD("image.resize", "[\"conv\", 0, 0, {\"size\": [3, 3]}]"), REFUSED("tf image.resize")},
    {OLD("math.truediv", "[\"_CONSTANT_VALUE\", -1, 1.0, {\"y\": [\"conv\", 0, 0]}]"),
        REFUSED("tf math.truediv")},
    {OLD("math.truediv", "[\"conv\", 0, 0, {\"y\": 0.0}]"), REFUSED("tf math.truediv")},
    {OLD("nn.relu", "[\"conv\", 0, 0, {\"alpha\": 0.5}]"), REFUSED("tf nn.relu")},
    {NEW("Sort", "", TENSOR("conv")), REFUSED("keras.ops Sort")},
    {NEW("Add", "", TENSOR("conv") ", [[1.0], [2.0]]"), REFUSED("keras.ops Add")},
    {NEW("Average", ", \"axis\": [1, 2]", TENSOR("conv")), REFUSED("keras.ops Average")},
    {NEW("Mean", ", \"axis\": [0, 1]", TENSOR("conv")), REFUSED("keras.ops Mean")},
    {NEW("Add", "", TENSOR("conv") ", [1.0, 2.0, 3.0]"),
        "bad: layer op (Rescaling): offset is neither a number nor one for each of 2 channels"},
};

static void unknown_operations_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        assert_null(keras_network(bad[i].json, "bad", &err));
        assert_string_equal(err.text, bad[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_layers),
        cmocka_unit_test(unknown_operations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
