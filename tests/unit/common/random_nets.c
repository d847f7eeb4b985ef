/* Random nets of many shapes, the same for the same seed. */
#include "tests/unit/common/random_nets.h"

enum { NODES = 32, TEXT = 160, WIDE_PIXELS = 40 /* more take long */ };

/* A network while it is written down. */
struct sketch {
    struct random *random;
    int n;
    struct test_node nodes[NODES];
    char names[NODES][16], settings[NODES][TEXT], inputs[NODES][TEXT];
    int height, width, channels; /* of the newest node */
};

int random_between(struct random *random, int low, int high)
{
    return low + (int)random_below(random, (uint32_t)(high - low + 1));
}

int random_trials(int usual)
{
    const char *text = getenv("SECATEUR_TRIALS");
    return text ? atoi(text) : usual;
}

static bool coin(struct sketch *sketch)
{
    return random_below(sketch->random, 2);
}

/* Adds a node behind another; its settings are the caller's to write. */
static char *add(struct sketch *sketch, const char *class_name, const char *inputs)
{
    int i = sketch->n++;
    snprintf(sketch->names[i], sizeof sketch->names[i], "layer_%d", i);
    snprintf(sketch->inputs[i], sizeof sketch->inputs[i], "%s",
        inputs ? inputs
        : i    ? sketch->names[i - 1]
               : "");
    sketch->nodes[i] =
        (struct test_node){class_name, sketch->names[i], sketch->settings[i], sketch->inputs[i]};
    return sketch->settings[i];
}

static const char *newest(const struct sketch *sketch)
{
    return sketch->names[sketch->n - 1];
}

static const char *activation(struct sketch *sketch)
{
    static const char *const names[] = {
        "linear", "relu", "relu", "relu", "relu6", "sigmoid", "tanh", "elu", "softmax"};
    return names[random_below(sketch->random, sizeof names / sizeof *names)];
}

/* Size, stride, dilation and padding of a window that fits; the shape becomes the output's. */
static void window(struct sketch *sketch, const char *key, bool pool, char *text)
{
    int *sides[] = {&sketch->height, &sketch->width};
    int size[2], stride[2], dilation[2] = {1, 1};
    bool same = coin(sketch);
    for (int axis = 0; axis < 2; axis++) {
        int side = *sides[axis], most = side < 4 ? side : 4;
        size[axis] = random_between(sketch->random, 1, most);
        stride[axis] = random_between(sketch->random, 1, 3);
        if (!pool && coin(sketch) && (2 * (size[axis] - 1) + 1 <= side || same))
            dilation[axis] = 2;
        if (dilation[axis] > 1)
            stride[axis] = 1;
        int extent = (size[axis] - 1) * dilation[axis] + 1;
        *sides[axis] =
            same ? (side + stride[axis] - 1) / stride[axis] : (side - extent) / stride[axis] + 1;
    }
    int at = snprintf(text, TEXT, "%s=%d,%d strides=%d,%d padding=%s ", key, size[0], size[1],
        stride[0], stride[1], same ? "same" : "valid");
    if (!pool)
        snprintf(text + at, TEXT - (size_t)at, "dilation_rate=%d,%d ", dilation[0], dilation[1]);
}

static void finish(struct sketch *sketch, char *settings)
{
    size_t at = strlen(settings);
    snprintf(settings + at, TEXT - at, "activation=%s use_bias=%s", activation(sketch),
        coin(sketch) ? "true" : "false");
}

static void add_convolution(struct sketch *sketch)
{
    int groups = sketch->channels % 2 == 0 && random_below(sketch->random, 4) == 0 ? 2 : 1;
    int filters = groups * random_between(sketch->random, 1, groups == 2 ? 6 : 21);
    char *settings = add(sketch, "Conv2D", NULL);
    window(sketch, "kernel_size", false, settings);
    size_t at = strlen(settings);
    snprintf(settings + at, TEXT - at, "filters=%d groups=%d ", filters, groups);
    finish(sketch, settings);
    sketch->channels = filters;
}

static void add_depthwise(struct sketch *sketch)
{
    bool separable = coin(sketch);
    int multiplier = random_between(sketch->random, 1, 3);
    int filters = random_between(sketch->random, 1, 9);
    char *settings = add(sketch, separable ? "SeparableConv2D" : "DepthwiseConv2D", NULL);
    window(sketch, "kernel_size", false, settings);
    size_t at = strlen(settings);
    at += (size_t)snprintf(settings + at, TEXT - at, "depth_multiplier=%d ", multiplier);
    if (separable)
        snprintf(settings + at, TEXT - at, "filters=%d ", filters);
    finish(sketch, settings);
    sketch->channels = separable ? filters : multiplier * sketch->channels;
}

