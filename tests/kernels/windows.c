/* Convolutions and pooling, slow and obvious, from settings on. */
#include "tests/kernels/trial.h"

#include "tests/test.h"

#include <math.h>

/* A window along one axis, in the words of TensorFlow's documentation. */
struct axis {
    int in, size, stride, dilation, out, before;
};

static struct axis random_axis(struct trial *trial, bool same, int most, bool strides)
{
    struct axis axis = {.size = trial_between(trial, 1, 4), .stride = trial_between(trial, 1, 3)};
    axis.dilation = strides ? trial_between(trial, 1, 2) : 1;
    int extent = (axis.size - 1) * axis.dilation + 1;
    axis.in = trial_between(trial, same ? 1 : extent, most);
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

/* Input of image n under tap (v, h) of position (y, x); *inside tells padding. */
static double seen(const struct trial *trial, const struct image *image, int n, int y, int x, int v,
    int h, int c, bool *inside)
{
    int iy = under(&image->y, y, v), ix = under(&image->x, x, h);
    *inside = iy >= 0 && ix >= 0;
    return *inside
               ? (double)
                     trial->in[trial_index(n, image->y.in, image->x.in, image->channels, iy, ix, c)]
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
                size_t at = trial_index(
                    v, image->x.size, filter->count, filter->filters, h, c, filter->index);
                double term = (double)filter->kernel[at] *
                              seen(trial, image, n, y, x, v, h, filter->first + c, &inside);
                sum += term;
                *magnitude += fabs(term);
            }
    return sum;
}

static void check_conv2d(struct trial *trial, int most)
{
    bool same = trial_coin(trial), bias = trial_coin(trial);
    int groups = trial_between(trial, 1, 3), filters = groups * trial_between(trial, 1, 5);
    struct image image = random_image(trial, same, groups * trial_between(trial, 1, 4), most, true);
    char settings[512], shape[SHAPE_TEXT];
    snprintf(settings, sizeof settings,
        "filters=%d kernel_size=%d,%d strides=%d,%d dilation_rate=%d,%d padding=%s groups=%d "
        "use_bias=%s activation=relu",
        filters, image.y.size, image.x.size, image.y.stride, image.x.stride, image.y.dilation,
        image.x.dilation, same ? "same" : "valid", groups, bias ? "true" : "false");
    trial_run(trial, "Conv2D", shape_of(&image, shape), settings, "input");
    check_shape(trial, &image, filters);
    const float *biases = trial_weight(trial, "bias");
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int f = (int)(i % (size_t)filters), spot = (int)(i / (size_t)filters);
        int x = spot % image.x.out, y = spot / image.x.out % image.y.out;
        int count = image.channels / groups, per_group = filters / groups;
        struct filter filter = {
            f / per_group * count, count, trial_weight(trial, "kernel"), filters, f};
        double magnitude = 0;
        double sum =
            slow_filter(trial, &image, &filter, spot / image.x.out / image.y.out, y, x, &magnitude);
        sum += bias ? (double)biases[f] : 0;
        trial_expect(trial, i, sum > 0 ? sum : 0, magnitude);
    }
    trial_done(trial);
}

void windows_conv2d(struct trial *trial)
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
    const float *kernel = trial_weight(trial, "depthwise_kernel");
    int all = image->channels * multiplier;
    for (int v = 0; v < image->y.size; v++)
        for (int h = 0; h < image->x.size; h++) {
            double term =
                (double)kernel[trial_index(0, image->y.size, image->x.size, all, v, h, wide)] *
                seen(trial, image, n, y, x, v, h, wide / multiplier, &inside);
            sum += term;
            *magnitude += fabs(term);
        }
    return sum;
}

static struct image depthwise_image(
    struct trial *trial, int multiplier, bool bias, char *shape, char *settings, size_t size)
{
    bool same = trial_coin(trial);
    struct image image = random_image(trial, same, trial_between(trial, 1, 9), 9, true);
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
    int multiplier = trial_between(trial, 1, 3);
    bool bias = trial_coin(trial);
    char shape[SHAPE_TEXT], settings[512];
    struct image image = depthwise_image(trial, multiplier, bias, shape, settings, sizeof settings);
    trial_run(trial, "DepthwiseConv2D", shape, settings, "input");
    int all = image.channels * multiplier;
    check_shape(trial, &image, all);
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int spot = (int)(i / (size_t)all), wide = (int)(i % (size_t)all);
        double magnitude = 0;
        double sum = slow_depthwise(trial, &image, multiplier, spot / image.x.out / image.y.out,
            spot / image.x.out % image.y.out, spot % image.x.out, wide, &magnitude);
        sum += bias ? (double)trial_weight(trial, "bias")[wide] : 0;
        trial_expect(trial, i, sum, magnitude);
    }
    trial_done(trial);
}

