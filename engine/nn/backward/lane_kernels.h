/* Kernels of gradients on images that lie side by side in the lanes of a vector (batched.h): a
 * tensor of `width` images is [values][width], 64-byte aligned. Those with `add` add to what they
 * give, or write over it. Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_LANE_KERNELS_H
#define SECATEUR_ENGINE_NN_LANE_KERNELS_H

#include "engine/nn/tensor/window.h"

#include <stdint.h>

/* How a kernel's gradient is made: row d of it, [depth][filters], is the sum over the positions of
 * the window and all lanes of the value `offset[d]` behind the window's first one, times the
 * gradients of the filters there. */
struct lane_products {
    size_t depth, filters;
    const uint32_t *offset; /* [depth] vectors */
    int rows, columns;      /* positions of the window */
    size_t row_step, step;  /* vectors from a window to the one below, to the one beside */
    int band;               /* rows that the second cache holds */
    uint32_t *live_depth, *live_filters; /* scratch: those that are not zero everywhere */
};

struct lane_kernels {
    int width;
    /* images[n, values] into lanes and back; lanes without an image become 0. */
    void (*load)(float *lanes, const float *images, size_t values, int n);
    void (*store)(float *images, const float *lanes, size_t values, int n);
    void (*add)(float *out, const float *in, size_t count); /* vectors */
    void (*relu)(float *out, const float *in, size_t count);
    /* grad becomes 0 where the output of a ReLU is. */
    void (*relu_backward)(float *grad, const float *out, size_t count);
    /* The largest value that comes first gets the gradient; with relu, if it is above 0. Written
     * over, grad_in must be 0 where windows do not reach. */
    void (*pool_max)(float *grad_in, const struct window *window, const float *in, const float *out,
        const float *grad_out, bool relu, bool add);
    void (*pool_mean)(float *grad_in, const struct window *window, const float *grad_out);
    /* grad_in = grad_out * scale[channels] */
    void (*scale)(float *grad_in, const float *grad_out, const float *scale, size_t count,
        size_t channels, bool add);
    /* Over all positions and lanes, for each channel: the sum of grad, and of grad * in where
     * products is not NULL. */
    void (*sums)(double *sums, double *products, const float *grad, const float *in, size_t count,
        size_t channels);
    void (*weigh)(
        float *gradient, const struct lane_products *products, const float *in, const float *grad);
};

/* Those of a name that batched_at gives. */
const struct lane_kernels *lane_kernels_of(const char *name);

#if defined LANE_WEIGH /* of one kind, for the kernels alone */
void LANE_WEIGH(
    float *gradient, const struct lane_products *products, const float *in, const float *grad);
#endif

#endif
