/* The loops that cost the time. Everything is float, row after row, channels last.
 * Out first, like memcpy; outputs are overwritten unless a comment says they are added to.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_KERNELS_KERNELS_H
#define SECATEUR_ENGINE_NN_KERNELS_KERNELS_H

#include "engine/nn/tensor/window.h"

/* Makes the BLAS single-threaded, once: passes run side by side instead. */
void kernels_init(void);

/* A matrix inside memory: pitch is the way from one row to the next as it is stored. */
struct matrix {
    const float *data;
    size_t pitch;
    bool transposed;
};
/* out[rows, columns] = a[rows, depth] b[depth, columns]; with add: is added to. */
void kernels_product(float *out, size_t pitch, struct matrix a, struct matrix b, size_t rows,
    size_t depth, size_t columns, bool add);
void kernels_add_to_rows(float *out, const float *row, size_t rows, size_t columns);
void kernels_sum_rows(float *row, const float *in, size_t rows, size_t columns); /* adds to row */
void kernels_add(float *out, const float *in, size_t count);                     /* adds to out */
/* out[columns, rows] = in[rows, columns] turned */
void kernels_transpose(float *out, const float *in, size_t rows, size_t columns);
/* out[rows, columns] += in * scale[columns] */
void kernels_add_scaled_rows(
    float *out, const float *in, const float *scale, size_t rows, size_t columns);
/* out[rows, columns] = in * scale[columns] + shift[columns] */
void kernels_affine(float *out, const float *in, const float *scale, const float *shift,
    size_t rows, size_t columns);

/* Some channels of the input, as the window sees them. */
struct channels {
    int first, count;
};
/* The windows at positions from .. to-1, counted through images[n, in, channels], unfolded into
 * rows[to - from, size, count]; padding is 0. */
void kernels_unfold(float *rows, const struct window *window, const float *images, size_t from,
    size_t to, struct channels channels);
/* The other way round, adding to images. */
void kernels_fold(float *images, const struct window *window, const float *rows, size_t from,
    size_t to, struct channels channels);

/* Pooling of n images; padding takes no part. Backward adds to grad_in; the largest value that
 * comes first gets the gradient. */
void kernels_pool_max(float *out, const struct window *window, const float *in, int n);
void kernels_pool_max_backward(float *grad_in, const struct window *window, const float *in,
    const float *out, const float *grad_out, int n);
void kernels_pool_mean(float *out, const struct window *window, const float *in, int n);
void kernels_pool_mean_backward(
    float *grad_in, const struct window *window, const float *grad_out, int n);

/* Each channel has `multiplier` kernels of its own: out[n, out, channels, multiplier],
 * kernel[size, channels, multiplier]. Backward adds to grad_in and grad_kernel, if not NULL. */
void kernels_depthwise(float *out, const struct window *window, int multiplier, const float *in,
    const float *kernel, int n);
void kernels_depthwise_backward(float *grad_in, float *grad_kernel, const struct window *window,
    int multiplier, const float *in, const float *kernel, const float *grad_out, int n);

#endif
