/* Kernels that stay within a channel, on images side by side in lanes as in batched.h: convolutions
 * of each channel for itself, pooling, scale and shift, sums of tensors, activations.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_CHANNEL_KERNELS_H
#define SECATEUR_ENGINE_NN_FORWARD_CHANNEL_KERNELS_H

#include "engine/nn/forward/ending.h"
#include "engine/nn/tensor/window.h"

/* Some channels of one row of a depthwise convolution's output, and the rows that it reads, which
 * lie in a ring: row y in place y % ring. */
struct depthwise_rows {
    const float *in; /* the first of these channels, of row 0 */
    int ring;
    size_t pitch; /* channels from one place of the input to the next */
    int y;        /* of the output */
    size_t first, count;
};

struct channel_kernels {
    /* kernel[size][size][channels]. */
    void (*depthwise)(float *out, const struct window *window, const float *kernel,
        const struct ending *ending, const float *in);
    void (*depthwise_row)(float *out, const struct window *window, const float *kernel,
        const struct ending *ending, const struct depthwise_rows *rows);
    /* The ending of each value, in[count] of tensors of so many channels; out may be in. */
    void (*finish)(
        float *out, const float *in, const struct ending *ending, size_t count, size_t channels);
    void (*pool_max)(float *out, const struct window *window, const float *in);
    void (*pool_mean)(float *out, const struct window *window, const float *in);
};

#endif