void windows_depthwise(struct trial *trial)
{
    for (int i = 0; i < 300; i++)
        check_depthwise(trial);
}

static void check_separable(struct trial *trial)
{
    int multiplier = trial_between(trial, 1, 3), filters = trial_between(trial, 1, 6);
    bool bias = trial_coin(trial);
    char shape[SHAPE_TEXT], rest[512], settings[600];
    struct image image = depthwise_image(trial, multiplier, bias, shape, rest, sizeof rest);
    snprintf(settings, sizeof settings, "filters=%d %s", filters, rest);
    trial_run(trial, "SeparableConv2D", shape, settings, "input");
    check_shape(trial, &image, filters);
    for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++) {
        int spot = (int)(i / (size_t)filters), f = (int)(i % (size_t)filters);
        double magnitude = 0, sum = bias ? (double)trial_weight(trial, "bias")[f] : 0;
        for (int k = 0; k < image.channels * multiplier; k++)
            sum += (double)trial_weight(trial, "pointwise_kernel")[k * filters + f] *
                   slow_depthwise(trial, &image, multiplier, spot / image.x.out / image.y.out,
                       spot / image.x.out % image.y.out, spot % image.x.out, k, &magnitude);
        trial_expect(trial, i, sum, magnitude);
    }
    trial_done(trial);
}

void windows_separable(struct trial *trial)
{
    for (int i = 0; i < 150; i++)
        check_separable(trial);
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
    bool same = trial_coin(trial), own_strides = trial_coin(trial);
    struct image image = random_image(trial, same, trial_between(trial, 1, 20), 12, false);
    int n = snprintf(settings, sizeof settings, "pool_size=%d,%d padding=%s", image.y.size,
        image.x.size, same ? "same" : "valid");
    if (own_strides)
        snprintf(settings + n, sizeof settings - (size_t)n, " strides=%d,%d", image.y.stride,
            image.x.stride);
    trial_run(trial, class, shape_of(&image, shape), settings, "input");
    if (own_strides) {
        check_shape(trial, &image, image.channels);
        for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++)
            trial_expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    } else if (!same) { /* strides are the pool's size */
        image.y.stride = image.y.size, image.x.stride = image.x.size;
        image.y.out = image.y.in / image.y.size, image.x.out = image.x.in / image.x.size;
        check_shape(trial, &image, image.channels);
        for (size_t i = 0; i < IMAGES * shape_count(&trial->layer->shape); i++)
            trial_expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    }
    trial_done(trial);
}

static void check_global(struct trial *trial, const char *class, bool mean)
{
    char shape[SHAPE_TEXT];
    struct image image = {.channels = trial_between(trial, 1, 20)};
    image.y = (struct axis){.dilation = 1, .stride = 1, .out = 1};
    image.x = image.y;
    image.y.in = image.y.size = trial_between(trial, 1, 7);
    image.x.in = image.x.size = trial_between(trial, 1, 7);
    bool keep = trial_coin(trial);
    trial_run(trial, class, shape_of(&image, shape), keep ? "keepdims=true" : "", "input");
    assert_int_equal(trial->layer->shape.rank, keep ? 3 : 1);
    for (size_t i = 0; i < IMAGES * (size_t)image.channels; i++)
        trial_expect(trial, i, slow_pool(trial, &image, mean, i), 1);
    trial_done(trial);
}

void windows_pooling(struct trial *trial)
{
    for (int i = 0; i < 200; i++) {
        check_pool(trial, "MaxPooling2D", false);
        check_pool(trial, "AveragePooling2D", true);
        check_global(trial, "GlobalMaxPooling2D", false);
        check_global(trial, "GlobalAveragePooling2D", true);
    }
}
