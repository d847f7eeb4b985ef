/* Activation, ReLU, LeakyReLU, ELU, Clip, Softmax: a copy whose activation does the work. */
#include "engine/nn/layers/layers.h"

#include <float.h>

static bool configure_named(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return layers_same_shape(layer, settings, err) && layers_read_activation(layer, settings, err);
}

/* A slope below zero would make the output ambiguous: its sign no longer tells the input's. */
static bool set_slope(struct layer *layer, const char *key, double slope, struct error *err)
{
    if (slope < 0)
        return fail(err, "%s is %g, expected 0 or more", key, slope);
    layer->activation.slope = (float)slope;
    return true;
}

/* Below zero only another kind tells the input's sign. */
static void set_relu_slope(struct layer *layer, double slope)
{
    layer->activation.slope = (float)slope;
    if (slope < 0)
        layer->activation.kind = ACTIVATION_RELU_ABOVE;
}

static bool configure_relu(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    double limit, slope, threshold;
    if (!layers_same_shape(layer, settings, err) ||
        !layer_config_float(settings, "max_value", 0, &limit, err) ||
        !layer_config_float(settings, "negative_slope", 0, &slope, err) ||
        !layer_config_float(settings, "threshold", 0, &threshold, err))
        return false;
    const struct setting *set = layer_config_find(settings, "max_value");
    if (set && set->kind != SETTING_NULL && !(limit > 0))
        return fail(err, "max_value is %g, expected more than 0", limit);
    if (threshold < 0)
        return fail(err, "threshold is %g, expected 0 or more", threshold);
    layer->activation = (struct activation){.kind = ACTIVATION_RELU, .limit = (float)limit};
    if (threshold > 0) {
        layer->activation.kind = ACTIVATION_RELU_ABOVE;
        layer->activation.from = (float)threshold;
    }
    set_relu_slope(layer, slope);
    return true;
}

static bool configure_leaky(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    /* Keras 2 and 3 name it differently. */
    const char *key = layer_config_find(settings, "alpha") ? "alpha" : "negative_slope";
    double slope;
    layer->activation = (struct activation){.kind = ACTIVATION_RELU};
    if (!layers_same_shape(layer, settings, err) ||
        !layer_config_float(settings, key, 0.3, &slope, err))
        return false;
    set_relu_slope(layer, slope);
    return true;
}

/* Clip, of ONNX. */
static bool configure_clip(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    double low, high;
    if (!layers_same_shape(layer, settings, err) ||
        !layer_config_float(settings, "min", -FLT_MAX, &low, err) ||
        !layer_config_float(settings, "max", FLT_MAX, &high, err))
        return false;
    if (low > high)
        return fail(err, "it cuts at %g and %g, which is less", low, high);
    layer->activation =
        (struct activation){.kind = ACTIVATION_CLIP, .from = (float)low, .limit = (float)high};
    return true;
}

static bool configure_elu(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    double alpha;
    layer->activation = (struct activation){.kind = ACTIVATION_ELU};
    return layers_same_shape(layer, settings, err) &&
           layer_config_float(settings, "alpha", 1, &alpha, err) &&
           set_slope(layer, "alpha", alpha, err);
}

static bool configure_threshold(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    double theta;
    if (!layers_same_shape(layer, settings, err) ||
        !layer_config_float(settings, "theta", 1, &theta, err))
        return false;
    if (theta < 0)
        return fail(err, "theta is %g, expected 0 or more", theta);
    layer->activation = (struct activation){.kind = ACTIVATION_THRESHOLD, .slope = (float)theta};
    return true;
}

static bool configure_softmax(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    if (!layers_same_shape(layer, settings, err) || !layers_check_axis(layer, settings, err))
        return false;
    layer->activation = (struct activation){.kind = ACTIVATION_SOFTMAX};
    return true;
}

#define ACTIVATION_CLASS(id, keras, text, function) \
    const struct layer_class layer_class_##id = {   \
        .name = keras,                              \
        .help = text,                               \
        .channels = CHANNELS_PASS,                  \
        .min_inputs = 1,                            \
        .max_inputs = 1,                            \
        .takes_planes = true,                       \
        .configure = function,                      \
        .forward = layers_copy,                     \
        .backward = layers_copy_backward,           \
    }

ACTIVATION_CLASS(activation, "Activation", "an elementwise function", configure_named);
ACTIVATION_CLASS(relu, "ReLU", "negative values become 0", configure_relu);
ACTIVATION_CLASS(leaky_relu, "LeakyReLU", "negative values become small", configure_leaky);
ACTIVATION_CLASS(elu, "ELU", "negative values become exponentials", configure_elu);
ACTIVATION_CLASS(thresholded_relu, "ThresholdedReLU", "small values become 0", configure_threshold);
ACTIVATION_CLASS(clip, "Clip", "values are cut at two limits", configure_clip);
ACTIVATION_CLASS(softmax, "Softmax", "values become probabilities", configure_softmax);
