/* Elementwise functions and soft-max, with their derivatives: from the output alone, or from the
 * input where the output does not tell it. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_ACTIVATION_H
#define SECATEUR_ENGINE_NN_LAYERS_ACTIVATION_H

#include "engine/base/error.h"

#include <stddef.h>

enum activation_kind {
    ACTIVATION_LINEAR,
    ACTIVATION_RELU,    /* also leaky (slope) and limited (limit) */
    ACTIVATION_SOFTMAX, /* over the last dimension */
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_ELU,  /* slope is alpha */
    ACTIVATION_SELU, /* the published constants */
    ACTIVATION_SWISH,
    ACTIVATION_GELU,      /* exact, by the error function */
    ACTIVATION_GELU_TANH, /* the approximation by tanh */
    ACTIVATION_MISH,
    ACTIVATION_HARD_SIGMOID, /* slope * x + 0.5, cut at 0 and 1 */
    ACTIVATION_HARD_SWISH,   /* x times the hard sigmoid of slope 1/6 */
    ACTIVATION_EXPONENTIAL,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_SOFTSIGN,
    ACTIVATION_THRESHOLD,  /* x above slope, else 0 */
    ACTIVATION_RELU_ABOVE, /* x above `from`, else slope * (x - from); the slope may be negative */
    ACTIVATION_CLIP,       /* x cut at `from` and `limit` */
    ACTIVATION_LOG_SIGMOID,
};

struct activation {
    enum activation_kind kind;
    float slope; /* RELU: slope below zero, ELU: alpha, HARD_SIGMOID, THRESHOLD: see above */
    float limit; /* RELU, RELU_ABOVE: largest output, 0 for none; CLIP: see above */
    float from;  /* RELU_ABOVE, CLIP: see above */
};

bool activation_parse(const char *name, struct activation *activation, struct error *err);
const char *activation_name(const struct activation *activation);

/* In place over values[count]; channels is the last dimension (for soft-max). */
void activation_apply(
    const struct activation *activation, float *values, size_t count, size_t channels);
/* Whether the derivative needs the input: what activation_apply was given. */
bool activation_needs_input(const struct activation *activation);
/* grad[i] *= derivative at the output values[i] (soft-max: the whole Jacobian); values are inputs
 * where activation_needs_input. */
void activation_backward(const struct activation *activation, const float *values, float *grad,
    size_t count, size_t channels);
float activation_at_zero(const struct activation *activation); /* what a silent channel gives */

#endif
