/* Operations as layers: with a number they are a Rescaling, with two tensors a merge, else an
 * activation, a mean, channels that are picked. */
#include "engine/io/keras/keras_operations.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_settings.h"

#include <stdlib.h>
#include <string.h>

/* A call as both versions of Keras have it. */
struct operation {
    const char *name;     /* "TrueDivide", "math.truediv" */
    json_t *constant;     /* the argument that is no tensor, NULL: none, or more than one */
    bool constant_first;  /* 2 - x */
    bool more;            /* other arguments, which may say anything */
    const json_t *config; /* where Keras 3 has them */
    int n_inputs;
};

static json_t *value_of(json_t *value)
{
    const char *class_name = keras_settings_text(value, "class_name");
    if (class_name &&
        (strcmp(class_name, "__numpy__") == 0 || strcmp(class_name, "__tensor__") == 0))
        return json_object_get(json_object_get(value, "config"), "value");
    return value;
}

/* Numbers that are alike at all places: one, or one for each channel; n 0: they are not. */
static struct setting numbers_of(json_t *value)
{
    value = value_of(value);
    while (json_array_size(value) == 1 && json_is_array(json_array_get(value, 0)))
        value = json_array_get(value, 0);
    bool plain = json_is_number(value) || json_array_size(value) > 0;
    for (size_t i = 0; i < json_array_size(value); i++)
        plain = plain && json_is_number(json_array_get(value, i));
    return plain ? keras_settings_value(value) : (struct setting){0};
}

static bool is_tensor(const json_t *value)
{
    const char *class_name = keras_settings_text(value, "class_name");
    return class_name && strcmp(class_name, "__keras_tensor__") == 0;
}

/* {"args": [tensor, 2.0], "kwargs": {}} */
static void read_new(const json_t *layer, size_t call, struct operation *operation)
{
    json_t *nodes = json_object_get(layer, "inbound_nodes");
    json_t *node = json_array_get(nodes, call), *args = json_object_get(node, "args");
    operation->name = keras_settings_text(layer, "class_name");
    operation->config = json_object_get(layer, "config");
    operation->more = json_object_size(json_object_get(node, "kwargs")) > 0;
    for (size_t i = 0; i < json_array_size(args); i++) {
        json_t *argument = json_array_get(args, i);
        bool list = json_is_array(argument) && is_tensor(json_array_get(argument, 0));
        if (is_tensor(argument) || list)
            continue;
        operation->more = operation->more || operation->constant;
        operation->constant_first = i == 0;
        operation->constant = argument;
    }
}

/* ["x", 0, 0, {"y": 127.5, "name": null}], or ["_CONSTANT_VALUE", -1, 2.0, {"y": ["x", 0, 0]}] */
static void read_old(const json_t *layer, struct operation *operation)
{
    json_t *nodes = json_object_get(layer, "inbound_nodes");
    json_t *first = json_array_get(nodes, 0), *kwargs = json_array_get(first, 3), *value;
    const char *key, *name = json_string_value(json_array_get(first, 0));
    operation->name = keras_settings_text(json_object_get(layer, "config"), "function");
    operation->config = kwargs;
    operation->constant_first = name && strcmp(name, "_CONSTANT_VALUE") == 0;
    if (operation->constant_first)
        operation->constant = json_array_get(first, 2);
    json_object_foreach(kwargs, key, value)
    {
        bool tensor = json_is_string(json_array_get(value, 0));
        if (json_is_null(value) || tensor || strcmp(key, "name") == 0)
            continue;
        bool second = strcmp(key, "y") == 0 || strcmp(key, "bias") == 0;
        operation->more = operation->more || !second || operation->constant;
        operation->constant = second ? value : operation->constant;
    }
}

/* Arithmetic ------------------------------------------------------------------------------ */

static void add_numbers(struct layer_config *settings, const char *key, double number)
{
    settings_add(
        settings, key, &(struct setting){.kind = SETTING_NUMBERS, .n = 1, .number = &number});
}

