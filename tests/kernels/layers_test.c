/* net: every layer's forward pass against a slow obvious version in double precision, on random
 * shapes, strides, paddings and dilations. */
#include "tests/kernels/trial.h"

#include "tests/test.h"

#include <math.h>

static void check_dense(struct trial *trial, const char *shape, int in, size_t rows)
{
    char settings[128];
    int units = trial_between(trial, 1, 30);
    bool bias = trial_coin(trial);
    snprintf(settings, sizeof settings, "units=%d use_bias=%s activation=tanh", units,
        bias ? "true" : "false");
    trial_run(trial, "Dense", shape, settings, "input");
    assert_int_equal(shape_count(&trial->layer->shape), rows * (size_t)units);
    for (size_t i = 0; i < IMAGES * rows * (size_t)units; i++) {
        size_t row = i / (size_t)units, unit = i % (size_t)units;
        double sum = bias ? (double)trial_weight(trial, "bias")[unit] : 0;
        for (size_t k = 0; k < (size_t)in; k++)
            sum += (double)trial->in[row * (size_t)in + k] *
                   (double)trial_weight(trial, "kernel")[k * (size_t)units + unit];
        trial_expect(trial, i, tanh(sum), 1);
    }
    trial_done(trial);
}

static void dense(struct trial *trial)
{
    for (int i = 0; i < 60; i++) {
        char shape[SHAPE_TEXT];
        int in = trial_between(trial, 1, 70), height = trial_between(trial, 1, 5);
        snprintf(shape, sizeof shape, "%d", in);
        check_dense(trial, shape, in, 1);
        snprintf(shape, sizeof shape, "%d,2,%d", height, in);
        check_dense(trial, shape, in, 2 * (size_t)height);
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
        trial_run(trial, "ZeroPadding2D", "3,4,5", paddings[p].text, "input");
        int height = 3 + frame[0] + frame[1], width = 4 + frame[2] + frame[3];
        struct shape expected = shape_image(height, width, 5);
        assert_true(shape_equal(&trial->layer->shape, &expected));
        for (size_t i = 0; i < IMAGES * shape_count(&expected); i++) {
            int c = (int)(i % 5), x = (int)(i / 5) % width - frame[2];
            int y = (int)(i / 5) / width % height - frame[0];
            int n = (int)(i / 5) / width / height;
            bool inside = x >= 0 && x < 4 && y >= 0 && y < 3;
            trial_expect(
                trial, i, inside ? (double)trial->in[trial_index(n, 3, 4, 5, y, x, c)] : 0, 0);
        }
        trial_done(trial);
    }
}

