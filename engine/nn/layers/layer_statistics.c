/* LayerNormalization (Ba and others 2016), GroupNormalization (Wu and He 2018) and
 * InstanceNormalization: statistics of the image itself,
 *     output = (input - mean) / sqrt(variance + epsilon) * gamma + beta.
 * Channels that were measured together cannot be told apart before gamma: they are new channels. */
#include "engine/nn/layers/layers.h"

#include <math.h>

/* A block is what has one mean: `rows` rows of `width` values, one row every `pitch`. */
struct params {
    size_t blocks, rows, width, pitch; /* blocks of one image */
    size_t start;                      /* of a block behind the one before */
    size_t weight;                     /* of its first value, behind that of the block before */
    double epsilon;
    int gamma, beta; /* indices of weights, -1: not there */
};

static const struct layer_class *instance(void);

/* Zeroing beta alone would not silence a channel; where channels pass, their input is silenced. */
static bool add_weights(struct layer *layer, const struct layer_config *settings,
    const struct shape *shape, struct error *err)
{
    struct params *params = layer->params;
    bool scale, center, passes = layer->class->channels == CHANNELS_PASS;
    int axis = shape->rank - 1;
    params->gamma = params->beta = -1;
    if (!layer_config_float(settings, "epsilon", 1e-3, &params->epsilon, err) ||
        !layer_config_bool(settings, "scale", true, &scale, err) ||
        !layer_config_bool(settings, "center", true, &center, err))
        return false;
    if (params->epsilon < 0)
        return fail(err, "epsilon is %g, expected 0 or more", params->epsilon);
    if (scale)
        params->gamma = layer->n_weights;
    if (scale && !layers_add_weight(layer, "gamma", shape, axis, err))
        return false;
    if (center)
        params->beta = layer->n_weights;
    return !center || layers_add_weight(layer, "beta", shape, scale || passes ? axis : -1, err);
}

/* How many of the last dimensions an axis, or a list of them, names; 0: it names others. */
static int last_axes(const struct layer *layer, const struct setting *axis)
{
    int rank = layer->input_shapes[0].rank, n = 0;
    bool named[SHAPE_RANK_MAX] = {false};
    if (!axis || axis->kind == SETTING_NULL)
        return 1;
    for (int i = 0; axis->kind == SETTING_NUMBERS && i < axis->n; i++) {
        double at = axis->number[i] < 0 ? axis->number[i] + rank : axis->number[i] - 1;
        if (!(at >= 0 && at < rank) || at != trunc(at) || named[(int)at])
            return 0;
        named[(int)at] = true;
        n++;
    }
    for (int i = rank - n; i < rank; i++)
        if (!named[i])
            return 0;
    return n;
}

static bool configure_layer(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct shape *input = &layer->input_shapes[0];
    const struct setting *axis = layer_config_find(settings, "axis");
    struct shape weight = {0};
    bool by_root;
    int n = layer->planes ? layers_check_axis(layer, settings, err) : last_axes(layer, axis);
    if (layer->planes && n == 0)
        return false;
    if (n == 0)
        return fail(err, "axis does not name the last dimensions of %d", input->rank);
    if (!layer_config_bool(settings, "rms_scaling", false, &by_root, err))
        return false;
    if (by_root)
        return fail(err, "rms_scaling is not supported");
    for (weight.rank = 0; weight.rank < n; weight.rank++)
        weight.dim[weight.rank] = input->dim[input->rank - n + weight.rank];
    size_t size = shape_count(&weight);
    params->rows = 1;
    params->width = params->pitch = params->start = size;
    params->blocks = shape_count(input) / size;
    return layers_same_shape(layer, settings, err) && add_weights(layer, settings, &weight, err);
}

static bool configure_groups(
    struct layer *layer, const struct layer_config *settings, int groups, struct error *err)
{
    struct params *params = layer->params;
    int channels = shape_channels(&layer->input_shapes[0]);
    struct shape weight = shape_units(channels);
    if (groups < 1 || channels % groups)
        return fail(err, "%d groups do not divide %d channels", groups, channels);
    params->blocks = (size_t)groups;
    params->width = params->start = params->weight = (size_t)(channels / groups);
    params->pitch = (size_t)channels;
    params->rows = shape_count(&layer->input_shapes[0]) / params->pitch;
    if (params->width == 1)
        layer->class = instance();
    return layers_same_shape(layer, settings, err) && layers_check_axis(layer, settings, err) &&
           add_weights(layer, settings, &weight, err);
}

static bool configure_group(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    int groups;
    if (!layer_config_int(settings, "groups", 32, &groups, err))
        return false;
    int channels = shape_channels(&layer->input_shapes[0]);
    return configure_groups(layer, settings, groups == -1 ? channels : groups, err);
}

static bool configure_instance(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return configure_groups(layer, settings, shape_channels(&layer->input_shapes[0]), err);
}

/* Sums of what is further from `mean` (squared), some side by side so that they fill vectors. */
static double sum(const struct params *params, const float *block, double mean, bool squared)
{
    enum { SIDE = 8 };
    double sums[SIDE] = {0}, total = 0;
    for (size_t row = 0; row < params->rows; row++, block += params->pitch) {
        size_t i = 0;
        for (; i + SIDE <= params->width; i += SIDE)
            for (size_t k = 0; k < SIDE; k++) {
                double apart = (double)block[i + k] - mean;
                sums[k] += squared ? apart * apart : apart;
            }
        for (; i < params->width; i++) {
            double apart = (double)block[i] - mean;
            total += squared ? apart * apart : apart;
        }
    }
    for (size_t k = 0; k < SIDE; k++)
        total += sums[k];
    return total;
}