static void add_pooling(struct sketch *sketch)
{
    char *settings = add(sketch, coin(sketch) ? "MaxPooling2D" : "AveragePooling2D", NULL);
    window(sketch, "pool_size", true, settings);
}

/* Pooling as it is taken in by the convolution in front of it. */
static void add_halving(struct sketch *sketch)
{
    if (sketch->height < 2 || sketch->width < 2)
        return;
    add(sketch, "MaxPooling2D", NULL);
    sketch->height /= 2;
    sketch->width /= 2;
}

static void add_elementwise(struct sketch *sketch)
{
    static const struct {
        const char *class_name, *settings;
    } kinds[] = {{"BatchNormalization", ""}, {"BatchNormalization", "scale=false center=false"},
        {"Rescaling", "scale=-1.5 offset=0.25"}, {"ReLU", ""},
        {"ReLU", "max_value=0.5 negative_slope=0.125"}, {"LeakyReLU", "alpha=0.25"},
        {"ELU", "alpha=0.5"}, {"Softmax", ""}, {"Activation", "activation=sigmoid"},
        {"Activation", "activation=softmax"}, {"Activation", "activation=relu"},
        {"Dropout", "rate=0.5"}, {"GaussianNoise", ""}};
    uint32_t kind = random_below(sketch->random, sizeof kinds / sizeof *kinds);
    char *settings = add(sketch, kinds[kind].class_name, NULL);
    snprintf(settings, TEXT, "%s", kinds[kind].settings);
}

static void add_frame(struct sketch *sketch)
{
    char *settings = add(sketch, "ZeroPadding2D", NULL);
    snprintf(settings, TEXT, "padding=1,2,0,1");
    sketch->height += 3;
    sketch->width += 1;
}

/* Statistics of the image itself, and channels that go other ways. */
static void add_mixed(struct sketch *sketch)
{
    static const char *const kinds[] = {"LayerNormalization", "GroupNormalization",
        "InstanceNormalization", "SelectChannels", "LayerNormalization"};
    uint32_t kind = random_below(sketch->random, sizeof kinds / sizeof *kinds);
    char *settings = add(sketch, kinds[kind], NULL);
    if (kind == 1)
        snprintf(settings, TEXT, "groups=%d", sketch->channels % 2 ? 1 : 2);
    if (kind == 3) {
        snprintf(settings, TEXT, "channels=%d,-1,0", sketch->channels - 1);
        sketch->channels = 3;
    }
    if (kind == 4)
        snprintf(settings, TEXT, "axis=1,2,3 center=%s", coin(sketch) ? "true" : "false");
}

/* Larger, smaller or turned images. */
static void add_moved(struct sketch *sketch)
{
    int wide = sketch->width;
    if (coin(sketch) && sketch->height * wide <= WIDE_PIXELS) {
        bool learnt = coin(sketch);
        char *settings = add(sketch, learnt ? "Conv2DTranspose" : "UpSampling2D", NULL);
        snprintf(settings, TEXT, "%s",
            learnt ? "filters=3 kernel_size=3 strides=2 padding=same activation=relu"
                   : "size=2,2 interpolation=bilinear");
        sketch->channels = learnt ? 3 : sketch->channels;
        sketch->height *= 2;
        sketch->width *= 2;
    } else if (coin(sketch) && wide > 2) {
        snprintf(add(sketch, "Cropping2D", NULL), TEXT, "cropping=0,0,1,0");
        sketch->width--;
    } else {
        snprintf(add(sketch, "Permute", NULL), TEXT, "dims=2,1,3");
        sketch->width = sketch->height;
        sketch->height = wide;
    }
}

/* Squeeze and excitation, and its kin. */
static void add_gate(struct sketch *sketch)
{
    static const char *const kinds[] = {"Multiply", "Add", "Maximum", "Average", "Subtract"};
    char from[16], inputs[TEXT];
    snprintf(from, sizeof from, "%s", newest(sketch));
    snprintf(
        add(sketch, coin(sketch) ? "GlobalAveragePooling2D" : "ChannelMean", from), TEXT, "%s", "");
    if (strcmp(sketch->nodes[sketch->n - 1].class_name, "ChannelMean") == 0)
        snprintf(add(sketch, "Conv2D", NULL), TEXT, "filters=1 kernel_size=1 activation=sigmoid");
    else
        snprintf(add(sketch, "Dense", NULL), TEXT, "units=%d activation=sigmoid", sketch->channels);
    snprintf(inputs, sizeof inputs, "%s %s", from, newest(sketch));
    add(sketch, kinds[random_below(sketch->random, 5)], inputs);
}

