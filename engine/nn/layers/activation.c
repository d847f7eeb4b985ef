/* Activation functions, their names in Keras and their derivatives. */
#include "engine/nn/layers/activation.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    struct activation activation;
} table[] = {
    {"linear", {.kind = ACTIVATION_LINEAR}},
    {"relu", {.kind = ACTIVATION_RELU}},
    {"relu6", {.kind = ACTIVATION_RELU, .limit = 6}},
    {"softmax", {.kind = ACTIVATION_SOFTMAX}},
    {"sigmoid", {.kind = ACTIVATION_SIGMOID}},
    {"tanh", {.kind = ACTIVATION_TANH}},
    {"elu", {.kind = ACTIVATION_ELU, .slope = 1}},
    {"selu", {.kind = ACTIVATION_SELU}},
    {"swish", {.kind = ACTIVATION_SWISH}},
    {"silu", {.kind = ACTIVATION_SWISH}},
    {"gelu", {.kind = ACTIVATION_GELU}},
    {"gelu (tanh)", {.kind = ACTIVATION_GELU_TANH}},
    {"mish", {.kind = ACTIVATION_MISH}},
    {"hard_sigmoid", {.kind = ACTIVATION_HARD_SIGMOID, .slope = 0.2F}},
    {"hard_sigmoid (Keras 3)", {.kind = ACTIVATION_HARD_SIGMOID, .slope = 1 / 6.0F}},
    {"hard_swish", {.kind = ACTIVATION_HARD_SWISH}},
    {"hard_silu", {.kind = ACTIVATION_HARD_SWISH}},
    {"exponential", {.kind = ACTIVATION_EXPONENTIAL}},
    {"softplus", {.kind = ACTIVATION_SOFTPLUS}},
    {"softsign", {.kind = ACTIVATION_SOFTSIGN}},
    {"leaky_relu", {.kind = ACTIVATION_RELU, .slope = 0.2F}},
    {"hard_tanh", {.kind = ACTIVATION_CLIP, .from = -1, .limit = 1}},
    {"log_sigmoid", {.kind = ACTIVATION_LOG_SIGMOID}},
    {"celu", {.kind = ACTIVATION_ELU, .slope = 1}},
};

bool activation_parse(const char *name, struct activation *activation, struct error *err)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *activation = table[i].activation;
            return true;
        }
    }
    return fail(err, "activation \"%s\" is unknown", name);
}

const char *activation_name(const struct activation *activation)
{
    switch (activation->kind) {
    case ACTIVATION_LINEAR:
        return "linear";
    case ACTIVATION_RELU:
        if (activation->slope != 0)
            return "leaky relu";
        return activation->limit > 0 ? "limited relu" : "relu";
    case ACTIVATION_SOFTMAX:
        return "softmax";
    case ACTIVATION_SIGMOID:
        return "sigmoid";
    case ACTIVATION_TANH:
        return "tanh";
    case ACTIVATION_ELU:
        return "elu";
    case ACTIVATION_THRESHOLD:
        return "thresholded relu";
    case ACTIVATION_RELU_ABOVE:
        return activation->from != 0 ? "thresholded relu" : "leaky relu";
    case ACTIVATION_CLIP:
        return "clip";
    default:
        break;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].activation.kind == activation->kind)
            return table[i].name;
    return "?";
}

/* The comparisons are written so that NaN stays NaN: a broken net must not look like a sound
 * one. */
static void relu(const struct activation *activation, float *values, size_t count)
{
    float slope = activation->slope, limit = activation->limit;
    if (slope == 0)
        for (size_t i = 0; i < count; i++)
            values[i] = values[i] < 0 ? 0 : values[i];
    else
        for (size_t i = 0; i < count; i++)
            values[i] = values[i] < 0 ? slope * values[i] : values[i];
    if (limit > 0)
        for (size_t i = 0; i < count; i++)
            values[i] = values[i] > limit ? limit : values[i];
}

static void softmax(float *row, size_t channels)
{
    float largest = row[0], sum = 0;
    for (size_t i = 1; i < channels; i++)
        largest = row[i] > largest ? row[i] : largest;
    for (size_t i = 0; i < channels; i++) {
        row[i] = expf(row[i] - largest);
        sum += row[i];
    }
    for (size_t i = 0; i < channels; i++)
        row[i] /= sum;
}

static const float selu_scale = 1.05070098735548049342F, selu_alpha = 1.67326324235437728482F;

static float sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

/* log(1 + e^x) without overflow. */
static float softplus(float x)
{
    return x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(x));
}

static float clip(float x) /* NaN stays NaN */
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static const float root_2_over_pi = 0.79788456080286535588F, gelu_cubic = 0.044715F;

static float normal_share(float x) /* of the standard normal distribution, below x */
{
    return 0.5F * erfcf(x * -0.70710678118654752440F);
}

static float gelu_inner(float x)
{
    return tanhf(root_2_over_pi * (x + gelu_cubic * x * x * x));
}

static float relu_above(const struct activation *activation, float x)
{
    float y = x > activation->from ? x : activation->slope * (x - activation->from);
    return activation->limit > 0 && y > activation->limit ? activation->limit : y;
}