struct moments {
    float mean, steepness; /* steepness: 1 / standard deviation */
};

static struct moments moments_of(const struct params *params, const float *block)
{
    double count = (double)(params->rows * params->width);
    double mean = sum(params, block, 0, false) / count;
    double variance = sum(params, block, mean, true) / count;
    return (struct moments){(float)mean, (float)(1 / sqrt(variance + params->epsilon))};
}

/* What belongs to block `at`, counted through all images. */
static size_t block_start(const struct layer *layer, size_t at)
{
    const struct params *params = layer->params;
    return at / params->blocks * shape_count(&layer->shape) + at % params->blocks * params->start;
}

static const float *weight_of(const struct layer *layer, int index, size_t at)
{
    const struct params *params = layer->params;
    return index < 0 ? NULL : layer->weights[index].data + at % params->blocks * params->weight;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    (void)scratch;
    for (size_t at = 0; at < (size_t)n * params->blocks; at++) {
        const float *in = inputs[0] + block_start(layer, at);
        float *out = output + block_start(layer, at);
        const float *gamma = weight_of(layer, params->gamma, at);
        const float *beta = weight_of(layer, params->beta, at);
        struct moments moments = moments_of(params, in);
        for (size_t row = 0; row < params->rows; row++, in += params->pitch, out += params->pitch) {
            for (size_t i = 0; i < params->width; i++)
                out[i] = (in[i] - moments.mean) * moments.steepness;
            for (size_t i = 0; gamma && i < params->width; i++)
                out[i] *= gamma[i];
            for (size_t i = 0; beta && i < params->width; i++)
                out[i] += beta[i];
        }
    }
}

/* With g = grad * gamma and x the normalised input:
 * the input's gradient is (g - mean of g - x * mean of g * x) / deviation. */
static void backward_input(const struct params *params, struct moments moments, const float *in,
    const float *grad, const float *gamma, float *grad_in)
{
    double total = 0, along = 0, count = (double)(params->rows * params->width);
    for (size_t row = 0; row < params->rows; row++)
        for (size_t i = 0; i < params->width; i++) {
            size_t k = row * params->pitch + i;
            double g = (double)(gamma ? grad[k] * gamma[i] : grad[k]);
            total += g;
            along += g * (double)((in[k] - moments.mean) * moments.steepness);
        }
    float mean = (float)(total / count), slope = (float)(along / count);
    for (size_t row = 0; row < params->rows; row++)
        for (size_t i = 0; i < params->width; i++) {
            size_t k = row * params->pitch + i;
            float g = gamma ? grad[k] * gamma[i] : grad[k];
            float x = (in[k] - moments.mean) * moments.steepness;
            grad_in[k] += (g - mean - x * slope) * moments.steepness;
        }
}

static void backward_weights(const struct params *params, struct moments moments, const float *in,
    const float *grad, float *grad_gamma, float *grad_beta)
{
    for (size_t row = 0; row < params->rows; row++)
        for (size_t i = 0; i < params->width; i++) {
            size_t k = row * params->pitch + i;
            if (grad_gamma)
                grad_gamma[i] += grad[k] * (in[k] - moments.mean) * moments.steepness;
            if (grad_beta)
                grad_beta[i] += grad[k];
        }
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output, (void)scratch;
    const struct params *params = layer->params;
    float *gamma = grad_weights && params->gamma >= 0 ? grad_weights[params->gamma] : NULL;
    float *beta = grad_weights && params->beta >= 0 ? grad_weights[params->beta] : NULL;
    for (size_t at = 0; at < (size_t)n * params->blocks; at++) {
        size_t start = block_start(layer, at), shift = at % params->blocks * params->weight;
        struct moments moments = moments_of(params, inputs[0] + start);
        if (gamma || beta)
            backward_weights(params, moments, inputs[0] + start, grad_output + start,
                gamma ? gamma + shift : NULL, beta ? beta + shift : NULL);
        if (grad_inputs[0])
            backward_input(params, moments, inputs[0] + start, grad_output + start,
                weight_of(layer, params->gamma, at), grad_inputs[0] + start);
    }
}

#define STATISTICS_CLASS(id, keras, text, rule, function) \
    const struct layer_class layer_class_##id = {         \
        .name = keras,                                    \
        .help = text,                                     \
        .channels = rule,                                 \
        .min_inputs = 1,                                  \
        .max_inputs = 1,                                  \
        .takes_planes = true,                             \
        .params_size = sizeof(struct params),             \
        .configure = function,                            \
        .forward = forward,                               \
        .backward = backward,                             \
    }

STATISTICS_CLASS(layer_normalization, "LayerNormalization",
    "mean 0 and deviation 1 over the channels of each place", CHANNELS_NEW, configure_layer);
STATISTICS_CLASS(group_normalization, "GroupNormalization",
    "mean 0 and deviation 1 over groups of channels", CHANNELS_NEW, configure_group);
STATISTICS_CLASS(instance_normalization, "InstanceNormalization",
    "mean 0 and deviation 1 over each channel", CHANNELS_PASS, configure_instance);

static const struct layer_class *instance(void)
{
    return &layer_class_instance_normalization;
}
