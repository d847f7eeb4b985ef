/* Layers that move, resample or compare values, and statistics: slow and obvious. */
#include "tests/kernels/trial.h"

#include "tests/test.h"

#include <math.h>

/* Input at [n, y, x, c]. */
static double at(const struct trial *trial, int n, int y, int x, int c)
{
    const struct shape *in = &trial->layer->input_shapes[0];
    return (double)trial->in[trial_index(n, in->dim[0], in->dim[1], in->dim[2], y, x, c)];
}

struct where {
    int n, y, x, c;
};

static struct where where_is(const struct trial *trial, size_t i)
{
    const struct shape *out = &trial->layer->shape;
    int at = (int)i, c = at % out->dim[2], x = at / out->dim[2] % out->dim[1];
    int y = at / out->dim[2] / out->dim[1] % out->dim[0];
    return (struct where){at / out->dim[2] / out->dim[1] / out->dim[0], y, x, c};
}

static size_t values(const struct trial *trial)
{
    return IMAGES * shape_count(&trial->layer->shape);
}

static void check_transposed(struct trial *trial, const char *settings, int size, int stride,
    const int before[2], const int out[2])
{
    trial_run(trial, "Conv2DTranspose", "3,4,5", settings, "input");
    struct shape expected = shape_image(out[0], out[1], 2);
    assert_true(shape_equal(&trial->layer->shape, &expected));
    const float *kernel = trial_weight(trial, "kernel"), *bias = trial_weight(trial, "bias");
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        double sum = bias ? (double)bias[o.c] : 0;
        for (int k = 0; k < 12 * size * size; k++) { /* every tap of every input pixel */
            int y = k / 4 % 3, x = k % 4, v = k / 12 / size, h = k / 12 % size;
            if (y * stride + v - before[0] != o.y || x * stride + h - before[1] != o.x)
                continue;
            for (int c = 0; c < 5; c++)
                sum += at(trial, o.n, y, x, c) * (double)kernel[((v * size + h) * 5 + c) * 2 + o.c];
        }
        trial_expect(trial, i, sum, 10);
    }
    trial_done(trial);
}

/* Sizes and padding as Keras (2.7 and 3) gives them. */
void moved_transposed(struct trial *trial)
{
    static const int none[] = {0, 0}, one[] = {1, 1};
    check_transposed(trial, "filters=2 kernel_size=3", 3, 1, none, (const int[]){5, 6});
    check_transposed(trial, "filters=2 kernel_size=2 strides=3 use_bias=false", 2, 3, none,
        (const int[]){9, 12});
    check_transposed(
        trial, "filters=2 kernel_size=3 strides=2 padding=same", 3, 2, none, (const int[]){6, 8});
    check_transposed(
        trial, "filters=2 kernel_size=4 strides=2 padding=same", 4, 2, one, (const int[]){6, 8});
    check_transposed(trial, "filters=2 kernel_size=3 strides=2 padding=same output_padding=0,0", 3,
        2, one, (const int[]){5, 7});
    check_transposed(trial, "filters=2 kernel_size=3 strides=2 pads=1,0,1,2 output_padding=1,0", 3,
        2, one, (const int[]){7, 6});
}

/* Mean and variance of what belongs together. groups 0: of a place, or of the whole image. */
static void check_statistics(
    struct trial *trial, const char *class, const char *settings, int groups, double epsilon)
{
    trial_run(trial, class, "3,4,6", settings, "input");
    const float *gamma = trial_weight(trial, "gamma"), *beta = trial_weight(trial, "beta");
    bool whole = trial->layer->n_weights && trial->layer->weights[0].rank == 3;
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        double mean = 0, variance = 0, count = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < 72; k++) {
                int y = k / 24, x = k / 6 % 4, c = k % 6;
                bool place = groups > 0 || (y == o.y && x == o.x) || whole;
                bool group = groups == 0 || c / (6 / groups) == o.c / (6 / groups);
                double value = place && group ? at(trial, o.n, y, x, c) : 0;
                if (place && group && pass)
                    variance += (value - mean) * (value - mean) / count;
                else if (place && group)
                    mean += value, count++;
            }
            mean /= pass ? 1 : count;
        }
        size_t w = whole ? (size_t)((o.y * 4 + o.x) * 6 + o.c) : (size_t)o.c;
        double value = (at(trial, o.n, o.y, o.x, o.c) - mean) / sqrt(variance + epsilon);
        value *= gamma ? (double)gamma[w] : 1;
        trial_expect(trial, i, value + (beta ? (double)beta[w] : 0), 4);
    }
    trial_done(trial);
}

