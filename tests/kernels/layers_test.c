/* net: every layer's forward pass against a slow obvious version in double precision, on random
 * shapes, strides, paddings and dilations. */
#include "engine/net/pass.h"

#include "tests/nets.h"

#include "tests/test.h"

enum { IMAGES = 3 };

/* The layer under test, run once on random inputs. */
struct trial {
    struct random random;
    struct network *network;
    struct pass *pass;
    const struct layer *layer;
    const float *in, *out; /* of the first input, and the output */
};

static int between(struct trial *trial, int low, int high)
{
    return low + (int)random_below(&trial->random, (uint32_t)(high - low + 1));
}

static bool coin(struct trial *trial)
{
    return random_below(&trial->random, 2) == 1;
}

/* Builds input -> layer -> Flatten and runs it; side: the layer reads two more inputs. */
static void run(struct trial *trial, const char *class, const char *shape, const char *settings,
    const char *inputs)
{
    struct error err = {0};
    char input[128];
    snprintf(input, sizeof input, "batch_input_shape=null,%s", shape);
    const struct test_node nodes[] = {
        {"InputLayer", "input", input, ""},
        {"Rescaling", "twice", "scale=2 offset=0.5", "input"},
        {"Rescaling", "minus", "scale=-1", "input"},
        {class, "layer", settings, inputs},
        {"Flatten", "flatten", "", "layer"},
    };
    trial->network = test_network(nodes, 5, &err);
    if (!trial->network)
        print_error("%s %s %s: %s\n", class, shape, settings, err.text);
    assert_non_null(trial->network);
    test_random_weights(trial->network, random_u32(&trial->random));
    trial->pass = pass_create(trial->network, IMAGES + 1);
    int at = network_find(trial->network, "layer");
    trial->layer = &trial->network->layers[at];
    float *in = pass_tensor(trial->pass, trial->network->input);
    const struct shape *in_shape = &trial->network->layers[trial->network->input].shape;
    for (size_t i = 0; i < IMAGES * shape_count(in_shape); i++)
        in[i] = (float)random_range(&trial->random, -1, 1);
    pass_forward(trial->pass, IMAGES, NULL);
    trial->in = in;
    trial->out = pass_tensor(trial->pass, at);
}

static void done(struct trial *trial)
{
    pass_destroy(trial->pass);
    network_destroy(trial->network);
}

static const float *weight(const struct trial *trial, const char *name)
{
    for (int w = 0; w < trial->layer->n_weights; w++)
        if (strcmp(trial->layer->weights[w].name, name) == 0)
            return trial->layer->weights[w].data;
    return NULL;
}

static void expect(const struct trial *trial, size_t at, double expected, double magnitude)
{
    double got = (double)trial->out[at];
    if (!(fabs(got - expected) <= 2e-6 * (1 + magnitude))) {
        print_error(
            "%s: value %zu is %.9g, expected %.9g\n", trial->layer->class->name, at, got, expected);
        assert_true(false);
    }
}

/* A window along one axis, in the words of TensorFlow's documentation. */
struct axis {
    int in, size, stride, dilation, out, before;
};

static struct axis random_axis(struct trial *trial, bool same, int most, bool strides)
{
    struct axis axis = {.size = between(trial, 1, 4), .stride = between(trial, 1, 3)};
    axis.dilation = strides ? between(trial, 1, 2) : 1;
    int extent = (axis.size - 1) * axis.dilation + 1;
    axis.in = between(trial, same ? 1 : extent, most);
    if (same) {
        axis.out = (int)ceil((double)axis.in / axis.stride);
        int total = (axis.out - 1) * axis.stride + extent - axis.in;
        axis.before = total > 0 ? total / 2 : 0;
    } else {
        axis.out = (int)ceil((double)(axis.in - extent + 1) / axis.stride);
    }
    return axis;
}

/* The pixel under tap t at position p, -1 in the padding. */
static int under(const struct axis *axis, int p, int t)
{
    int at = p * axis->stride - axis->before + t * axis->dilation;
    return at >= 0 && at < axis->in ? at : -1;
}