static void check_norm(struct trial *trial, const char *settings, double epsilon)
{
    trial_run(trial, "BatchNormalization", "3,2,7", settings, "input");
    const float *gamma = trial_weight(trial, "gamma"), *beta = trial_weight(trial, "beta");
    const float *mean = trial_weight(trial, "moving_mean");
    const float *variance = trial_weight(trial, "moving_variance");
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        size_t c = i % 7;
        double value =
            ((double)trial->in[i] - (double)mean[c]) / sqrt((double)variance[c] + epsilon);
        value *= gamma ? (double)gamma[c] : 1;
        trial_expect(trial, i, value + (beta ? (double)beta[c] : 0), 2);
    }
    trial_done(trial);
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
    trial_run(trial, "Rescaling", "4,3,2", "scale=0.5 offset=-1", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        trial_expect(trial, i, (double)trial->in[i] * 0.5 - 1, 1);
    trial_done(trial);
    trial_run(trial, "Rescaling", "4,3,2", "scale=0.5,3 offset=-1,2", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        trial_expect(trial, i, (double)trial->in[i] * (i % 2 ? 3 : 0.5) + (i % 2 ? 2 : -1), 3);
    trial_done(trial);
}

static void merging(struct trial *trial)
{
    trial_run(trial, "Add", "5,3,6", "", "input twice minus");
    for (size_t i = 0; i < IMAGES * 90; i++)
        trial_expect(trial, i, 2 * (double)trial->in[i] + 0.5, 2);
    trial_done(trial);
    trial_run(trial, "Multiply", "5,3,6", "", "input twice minus");
    for (size_t i = 0; i < IMAGES * 90; i++) {
        double in = (double)trial->in[i];
        trial_expect(trial, i, -in * in * (2 * in + 0.5), 6);
    }
    trial_done(trial);
    trial_run(trial, "Concatenate", "5,3,6", "axis=-1", "input twice minus");
    assert_int_equal(shape_channels(&trial->layer->shape), 18);
    for (size_t i = 0; i < IMAGES * 270; i++) {
        double in = (double)trial->in[i / 18 * 6 + i % 6];
        trial_expect(trial, i, i % 18 < 6 ? in : i % 18 < 12 ? 2 * in + 0.5 : -in, 1);
    }
    trial_done(trial);
}

static void check_copy(struct trial *trial, const char *class, const char *settings)
{
    trial_run(trial, class, "4,3,2", settings, "input");
    assert_int_equal(shape_count(&trial->layer->shape), 24);
    assert_memory_equal(trial->in, trial->out, IMAGES * 24 * sizeof *trial->in);
    trial_done(trial);
}

static void copies(struct trial *trial)
{
    check_copy(trial, "Flatten", "");
    check_copy(trial, "Reshape", "target_shape=6,-1");
    check_copy(trial, "Dropout", "rate=0.5");
    check_copy(trial, "SpatialDropout2D", "rate=0.5");
    trial_run(trial, "SpatialDropout1D", "4,6", "rate=0.5", "input");
    assert_memory_equal(trial->in, trial->out, IMAGES * 24 * sizeof *trial->in);
    trial_done(trial);
    check_copy(trial, "AlphaDropout", "rate=0.5");
    check_copy(trial, "GaussianDropout", "rate=0.5");
    check_copy(trial, "GaussianNoise", "stddev=0.5");
    check_copy(trial, "ActivityRegularization", "l2=0.5");
    check_copy(trial, "Resizing", "height=4 width=3 interpolation=bilinear");
    check_copy(trial, "CenterCrop", "height=4 width=3");
    check_copy(trial, "RandomCrop", "height=4 width=3");
    check_copy(trial, "RandomFlip", "mode=horizontal");
    check_copy(trial, "RandomRotation", "factor=0.2");
    check_copy(trial, "RandomTranslation", "height_factor=0.2");
    check_copy(trial, "RandomZoom", "height_factor=0.2");
    check_copy(trial, "RandomContrast", "factor=0.2");
    check_copy(trial, "RandomBrightness", "factor=0.2");
    check_copy(trial, "RandomHeight", "factor=0.2");
    check_copy(trial, "RandomWidth", "factor=0.2");
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
static double slow_selu(double x)
{
    return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (exp(x) - 1));
}
static double slow_swish(double x)
{
    return x / (1 + exp(-x));
}
static double slow_gelu(double x)
{
    return x * (1 + erf(x / sqrt(2))) / 2;
}
static double slow_mish(double x)
{
    return x * tanh(log(1 + exp(x)));
}
static double slow_hard_sigmoid(double x)
{
    return fmin(fmax(0.2 * x + 0.5, 0), 1);
}
static double slow_hard_swish(double x)
{
    return x * fmin(fmax(x + 3, 0), 6) / 6;
}
static double slow_softplus(double x)
{
    return log(1 + exp(x));
}
static double slow_softsign(double x)
{
    return x / (1 + fabs(x));
}
static double slow_threshold(double x)
{
    return x > 0.25 ? x : 0;
}
static double slow_negative(double x)
{
    return x > 0 ? x : -0.5 * x;
}
static double slow_above(double x)
{
    return x > 0.5 ? 0.5 : x > 0.25 ? x : 0.1 * (x - 0.25);
}
static double slow_clip(double x)
{
    return fmin(fmax(x, -0.5), 0.25);
}
static double slow_log_sigmoid(double x)
{
    return -log(1 + exp(-x));
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
        {"Activation", "activation=selu", slow_selu},
        {"Activation", "activation=swish", slow_swish},
        {"Activation", "activation=silu", slow_swish},
        {"Activation", "activation=gelu", slow_gelu},
        {"Activation", "activation=mish", slow_mish},
        {"Activation", "activation=hard_sigmoid", slow_hard_sigmoid},
        {"Activation", "activation=hard_silu", slow_hard_swish},
        {"Activation", "activation=exponential", exp},
        {"Activation", "activation=softplus", slow_softplus},
        {"Activation", "activation=softsign", slow_softsign},
        {"ThresholdedReLU", "theta=0.25", slow_threshold},
        {"ReLU", "max_value=0.5 negative_slope=0.1 threshold=0.25", slow_above},
        {"LeakyReLU", "alpha=-0.5", slow_negative},
        {"Clip", "min=-0.5 max=0.25", slow_clip},
        {"Activation", "activation=log_sigmoid", slow_log_sigmoid},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        trial_run(trial, list[k].class, "5,4,3", list[k].settings, "input");
        for (size_t i = 0; i < IMAGES * 60; i++)
            trial_expect(trial, i, list[k].function((double)trial->in[i]), 1);
        trial_done(trial);
    }
}