void moved_statistics(struct trial *trial)
{
    check_statistics(trial, "LayerNormalization", "", 0, 1e-3);
    check_statistics(trial, "LayerNormalization", "axis=1,2,3 epsilon=0.125", 0, 0.125);
    check_statistics(trial, "LayerNormalization", "axis=-1 scale=false", 0, 1e-3);
    check_statistics(trial, "GroupNormalization", "groups=2 epsilon=1e-5", 2, 1e-5);
    check_statistics(trial, "GroupNormalization", "groups=1 center=false", 1, 1e-3);
    check_statistics(trial, "GroupNormalization", "groups=-1", 6, 1e-3);
    check_statistics(trial, "InstanceNormalization", "scale=false center=false", 6, 1e-3);
}

static double tent(double x)
{
    return fmax(0, 1 - fabs(x));
}

/* Interpolation as a sum over all pixels, those of the border for what lies outside. */
static void check_linear(struct trial *trial, const char *class, const char *settings, double down,
    double along, double shift)
{
    trial_run(trial, class, "3,4,2", settings, "input");
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        double y = (o.y + shift) * down - shift, x = (o.x + shift) * along - shift, sum = 0;
        for (int v = -2; v < 6; v++)
            for (int h = -2; h < 7; h++)
                sum += at(trial, o.n,
                           v < 0   ? 0
                           : v > 2 ? 2
                                   : v,
                           h < 0   ? 0
                           : h > 3 ? 3
                                   : h,
                           o.c) *
                       tent(y - v) * tent(x - h);
        trial_expect(trial, i, sum, 1);
    }
    trial_done(trial);
}

void moved_resize(struct trial *trial)
{
    trial_run(trial, "UpSampling2D", "3,4,2", "size=2,3", "input");
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        trial_expect(trial, i, at(trial, o.n, o.y / 2, o.x / 3, o.c), 0);
    }
    trial_done(trial);
    trial_run(trial, "UpSampling1D", "5,2", "size=3", "input");
    assert_int_equal(shape_count(&trial->layer->shape), 30);
    for (size_t i = 0; i < values(trial); i++)
        trial_expect(trial, i, (double)trial->in[i / 30 * 10 + i % 30 / 6 * 2 + i % 2], 0);
    trial_done(trial);
    check_linear(trial, "UpSampling2D", "size=2,3 interpolation=bilinear", 1 / 2.0, 1 / 3.0, 0.5);
    check_linear(trial, "Resize", "mode=linear sizes=6,10 scales=2,2.5", 1 / 2.0, 1 / 2.5, 0.5);
    check_linear(trial, "Resize",
        "mode=linear coordinates=align_corners sizes=5,7 scales=1.6666666,1.75", 2 / 4.0, 3 / 6.0,
        0);
    check_linear(trial, "Resize", "mode=linear coordinates=asymmetric sizes=6,2 scales=2,0.5",
        1 / 2.0, 2, 0);
    trial_run(trial, "Resize", "3,4,2",
        "coordinates=asymmetric rounding=floor sizes=4,5 "
        "scales=1.3333334,1.25",
        "input");
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        trial_expect(trial, i, at(trial, o.n, (int)(o.y * 0.75), (int)(o.x * 0.8), o.c), 0);
    }
    trial_done(trial);
}

/* The input at a row and a column that are moved; places that are left out are another's. */
static void check_places(struct trial *trial, const char *class, const char *settings,
    const int step[3], const int first[3], const int order[3])
{
    trial_run(trial, class, "5,6,4", settings, "input");
    for (size_t i = 0; i < values(trial); i++) {
        struct where o = where_is(trial, i);
        const int out[] = {o.y, o.x, o.c};
        int in[3];
        for (int d = 0; d < 3; d++)
            in[order[d]] = out[d] * step[d] + first[d];
        trial_expect(trial, i, at(trial, o.n, in[0], in[1], in[2]), 0);
    }
    trial_done(trial);
}

void moved_places(struct trial *trial)
{
    static const int one[] = {1, 1, 1}, none[] = {0, 0, 0}, same[] = {0, 1, 2};
    check_places(trial, "Cropping2D", "cropping=1,2,0,3", one, (const int[]){1, 0, 0}, same);
    check_places(trial, "Cropping2D", "cropping=1,2", one, (const int[]){1, 2, 0}, same);
    check_places(trial, "Permute", "dims=2,1,3", one, none, (const int[]){1, 0, 2});
    check_places(trial, "Permute", "dims=3,1,2", one, none, (const int[]){2, 0, 1});
    check_places(trial, "SelectChannels", "channels=3,2,1", (const int[]){1, 1, -1},
        (const int[]){0, 0, 3}, same);
    trial_run(trial, "SelectChannels", "2,2,3", "channels=-1,1", "input");
    for (size_t i = 0; i < values(trial); i++)
        trial_expect(trial, i, i % 2 ? (double)trial->in[i / 2 * 3 + 1] : 0, 0);
    trial_done(trial);
    trial_run(trial, "Cropping1D", "5,2", "cropping=2,1", "input");
    for (size_t i = 0; i < values(trial); i++)
        trial_expect(trial, i, (double)trial->in[i / 4 * 10 + 4 + i % 4], 0);
    trial_done(trial);
    trial_run(trial, "ZeroPadding1D", "2,3", "padding=1,2", "input");
    assert_int_equal(shape_count(&trial->layer->shape), 15);
    for (size_t i = 0; i < values(trial); i++) {
        bool inside = i % 15 >= 3 && i % 15 < 9;
        trial_expect(trial, i, inside ? (double)trial->in[i / 15 * 6 + i % 15 - 3] : 0, 0);
    }
    trial_done(trial);
}