struct image {
    struct axis y, x;
    int channels;
};

static struct image random_image(
    struct trial *trial, bool same, int channels, int most, bool dilated)
{
    struct image image = {
        random_axis(trial, same, most, dilated), random_axis(trial, same, most, dilated), channels};
    return image;
}

static const char *shape_of(const struct image *image, char *text)
{
    snprintf(text, SHAPE_TEXT, "%d,%d,%d", image->y.in, image->x.in, image->channels);
    return text;
}

static size_t index3(int n, int height, int width, int channels, int y, int x, int c)
{
    return (((size_t)n * (size_t)height + (size_t)y) * (size_t)width + (size_t)x) *
               (size_t)channels +
           (size_t)c;
}

/* Input of image n under tap (v, h) of position (y, x); *inside tells padding. */
static double seen(const struct trial *trial, const struct image *image, int n, int y, int x, int v,
    int h, int c, bool *inside)
{
    int iy = under(&image->y, y, v), ix = under(&image->x, x, h);
    *inside = iy >= 0 && ix >= 0;
    return *inside
               ? (double)trial->in[index3(n, image->y.in, image->x.in, image->channels, iy, ix, c)]
               : 0;
}

static void check_shape(const struct trial *trial, const struct image *image, int channels)
{
    struct shape expected = shape_image(image->y.out, image->x.out, channels);
    assert_true(shape_equal(&trial->layer->shape, &expected));
}

struct filter {
    int first, count;    /* input channels it reads */
    const float *kernel; /* [size, count, filters] */
    int filters, index;
};

/* One value of a convolution; adds the absolute values to *magnitude. */
static double slow_filter(const struct trial *trial, const struct image *image,
    const struct filter *filter, int n, int y, int x, double *magnitude)
{
    double sum = 0;
    bool inside;
    for (int v = 0; v < image->y.size; v++)
        for (int h = 0; h < image->x.size; h++)
            for (int c = 0; c < filter->count; c++) {
                size_t at =
                    index3(v, image->x.size, filter->count, filter->filters, h, c, filter->index);
                double term = (double)filter->kernel[at] *
                              seen(trial, image, n, y, x, v, h, filter->first + c, &inside);
                sum += term;
                *magnitude += fabs(term);
            }
    return sum;
}

static void check_conv2d(struct trial *trial, int most)
{
    bool same = coin(trial), bias = coin(trial);
    int groups = between(trial, 1, 3), filters = groups * between(trial, 1, 5);
    struct image image = random_image(trial, same, groups * between(trial, 1, 4), most, true);
    char settings[512], shape[SHAPE_TEXT];
    snprintf(settings, sizeof settings,
        "filters=%d kernel_size=%d,%d strides=%d,%d dilation_rate=%d,%d padding=%s groups=%d "
        "use_bias=%s activation=relu",
        filters, image.y.size, image.x.size, image.y.stride, image.x.stride, image.y.dilation,
        image.x.dilation, same ? "same" : "valid", groups, bias ? "true" : "false");
    run(trial, "Conv2D", shape_of(&image, shape), settings, "input");
    check_shape(trial, &image, filters);
    const float *biases = weight(trial, "bias");
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int f = (int)(i % (size_t)filters), spot = (int)(i / (size_t)filters);
        int x = spot % image.x.out, y = spot / image.x.out % image.y.out;
        int count = image.channels / groups, per_group = filters / groups;
        struct filter filter = {f / per_group * count, count, weight(trial, "kernel"), filters, f};
        double magnitude = 0;
        double sum =
            slow_filter(trial, &image, &filter, spot / image.x.out / image.y.out, y, x, &magnitude);
        sum += bias ? (double)biases[f] : 0;
        expect(trial, i, sum > 0 ? sum : 0, magnitude);
    }
    done(trial);
}

static void conv2d(struct trial *trial)
{
    for (int i = 0; i < 300; i++)
        check_conv2d(trial, 9);
    for (int i = 0; i < 4; i++)
        check_conv2d(trial, 60); /* several tiles, across images */
}

