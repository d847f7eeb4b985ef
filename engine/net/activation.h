/* Elementwise functions and soft-max, with their derivatives from the output alone.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_NET_ACTIVATION_H
#define SECATEUR_ENGINE_NET_ACTIVATION_H

#include "engine/base/error.h"

#include <stddef.h>

enum activation_kind {
    ACTIVATION_LINEAR,
    ACTIVATION_RELU,    /* also leaky (slope) and limited (limit) */
    ACTIVATION_SOFTMAX, /* over the last dimension */
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_ELU, /* slope is alpha */
};

struct activation {
    enum activation_kind kind;
    float slope; /* RELU: slope below zero, ELU: alpha */
    float limit; /* RELU: largest output, 0 for none */
};

bool activation_parse(const char *name, struct activation *activation, struct error *err);
const char *activation_name(const struct activation *activation);

/* In place over values[count]; channels is the last dimension (for soft-max). */
void activation_apply(
    const struct activation *activation, float *values, size_t count, size_t channels);
/* grad[i] *= derivative at the output values[i] (soft-max: the whole Jacobian). */
void activation_backward(const struct activation *activation, const float *values, float *grad,
    size_t count, size_t channels);
float activation_at_zero(const struct activation *activation); /* what a silent channel gives */

#endif