/* A Dense on every pixel. */
static void add_pixel_dense(struct sketch *sketch)
{
    char *settings = add(sketch, "Dense", NULL);
    sketch->channels = random_between(sketch->random, 1, 9);
    snprintf(settings, TEXT, "units=%d ", sketch->channels);
    finish(sketch, settings);
}

/* Two ways from the newest node that meet again. */
static void add_branches(struct sketch *sketch)
{
    char from[16], inputs[TEXT];
    bool join = coin(sketch);
    int filters = join ? random_between(sketch->random, 1, 5) : sketch->channels;
    snprintf(from, sizeof from, "%s", newest(sketch));
    char *settings = add(sketch, "Conv2D", from);
    snprintf(settings, TEXT, "kernel_size=3,3 padding=same filters=%d ", filters);
    finish(sketch, settings);
    snprintf(inputs, sizeof inputs, "%s %s", newest(sketch), from);
    add(sketch, join ? "Concatenate" : "Add", inputs);
    sketch->channels = join ? sketch->channels + filters : filters;
    if (!coin(sketch))
        return;
    snprintf(inputs, sizeof inputs, "%s %s", newest(sketch), newest(sketch));
    add(sketch, "Add", inputs); /* of twice the same */
}

/* Convolutions of 3x3 that are wide enough for Winograd's scheme, with all that an ending has. */
static void add_wide(struct sketch *sketch)
{
    char from[16], inputs[TEXT];
    const char *padding =
        sketch->height > 3 && sketch->width > 3 && coin(sketch) ? "valid" : "same";
    int filters = random_between(sketch->random, 64, 67);
    snprintf(
        add(sketch, "Conv2D", NULL), TEXT, "kernel_size=1,1 filters=%d activation=relu", filters);
    snprintf(from, sizeof from, "%s", newest(sketch));
    snprintf(add(sketch, "Conv2D", NULL), TEXT, "kernel_size=3,3 filters=%d padding=%s use_bias=%s",
        filters, padding, coin(sketch) ? "true" : "false");
    if (coin(sketch))
        add(sketch, "BatchNormalization", NULL);
    if (strcmp(padding, "same") == 0 && coin(sketch)) {
        snprintf(inputs, sizeof inputs, "%s %s", newest(sketch), from);
        add(sketch, "Add", inputs);
    }
    snprintf(add(sketch, "ReLU", NULL), TEXT, "%s", coin(sketch) ? "max_value=0.5" : "");
    sketch->channels = filters;
    int less = strcmp(padding, "valid") == 0 ? 2 : 0;
    sketch->height -= less;
    sketch->width -= less;
}

static void add_end(struct sketch *sketch)
{
    static const char *const flat[] = {"Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"};
    add(sketch, flat[random_below(sketch->random, 3)], NULL);
    if (coin(sketch))
        snprintf(add(sketch, "Dense", NULL), TEXT, "units=%d activation=%s",
            random_between(sketch->random, 2, 37), activation(sketch));
    char *settings = add(sketch, "Dense", NULL);
    snprintf(settings, TEXT, "units=%d activation=%s", random_between(sketch->random, 2, 19),
        coin(sketch) ? "softmax" : "linear");
    if (coin(sketch))
        add(sketch, "Dropout", NULL);
}

struct network *random_net(struct random *random)
{
    static void (*const parts[])(struct sketch * sketch) = {add_convolution, add_convolution,
        add_halving, add_depthwise, add_pooling, add_elementwise, add_elementwise, add_frame,
        add_pixel_dense, add_branches, add_mixed, add_moved, add_gate};
    struct sketch *sketch = memory_array(1, sizeof *sketch);
    sketch->random = random;
    sketch->height = random_between(random, 4, 12);
    sketch->width = random_between(random, 4, 12);
    sketch->channels = random_between(random, 1, 5);
    snprintf(add(sketch, "InputLayer", NULL), TEXT, "batch_input_shape=null,%d,%d,%d",
        sketch->height, sketch->width, sketch->channels);
    for (int i = random_between(random, 1, 5); i > 0; i--)
        parts[random_below(random, sizeof parts / sizeof *parts)](sketch);
    if (sketch->height * sketch->width <= WIDE_PIXELS && random_below(random, 4) == 0)
        add_wide(sketch);
    add_end(sketch);
    struct error err = {0};
    struct network *network = test_network(sketch->nodes, sketch->n, &err);
    for (int i = 0; i < sketch->n && !network; i++)
        print_error("%s %s\n", sketch->nodes[i].class_name, sketch->settings[i]);
    assert_string_equal(err.text, "");
    test_random_weights(network, random_u32(random));
    free(sketch);
    return network;
}