/* Value `wide` of the depthwise kernels at one place. */
static double slow_depthwise(const struct trial *trial, const struct image *image, int multiplier,
    int n, int y, int x, int wide, double *magnitude)
{
    double sum = 0;
    bool inside;
    const float *kernel = weight(trial, "depthwise_kernel");
    int all = image->channels * multiplier;
    for (int v = 0; v < image->y.size; v++)
        for (int h = 0; h < image->x.size; h++) {
            double term = (double)kernel[index3(0, image->y.size, image->x.size, all, v, h, wide)] *
                          seen(trial, image, n, y, x, v, h, wide / multiplier, &inside);
            sum += term;
            *magnitude += fabs(term);
        }
    return sum;
}

static struct image depthwise_image(
    struct trial *trial, int multiplier, bool bias, char *shape, char *settings, size_t size)
{
    bool same = coin(trial);
    struct image image = random_image(trial, same, between(trial, 1, 9), 9, true);
    snprintf(settings, size,
        "kernel_size=%d,%d strides=%d,%d dilation_rate=%d,%d padding=%s depth_multiplier=%d "
        "use_bias=%s",
        image.y.size, image.x.size, image.y.stride, image.x.stride, image.y.dilation,
        image.x.dilation, same ? "same" : "valid", multiplier, bias ? "true" : "false");
    shape_of(&image, shape);
    return image;
}

static void check_depthwise(struct trial *trial)
{
    int multiplier = between(trial, 1, 3);
    bool bias = coin(trial);
    char shape[SHAPE_TEXT], settings[512];
    struct image image = depthwise_image(trial, multiplier, bias, shape, settings, sizeof settings);
    run(trial, "DepthwiseConv2D", shape, settings, "input");
    int all = image.channels * multiplier;
    check_shape(trial, &image, all);
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int spot = (int)(i / (size_t)all), wide = (int)(i % (size_t)all);
        double magnitude = 0;
        double sum = slow_depthwise(trial, &image, multiplier, spot / image.x.out / image.y.out,
            spot / image.x.out % image.y.out, spot % image.x.out, wide, &magnitude);
        sum += bias ? (double)weight(trial, "bias")[wide] : 0;
        expect(trial, i, sum, magnitude);
    }
    done(trial);
}

static void depthwise(struct trial *trial)
{
    for (int i = 0; i < 300; i++)
        check_depthwise(trial);
}

static void check_separable(struct trial *trial)
{
    int multiplier = between(trial, 1, 3), filters = between(trial, 1, 6);
    bool bias = coin(trial);
    char shape[SHAPE_TEXT], rest[512], settings[600];
    struct image image = depthwise_image(trial, multiplier, bias, shape, rest, sizeof rest);
    snprintf(settings, sizeof settings, "filters=%d %s", filters, rest);
    run(trial, "SeparableConv2D", shape, settings, "input");
    check_shape(trial, &image, filters);
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int spot = (int)(i / (size_t)filters), f = (int)(i % (size_t)filters);
        double magnitude = 0, sum = bias ? (double)weight(trial, "bias")[f] : 0;
        for (int k = 0; k < image.channels * multiplier; k++)
            sum += (double)weight(trial, "pointwise_kernel")[k * filters + f] *
                   slow_depthwise(trial, &image, multiplier, spot / image.x.out / image.y.out,
                       spot / image.x.out % image.y.out, spot % image.x.out, k, &magnitude);
        expect(trial, i, sum, magnitude);
    }
    done(trial);
}

static void separable(struct trial *trial)
{
    for (int i = 0; i < 150; i++)
        check_separable(trial);
}

static void check_dense(struct trial *trial, const char *shape, int in, size_t rows)
{
    char settings[128];
    int units = between(trial, 1, 30);
    bool bias = coin(trial);
    snprintf(settings, sizeof settings, "units=%d use_bias=%s activation=tanh", units,
        bias ? "true" : "false");
    run(trial, "Dense", shape, settings, "input");
    assert_int_equal(shape_count(&trial->layer->shape), rows * (size_t)units);
    for (size_t i = 0; i < IMAGES * rows * (size_t)units; i++) {
        size_t row = i / (size_t)units, unit = i % (size_t)units;
        double sum = bias ? (double)weight(trial, "bias")[unit] : 0;
        for (size_t k = 0; k < (size_t)in; k++)
            sum += (double)trial->in[row * (size_t)in + k] *
                   (double)weight(trial, "kernel")[k * (size_t)units + unit];
        expect(trial, i, tanh(sum), 1);
    }
    done(trial);
}