/* x + c, x - c, c - x, x * c, x / c as x * scale + offset. */
static bool with_constant(
    const struct operation *operation, char sign, struct layer_config *settings)
{
    struct setting numbers = numbers_of(operation->constant);
    bool sum = sign == '+' || sign == '-', negative = sign == '-' && !operation->constant_first;
    bool good = numbers.n > 0 && !operation->more && !(sign == '/' && operation->constant_first);
    for (int i = 0; i < numbers.n; i++) {
        good = good && !(sign == '/' && numbers.number[i] * numbers.number[i] <= 0);
        numbers.number[i] = sign == '/' ? 1 / numbers.number[i]
                            : negative  ? -numbers.number[i]
                                        : numbers.number[i];
    }
    if (good) {
        numbers.list = numbers.n > 1;
        settings_add(settings, sum ? "offset" : "scale", &numbers);
        add_numbers(settings, sum ? "scale" : "offset",
            !sum                                       ? 0
            : sign == '-' && operation->constant_first ? -1
                                                       : 1);
    }
    free(numbers.number);
    return good;
}

/* Others ---------------------------------------------------------------------------------- */

/* The axes 1 and 2, or 2 and 3 where the channels come first. */
static bool over_positions(const struct operation *operation, struct layer_config *settings)
{
    struct setting axes = keras_settings_value(json_object_get(operation->config, "axis"));
    bool two = axes.kind == SETTING_NUMBERS && axes.n == 2;
    double low = two ? axes.number[0] : 0, high = two ? axes.number[1] : 0;
    free(axes.number);
    if (!two || !(high - low <= 1 && high - low >= 1) || !(low <= 2 && low >= 1))
        return false;
    settings_add_string(settings, "data_format", low > 1 ? "channels_first" : "channels_last");
    settings_add_bool(settings, "keepdims",
        json_is_true(json_object_get(operation->config, "keepdims")) ||
            json_is_true(json_object_get(operation->config, "keep_dims")));
    return true;
}

/* x[..., k], which keeps its axis here: what stacks such channels is a Concatenate. */
static bool picks_channel(const struct operation *operation, struct layer_config *settings)
{
    json_t *dots = json_array_get(operation->constant, 0);
    json_t *channel = json_array_get(operation->constant, 1);
    const char *name = keras_settings_text(dots, "class_name");
    if (json_array_size(operation->constant) != 2 || !name || strcmp(name, "__ellipsis__") != 0 ||
        !json_is_number(channel) || json_number_value(channel) < 0)
        return false;
    add_numbers(settings, "channels", json_number_value(channel));
    return true;
}

static bool stacks(const struct operation *operation, struct layer_config *settings)
{
    add_numbers(settings, "axis", -1);
    return json_number_value(json_object_get(operation->config, "axis")) < 0;
}

/* The table ------------------------------------------------------------------------------- */

enum kind { ARITHMETIC, ACTIVATION, SLOPE, OVER_POSITIONS, PICK, STACK, JOIN, SAME };

/* what: the sign; the activation; the layer. */
static const struct {
    const char *name;
    enum kind kind;
    const char *what;
} operations[] = {
    {"Add", ARITHMETIC, "+"},
    {"math.add", ARITHMETIC, "+"},
    {"__operators__.add", ARITHMETIC, "+"},
    {"nn.bias_add", ARITHMETIC, "+"},
    {"Subtract", ARITHMETIC, "-"},
    {"math.subtract", ARITHMETIC, "-"},
    {"Multiply", ARITHMETIC, "*"},
    {"math.multiply", ARITHMETIC, "*"},
    {"TrueDivide", ARITHMETIC, "/"},
    {"Divide", ARITHMETIC, "/"},
    {"math.truediv", ARITHMETIC, "/"},
    {"math.divide", ARITHMETIC, "/"},
    {"Relu", ACTIVATION, "relu"},
    {"nn.relu", ACTIVATION, "relu"},
    {"Relu6", ACTIVATION, "relu6"},
    {"nn.relu6", ACTIVATION, "relu6"},
    {"Sigmoid", ACTIVATION, "sigmoid"},
    {"math.sigmoid", ACTIVATION, "sigmoid"},
    {"Tanh", ACTIVATION, "tanh"},
    {"math.tanh", ACTIVATION, "tanh"},
    {"Silu", ACTIVATION, "silu"},
    {"nn.silu", ACTIVATION, "silu"},
    {"Selu", ACTIVATION, "selu"},
    {"nn.selu", ACTIVATION, "selu"},
    {"Softplus", ACTIVATION, "softplus"},
    {"math.softplus", ACTIVATION, "softplus"},
    {"Softsign", ACTIVATION, "softsign"},
    {"HardSigmoid", ACTIVATION, "hard_sigmoid"},
    {"HardSilu", ACTIVATION, "hard_silu"},
    {"Mish", ACTIVATION, "mish"},
    {"nn.softmax", ACTIVATION, "softmax"},
    {"LeakyRelu", SLOPE, "LeakyReLU"},
    {"Elu", SLOPE, "ELU"},
    {"Softmax", SLOPE, "Softmax"},
    {"Mean", OVER_POSITIONS, "GlobalAveragePooling2D"},
    {"math.reduce_mean", OVER_POSITIONS, "GlobalAveragePooling2D"},
    {"Max", OVER_POSITIONS, "GlobalMaxPooling2D"},
    {"math.reduce_max", OVER_POSITIONS, "GlobalMaxPooling2D"},
    {"GetItem", PICK, "SelectChannels"},
    {"Stack", STACK, "Concatenate"},
    {"Concatenate", JOIN, "Concatenate"},
    {"Cast", SAME, "linear"},
    {"cast", SAME, "linear"},
};

