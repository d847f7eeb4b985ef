/* Kernels that stay within a channel, on images side by side in lanes as in batched.h: convolutions
 * of each channel for itself, pooling, scale and shift, sums of tensors, activations.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_CHANNEL_KERNELS_H
#define SECATEUR_ENGINE_NN_FORWARD_CHANNEL_KERNELS_H

#include "engine/nn/forward/ending.h"
#include "engine/nn/tensor/window.h"

struct channel_kernels {
    /* kernel[size][size][channels]. */
    void (*depthwise)(float *out, const struct window *window, const float *kernel,
        const struct ending *ending, const float *in);
    /* The ending of each value, in[count] of tensors of so many channels; out may be in. */
    void (*finish)(
        float *out, const float *in, const struct ending *ending, size_t count, size_t channels);
    void (*pool_max)(float *out, const struct window *window, const float *in);
    void (*pool_mean)(float *out, const struct window *window, const float *in);
};

#endif