static void dense(struct trial *trial)
{
    for (int i = 0; i < 60; i++) {
        char shape[SHAPE_TEXT];
        int in = between(trial, 1, 70), height = between(trial, 1, 5);
        snprintf(shape, sizeof shape, "%d", in);
        check_dense(trial, shape, in, 1);
        snprintf(shape, sizeof shape, "%d,2,%d", height, in);
        check_dense(trial, shape, in, 2 * (size_t)height);
    }
}

/* The pool of one window: its largest value, or the mean of what is not padding. */
static double slow_pool(const struct trial *trial, const struct image *image, bool mean, size_t at)
{
    int spot = (int)(at / (size_t)image->channels), taps = 0;
    double sum = 0, largest = -INFINITY;
    for (int v = 0; v < image->y.size; v++)
        for (int h = 0; h < image->x.size; h++) {
            bool inside;
            double value = seen(trial, image, spot / image->x.out / image->y.out,
                spot / image->x.out % image->y.out, spot % image->x.out, v, h,
                (int)(at % (size_t)image->channels), &inside);
            if (!inside)
                continue;
            taps++;
            sum += value;
            largest = value > largest ? value : largest;
        }
    return mean ? sum / taps : largest;
}

static void check_pool(struct trial *trial, const char *class, bool mean)
{
    char settings[128], shape[SHAPE_TEXT];
    bool same = coin(trial), own_strides = coin(trial);
    struct image image = random_image(trial, same, between(trial, 1, 20), 12, false);
    int n = snprintf(settings, sizeof settings, "pool_size=%d,%d padding=%s", image.y.size,
        image.x.size, same ? "same" : "valid");
    if (own_strides)
        snprintf(settings + n, sizeof settings - (size_t)n, " strides=%d,%d", image.y.stride,
            image.x.stride);
    run(trial, class, shape_of(&image, shape), settings, "input");
    if (own_strides) {
        check_shape(trial, &image, image.channels);
        for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++)
            expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    } else if (!same) { /* strides are the pool's size */
        image.y.stride = image.y.size, image.x.stride = image.x.size;
        image.y.out = image.y.in / image.y.size, image.x.out = image.x.in / image.x.size;
        check_shape(trial, &image, image.channels);
        for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++)
            expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    }
    done(trial);
}

static void check_global(struct trial *trial, const char *class, bool mean)
{
    char shape[SHAPE_TEXT];
    struct image image = {.channels = between(trial, 1, 20)};
    image.y = (struct axis){.dilation = 1, .stride = 1, .out = 1};
    image.x = image.y;
    image.y.in = image.y.size = between(trial, 1, 7);
    image.x.in = image.x.size = between(trial, 1, 7);
    bool keep = coin(trial);
    run(trial, class, shape_of(&image, shape), keep ? "keepdims=true" : "", "input");
    assert_int_equal(trial->layer->shape.rank, keep ? 3 : 1);
    for (size_t i = 0; i < IMAGES * (size_t)image.channels; i++)
        expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    done(trial);
}

static void pooling(struct trial *trial)
{
    for (int i = 0; i < 200; i++) {
        check_pool(trial, "MaxPooling2D", false);
        check_pool(trial, "AveragePooling2D", true);
        check_global(trial, "GlobalMaxPooling2D", false);
        check_global(trial, "GlobalAveragePooling2D", true);
    }
}