/* Along a line of 9 steps of 2 channels: one output of each position's window. */
static void check_line(struct trial *trial, const char *class, const char *settings, int size,
    int stride, int dilation, int before)
{
    trial_run(trial, class, "9,2", settings, "input");
    bool conv = class[0] == 'C', largest = strstr(class, "Max");
    int channels = shape_channels(&trial->layer->shape);
    int steps = (int)shape_count(&trial->layer->shape) / channels;
    const float *kernel = trial_weight(trial, "kernel"), *bias = trial_weight(trial, "bias");
    for (size_t i = 0; i < values(trial); i++) {
        int c = (int)i % channels, p = (int)i / channels % steps, n = (int)i / channels / steps;
        double sum = bias ? (double)bias[c] : 0, most = -HUGE_VAL, seen = 0;
        for (int k = 0; k < size * 2; k++) {
            int t = k / 2, from = p * stride - before + t * dilation;
            if (from < 0 || from >= 9 || (!conv && k % 2 != c))
                continue;
            double value = (double)trial->in[(n * 9 + from) * 2 + k % 2];
            sum += value * (conv ? (double)kernel[k * channels + c] : 1);
            most = fmax(most, value);
            seen++;
        }
        trial_expect(trial, i, conv ? sum : largest ? most : sum / seen, 9);
    }
    trial_done(trial);
}

void moved_lines(struct trial *trial)
{
    check_line(trial, "Conv1D", "filters=3 kernel_size=3", 3, 1, 1, 0);
    check_line(trial, "Conv1D", "filters=3 kernel_size=4, strides=2, padding=same", 4, 2, 1, 1);
    check_line(trial, "Conv1D",
        "filters=3 kernel_size=3 padding=causal dilation_rate=2 use_bias=false", 3, 1, 2, 4);
    check_line(trial, "MaxPooling1D", "", 2, 2, 1, 0);
    check_line(trial, "AveragePooling1D", "pool_size=3, strides=2, padding=same", 3, 2, 1, 1);
    check_line(trial, "GlobalMaxPooling1D", "", 9, 9, 1, 0);
    check_line(trial, "GlobalAveragePooling1D", "keepdims=true", 9, 9, 1, 0);
}

/* "pixel" is the mean of a channel, "place" that of the channels of a place. */
static double mean_of(const struct trial *trial, struct where o, bool pixel)
{
    double sum = 0;
    for (int k = 0; k < (pixel ? 6 : 4); k++)
        sum += pixel ? at(trial, o.n, k / 2, k % 2, o.c) : at(trial, o.n, o.y, o.x, k);
    return sum / (pixel ? 6 : 4);
}

void moved_merging(struct trial *trial)
{
    static const char *const classes[] = {
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"};
    for (int pixel = 0; pixel < 2; pixel++)
        for (int k = 0; k < 6; k++) {
            trial_run(trial, classes[k], "3,2,4", "", pixel ? "input pixel" : "input place");
            for (size_t i = 0; i < values(trial); i++) {
                struct where o = where_is(trial, i);
                double a = at(trial, o.n, o.y, o.x, o.c), b = mean_of(trial, o, pixel);
                const double expected[] = {
                    a + b, a - b, a * b, (a + b) / 2, fmax(a, b), fmin(a, b)};
                trial_expect(trial, i, expected[k], 2);
            }
            trial_done(trial);
        }
    trial_run(trial, "Average", "3,2,4", "", "input twice minus");
    for (size_t i = 0; i < values(trial); i++)
        trial_expect(trial, i, (2 * (double)trial->in[i] + 0.5) / 3, 2);
    trial_done(trial);
    for (int largest = 0; largest < 2; largest++) {
        trial_run(trial, largest ? "ChannelMax" : "ChannelMean", "3,2,4", "", "input");
        for (size_t i = 0; i < values(trial); i++) {
            struct where o = where_is(trial, i);
            double most = -HUGE_VAL;
            for (int c = 0; c < 4; c++)
                most = fmax(most, at(trial, o.n, o.y, o.x, c));
            trial_expect(trial, i, largest ? most : mean_of(trial, o, false), 1);
        }
        trial_done(trial);
    }
}