static float value(const struct activation *activation, float x)
{
    switch (activation->kind) {
    case ACTIVATION_SIGMOID:
        return sigmoid(x);
    case ACTIVATION_TANH:
        return tanhf(x);
    case ACTIVATION_ELU:
        return x < 0 ? activation->slope * expm1f(x) : x;
    case ACTIVATION_SELU:
        return selu_scale * (x < 0 ? selu_alpha * expm1f(x) : x);
    case ACTIVATION_SWISH:
        return x * sigmoid(x);
    case ACTIVATION_GELU:
        return x * normal_share(x);
    case ACTIVATION_GELU_TANH:
        return 0.5F * x * (1 + gelu_inner(x));
    case ACTIVATION_MISH:
        return x * tanhf(softplus(x));
    case ACTIVATION_HARD_SIGMOID:
        return clip(activation->slope * x + 0.5F);
    case ACTIVATION_HARD_SWISH:
        return x * clip(x / 6 + 0.5F);
    case ACTIVATION_EXPONENTIAL:
        return expf(x);
    case ACTIVATION_SOFTPLUS:
        return softplus(x);
    case ACTIVATION_SOFTSIGN:
        return x / (1 + fabsf(x));
    case ACTIVATION_THRESHOLD:
        return x <= activation->slope ? 0 : x;
    case ACTIVATION_RELU_ABOVE:
        return relu_above(activation, x);
    case ACTIVATION_CLIP:
        return x < activation->from    ? activation->from
               : x > activation->limit ? activation->limit
                                       : x;
    case ACTIVATION_LOG_SIGMOID:
        return -softplus(-x);
    default:
        return x;
    }
}

void activation_apply(
    const struct activation *activation, float *values, size_t count, size_t channels)
{
    switch (activation->kind) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        relu(activation, values, count);
        break;
    case ACTIVATION_SOFTMAX:
        for (size_t i = 0; i + channels <= count; i += channels)
            softmax(values + i, channels);
        break;
    default:
        for (size_t i = 0; i < count; i++)
            values[i] = value(activation, values[i]);
    }
}

static void relu_backward(
    const struct activation *activation, const float *values, float *grad, size_t count)
{
    float slope = activation->slope, limit = activation->limit;
    for (size_t i = 0; i < count; i++)
        grad[i] = values[i] > 0 ? grad[i] : slope * grad[i];
    if (limit > 0)
        for (size_t i = 0; i < count; i++)
            grad[i] = values[i] < limit ? grad[i] : 0;
}

static void softmax_backward(const float *row, float *grad, size_t channels)
{
    float mean = 0;
    for (size_t i = 0; i < channels; i++)
        mean += row[i] * grad[i];
    for (size_t i = 0; i < channels; i++)
        grad[i] = row[i] * (grad[i] - mean);
}

bool activation_needs_input(const struct activation *activation)
{
    switch (activation->kind) {
    case ACTIVATION_SWISH:
    case ACTIVATION_GELU:
    case ACTIVATION_GELU_TANH:
    case ACTIVATION_MISH:
    case ACTIVATION_HARD_SWISH:
    case ACTIVATION_RELU_ABOVE:
        return true; /* they fall before they rise */
    default:
        return false;
    }
}

/* At the input x, of those that need it. */
static float slope_at_input(const struct activation *activation, float x)
{
    float s = sigmoid(x), t;
    switch (activation->kind) {
    case ACTIVATION_SWISH:
        return s + x * s * (1 - s);
    case ACTIVATION_GELU:
        return normal_share(x) + x * root_2_over_pi / 2 * expf(-x * x / 2);
    case ACTIVATION_GELU_TANH:
        t = gelu_inner(x);
        return 0.5F * (1 + t) +
               0.5F * x * (1 - t * t) * root_2_over_pi * (1 + 3 * gelu_cubic * x * x);
    case ACTIVATION_MISH:
        t = tanhf(softplus(x));
        return t + x * s * (1 - t * t);
    case ACTIVATION_HARD_SWISH:
        return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5F;
    case ACTIVATION_RELU_ABOVE:
        if (activation->limit > 0 && relu_above(activation, x) >= activation->limit)
            return 0;
        return x > activation->from ? 1 : activation->slope;
    default:
        return 1;
    }
}

/* At the output y, of the others. */
static float slope_at_output(const struct activation *activation, float y)
{
    switch (activation->kind) {
    case ACTIVATION_SIGMOID:
        return y * (1 - y);
    case ACTIVATION_TANH:
        return 1 - y * y;
    case ACTIVATION_ELU:
        return y > 0 ? 1 : y + activation->slope;
    case ACTIVATION_SELU:
        return y > 0 ? selu_scale : y + selu_scale * selu_alpha;
    case ACTIVATION_HARD_SIGMOID:
        return y > 0 && y < 1 ? activation->slope : 0;
    case ACTIVATION_EXPONENTIAL:
        return y;
    case ACTIVATION_SOFTPLUS:
        return -expm1f(-y);
    case ACTIVATION_SOFTSIGN:
        return (1 - fabsf(y)) * (1 - fabsf(y));
    case ACTIVATION_THRESHOLD:
        return y != 0;
    case ACTIVATION_CLIP:
        return y > activation->from && y < activation->limit;
    case ACTIVATION_LOG_SIGMOID:
        return -expm1f(y);
    default:
        return 1;
    }
}

void activation_backward(const struct activation *activation, const float *values, float *grad,
    size_t count, size_t channels)
{
    switch (activation->kind) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        relu_backward(activation, values, grad, count);
        break;
    case ACTIVATION_SOFTMAX:
        for (size_t i = 0; i + channels <= count; i += channels)
            softmax_backward(values + i, grad + i, channels);
        break;
    default:
        for (size_t i = 0; i < count; i++)
            grad[i] *= activation_needs_input(activation) ? slope_at_input(activation, values[i])
                                                          : slope_at_output(activation, values[i]);
    }
}

float activation_at_zero(const struct activation *activation)
{
    /* soft-max: it depends on the rest */
    return activation->kind == ACTIVATION_RELU ? 0 : value(activation, 0);
}