static void zero_padding(struct trial *trial)
{
    static const struct {
        const char *text;
        int frame[4];
    } paddings[] = {{"padding=2", {2, 2, 2, 2}}, {"padding=1,3", {1, 1, 3, 3}},
        {"padding=0,1,2,3", {0, 1, 2, 3}}, {"", {1, 1, 1, 1}}};
    for (int p = 0; p < 4; p++) {
        const int *frame = paddings[p].frame;
        run(trial, "ZeroPadding2D", "3,4,5", paddings[p].text, "input");
        int height = 3 + frame[0] + frame[1], width = 4 + frame[2] + frame[3];
        struct shape expected = shape_image(height, width, 5);
        assert_true(shape_equal(&trial->layer->shape, &expected));
        for (size_t i = 0; i < IMAGES * shape_count(&expected); i++) {
            int c = (int)(i % 5), x = (int)(i / 5) % width - frame[2];
            int y = (int)(i / 5) / width % height - frame[0];
            int n = (int)(i / 5) / width / height;
            bool inside = x >= 0 && x < 4 && y >= 0 && y < 3;
            expect(trial, i, inside ? (double)trial->in[index3(n, 3, 4, 5, y, x, c)] : 0, 0);
        }
        done(trial);
    }
}

static void check_norm(struct trial *trial, const char *settings, double epsilon)
{
    run(trial, "BatchNormalization", "3,2,7", settings, "input");
    const float *gamma = weight(trial, "gamma"), *beta = weight(trial, "beta");
    const float *mean = weight(trial, "moving_mean");
    const float *variance = weight(trial, "moving_variance");
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        size_t c = i % 7;
        double value =
            ((double)trial->in[i] - (double)mean[c]) / sqrt((double)variance[c] + epsilon);
        value *= gamma ? (double)gamma[c] : 1;
        expect(trial, i, value + (beta ? (double)beta[c] : 0), 2);
    }
    done(trial);
}

static void normalization(struct trial *trial)
{
    check_norm(trial, "", 1e-3);
    check_norm(trial, "epsilon=0.25 axis=3", 0.25);
    check_norm(trial, "scale=false axis=-1,", 1e-3);
    check_norm(trial, "center=false", 1e-3);
}