static const char *merge_of(char sign)
{
    return sign == '+' ? "Add" : sign == '-' ? "Subtract" : sign == '*' ? "Multiply" : NULL;
}

/* The layer's class; NULL: not as one of ours. */
static const char *lower(const struct operation *operation, enum kind kind, const char *what,
    struct layer_config *settings)
{
    bool alone = operation->n_inputs == 1, bare = !operation->constant && !operation->more;
    switch (kind) {
    case ARITHMETIC:
        if (operation->n_inputs == 2 && bare)
            return merge_of(*what);
        return alone && with_constant(operation, *what, settings) ? "Rescaling" : NULL;
    case ACTIVATION:
        settings_add_string(settings, "activation", what);
        return alone && bare ? "Activation" : NULL;
    case SAME:
        settings_add_string(settings, "activation", what);
        return alone ? "Activation" : NULL;
    case SLOPE:
        keras_settings_read((json_t *)operation->config, settings);
        return alone && bare ? what : NULL;
    case OVER_POSITIONS:
        return alone && over_positions(operation, settings) ? what : NULL;
    case PICK:
        return alone && picks_channel(operation, settings) ? what : NULL;
    case STACK:
        return bare && stacks(operation, settings) ? what : NULL;
    case JOIN:
        keras_settings_read((json_t *)operation->config, settings);
        return bare ? what : NULL;
    }
    return NULL;
}

static bool is_old(const json_t *layer)
{
    const char *class_name = keras_settings_text(layer, "class_name");
    return class_name && strcmp(class_name, "TFOpLambda") == 0;
}

/* A layer that no operation is called like. */
static bool is_layer_alone(const char *class_name)
{
    for (size_t i = 0; class_name && i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, class_name) == 0)
            return false;
    return class_name && layers_find(class_name);
}

bool keras_operation_is(const json_t *layer)
{
    const char *module = keras_settings_text(layer, "module");
    const json_t *config = json_object_get(layer, "config");
    if (is_old(layer) || module)
        return is_old(layer) || strncmp(module, "keras.src.ops.", 14) == 0;
    /* an .h5 of Keras 3 does not say the module; what may be either has one of these settings
     * where it is a layer */
    return !is_layer_alone(keras_settings_text(layer, "class_name")) &&
           json_is_object(json_array_get(json_object_get(layer, "inbound_nodes"), 0)) &&
           !json_object_get(config, "trainable") && !json_object_get(config, "dtype") &&
           !json_object_get(config, "layers");
}

void keras_operation_read(const json_t *layer, size_t call, int n_inputs, char **class_name,
    struct layer_config *settings)
{
    struct operation operation = {.n_inputs = n_inputs};
    const char *found = NULL;
    if (is_old(layer))
        read_old(layer, &operation);
    else
        read_new(layer, call, &operation);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operation.name && strcmp(operations[i].name, operation.name) == 0)
            found = lower(&operation, operations[i].kind, operations[i].what, settings);
    if (found) {
        *class_name = memory_string(found);
        return;
    }
    settings_free(settings);
    *class_name = memory_format(
        "%s %s", is_old(layer) ? "tf" : "keras.ops", operation.name ? operation.name : "?");
}
