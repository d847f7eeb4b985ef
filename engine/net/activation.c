#include "engine/net/activation.h"

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
    }
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
    case ACTIVATION_SIGMOID:
        for (size_t i = 0; i < count; i++)
            values[i] = 1 / (1 + expf(-values[i]));
        break;
    case ACTIVATION_TANH:
        for (size_t i = 0; i < count; i++)
            values[i] = tanhf(values[i]);
        break;
    case ACTIVATION_ELU:
        for (size_t i = 0; i < count; i++)
            values[i] = values[i] < 0 ? activation->slope * expm1f(values[i]) : values[i];
        break;
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
    case ACTIVATION_SIGMOID:
        for (size_t i = 0; i < count; i++)
            grad[i] *= values[i] * (1 - values[i]);
        break;
    case ACTIVATION_TANH:
        for (size_t i = 0; i < count; i++)
            grad[i] *= 1 - values[i] * values[i];
        break;
    case ACTIVATION_ELU:
        for (size_t i = 0; i < count; i++)
            grad[i] *= values[i] > 0 ? 1 : values[i] + activation->slope;
        break;
    }
}

float activation_at_zero(const struct activation *activation)
{
    return activation->kind == ACTIVATION_SIGMOID ? 0.5F : 0; /* soft-max: it depends on the rest */
}