static void rescaling(struct trial *trial)
{
    run(trial, "Rescaling", "4,3,2", "scale=0.5 offset=-1", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        expect(trial, i, (double)trial->in[i] * 0.5 - 1, 1);
    done(trial);
    run(trial, "Rescaling", "4,3,2", "scale=0.5,3 offset=-1,2", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        expect(trial, i, (double)trial->in[i] * (i % 2 ? 3 : 0.5) + (i % 2 ? 2 : -1), 3);
    done(trial);
}

static void merging(struct trial *trial)
{
    run(trial, "Add", "5,3,6", "", "input twice minus");
    for (size_t i = 0; i < IMAGES * 90; i++)
        expect(trial, i, 2 * (double)trial->in[i] + 0.5, 2);
    done(trial);
    run(trial, "Concatenate", "5,3,6", "axis=-1", "input twice minus");
    assert_int_equal(shape_channels(&trial->layer->shape), 18);
    for (size_t i = 0; i < IMAGES * 270; i++) {
        double in = (double)trial->in[i / 18 * 6 + i % 6];
        expect(trial, i, i % 18 < 6 ? in : i % 18 < 12 ? 2 * in + 0.5 : -in, 1);
    }
    done(trial);
}

static void check_copy(struct trial *trial, const char *class, const char *settings)
{
    run(trial, class, "4,3,2", settings, "input");
    assert_int_equal(shape_count(&trial->layer->shape), 24);
    assert_memory_equal(trial->in, trial->out, IMAGES * 24 * sizeof *trial->in);
    done(trial);
}

static void copies(struct trial *trial)
{
    check_copy(trial, "Flatten", "");
    check_copy(trial, "Reshape", "target_shape=6,-1");
    check_copy(trial, "Dropout", "rate=0.5");
    check_copy(trial, "SpatialDropout2D", "rate=0.5");
    check_copy(trial, "AlphaDropout", "rate=0.5");
    check_copy(trial, "GaussianDropout", "rate=0.5");
    check_copy(trial, "GaussianNoise", "stddev=0.5");
    check_copy(trial, "ActivityRegularization", "l2=0.5");
}

static double slow_relu(double x)
{
    return x > 0 ? x : 0;
}
static double slow_leaky(double x)
{
    return x > 0 ? x : 0.3 * x;
}
static double slow_limited(double x)
{
    return x > 0.5 ? 0.5 : x > 0 ? x : 0.1 * x;
}
static double slow_elu(double x)
{
    return x > 0 ? x : exp(x) - 1;
}
static double slow_elu_half(double x)
{
    return x > 0 ? x : 0.5 * (exp(x) - 1);
}
static double slow_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}
static double slow_linear(double x)
{
    return x;
}

static void activations(struct trial *trial)
{
    static const struct {
        const char *class, *settings;
        double (*function)(double x);
    } list[] = {
        {"Activation", "activation=linear", slow_linear},
        {"Activation", "activation=relu", slow_relu},
        {"Activation", "activation=sigmoid", slow_sigmoid},
        {"Activation", "activation=tanh", tanh},
        {"Activation", "activation=elu", slow_elu},
        {"ReLU", "", slow_relu},
        {"ReLU", "max_value=0.5 negative_slope=0.1 threshold=0", slow_limited},
        {"LeakyReLU", "", slow_leaky},
        {"LeakyReLU", "alpha=0.3", slow_leaky},
        {"LeakyReLU", "negative_slope=0.3", slow_leaky},
        {"ELU", "", slow_elu},
        {"ELU", "alpha=0.5", slow_elu_half},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        run(trial, list[k].class, "5,4,3", list[k].settings, "input");
        for (size_t i = 0; i < IMAGES * 60; i++)
            expect(trial, i, list[k].function((double)trial->in[i]), 1);
        done(trial);
    }
}

static void check_softmax(struct trial *trial, const char *class, const char *settings)
{
    run(trial, class, "4,7", settings, "input");
    for (size_t i = 0; i < IMAGES * 28; i++) {
        double sum = 0;
        for (size_t k = i / 7 * 7; k < i / 7 * 7 + 7; k++)
            sum += exp((double)trial->in[k]);
        expect(trial, i, exp((double)trial->in[i]) / sum, 1);
    }
    done(trial);
}

static void softmax(struct trial *trial)
{
    check_softmax(trial, "Softmax", "axis=-1");
    check_softmax(trial, "Activation", "activation=softmax");
}

/* Which test covers which class of the table. */
static const struct {
    const char *classes;
    void (*check)(struct trial *trial);
} checks[] = {
    {"Conv2D", conv2d},
    {"DepthwiseConv2D", depthwise},
    {"SeparableConv2D", separable},
    {"Dense", dense},
    {"MaxPooling2D AveragePooling2D GlobalMaxPooling2D GlobalAveragePooling2D", pooling},
    {"ZeroPadding2D", zero_padding},
    {"BatchNormalization", normalization},
    {"Rescaling InputLayer", rescaling},
    {"Add Concatenate", merging},
    {"Flatten Reshape Dropout SpatialDropout2D AlphaDropout GaussianDropout GaussianNoise "
     "ActivityRegularization",
        copies},
    {"Activation ReLU LeakyReLU ELU", activations},
    {"Softmax", softmax},
};
enum { CHECKS = sizeof checks / sizeof *checks };

static void forward_is_right(void **state)
{
    (void)state;
    for (int i = 0; i < CHECKS; i++) {
        struct trial trial = {0};
        random_init(&trial.random, 7, (uint64_t)i);
        checks[i].check(&trial);
    }
}

static void every_layer_type_is_covered(void **state)
{
    (void)state;
    for (int i = 0; layers_at(i); i++) {
        bool covered = false;
        char wanted[64], listed[256];
        snprintf(wanted, sizeof wanted, " %s ", layers_at(i)->name);
        for (int k = 0; k < CHECKS && !covered; k++) {
            snprintf(listed, sizeof listed, " %s ", checks[k].classes);
            covered = strstr(listed, wanted);
        }
        if (!covered)
            print_error("%s has no test\n", layers_at(i)->name);
        assert_true(covered);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_right),
        cmocka_unit_test(every_layer_type_is_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