static void check_softmax(struct trial *trial, const char *class, const char *settings)
{
    trial_run(trial, class, "4,7", settings, "input");
    for (size_t i = 0; i < IMAGES * 28; i++) {
        double sum = 0;
        for (size_t k = i / 7 * 7; k < i / 7 * 7 + 7; k++)
            sum += exp((double)trial->in[k]);
        trial_expect(trial, i, exp((double)trial->in[i]) / sum, 1);
    }
    trial_done(trial);
}

static void softmax(struct trial *trial)
{
    check_softmax(trial, "Softmax", "axis=-1");
    check_softmax(trial, "Activation", "activation=softmax");
}

static void prelu(struct trial *trial)
{
    trial_run(trial, "PReLU", "4,3,2", "shared_axes=1,2", "input");
    for (size_t i = 0; i < IMAGES * 24; i++) {
        double x = (double)trial->in[i], alpha = (double)trial_weight(trial, "alpha")[i % 2];
        trial_expect(trial, i, x < 0 ? alpha * x : x, 1);
    }
    trial_done(trial);
    trial_run(trial, "PReLU", "4,3,2", "", "input");
    for (size_t i = 0; i < IMAGES * 24; i++) {
        double x = (double)trial->in[i], alpha = (double)trial_weight(trial, "alpha")[i % 24];
        trial_expect(trial, i, x < 0 ? alpha * x : x, 1);
    }
    trial_done(trial);
}

static void given_numbers(struct trial *trial)
{
    trial_run(trial, "Normalization", "4,3,2", "mean=1,2 variance=4,0.25", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        trial_expect(
            trial, i, i % 2 ? ((double)trial->in[i] - 2) / 0.5 : ((double)trial->in[i] - 1) / 2, 6);
    trial_done(trial);
    trial_run(trial, "Normalization", "4,3,2", "axis=null mean=1 variance=4 invert=true", "input");
    for (size_t i = 0; i < IMAGES * 24; i++)
        trial_expect(trial, i, (double)trial->in[i] * 2 + 1, 3);
    trial_done(trial);
    trial_run(
        trial, "Rescaling", "2,1,9", "scale=1,2,3,4,5,6,7,8,9 offset=9,8,7,6,5,4,3,2,1", "input");
    for (size_t i = 0; i < IMAGES * 18; i++)
        trial_expect(
            trial, i, (double)trial->in[i] * ((double)(i % 9) + 1) + 9 - (double)(i % 9), 18);
    trial_done(trial);
}

/* Which test covers which class of the table. */
static const struct {
    const char *classes;
    void (*check)(struct trial *trial);
} checks[] = {
    {"Conv2D", windows_conv2d},
    {"DepthwiseConv2D", windows_depthwise},
    {"SeparableConv2D", windows_separable},
    {"Dense", dense},
    {"MaxPooling2D AveragePooling2D GlobalMaxPooling2D GlobalAveragePooling2D", windows_pooling},
    {"ZeroPadding2D", zero_padding},
    {"BatchNormalization", normalization},
    {"Rescaling InputLayer", rescaling},
    {"Add Multiply Concatenate", merging},
    {"Flatten Reshape Dropout SpatialDropout2D AlphaDropout GaussianDropout GaussianNoise "
     "SpatialDropout1D ActivityRegularization Resizing CenterCrop RandomCrop RandomFlip "
     "RandomRotation "
     "RandomTranslation RandomZoom RandomContrast RandomBrightness RandomHeight RandomWidth",
        copies},
    {"Activation ReLU LeakyReLU ELU ThresholdedReLU Clip", activations},
    {"PReLU", prelu},
    {"Conv2DTranspose", moved_transposed},
    {"LayerNormalization GroupNormalization InstanceNormalization", moved_statistics},
    {"UpSampling2D UpSampling1D Resize", moved_resize},
    {"Cropping2D Cropping1D Permute SelectChannels ZeroPadding1D", moved_places},
    {"Conv1D MaxPooling1D AveragePooling1D GlobalMaxPooling1D GlobalAveragePooling1D", moved_lines},
    {"Subtract Average Maximum Minimum ChannelMean ChannelMax", moved_merging},
    {"Normalization", given_numbers},
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
        char wanted[64], listed[320];
        snprintf(wanted, sizeof wanted, " %s ", layers_at(i)->name);
        for (int k = 0; k < CHECKS && !covered; k++) {
            snprintf(listed, sizeof listed, " %s ", checks[k].classes);
            covered = strstr(listed, wanted);
        }
        covered = covered || strchr(layers_at(i)->name, '('); /* gradient_test has it */
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
