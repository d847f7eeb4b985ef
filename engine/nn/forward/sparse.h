/* Fast kernels on one image whose values are mostly zero: the opposite of batched.h. A product runs
 * over the values that are there, and its filters fill the vector. Sums run over the same values
 * in the same order as in batched.h, with the same instructions: the same bits come out.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_SPARSE_H
#define SECATEUR_ENGINE_NN_FORWARD_SPARSE_H

#include "engine/nn/tensor/window.h"

#include <stdint.h>

/* The values of a tensor that are not zero, in order; a pixel is all channels of one place. */
struct sparse_list {
    int rows, columns;
    size_t channels;
    uint32_t n;
    uint32_t *places; /* [n] within the tensor */
    float *values;    /* [n] */
    uint32_t *starts; /* [rows * columns + 1] where a pixel begins */
};

/* A convolution or a Dense (a window of one place, which reads the whole list). */
struct sparse_product {
    struct window window;
    struct taps *down, *across; /* of each position of the window */
    bool relu;
    size_t filters, padded; /* padded to whole vectors */
    size_t block;           /* most vectors at once, so that their weights stay in the cache */
    float *packed;          /* [size][size][channels][padded] */
    float *bias;            /* [padded] */
};

struct argmax_kernels;
struct delta_kernels;
struct recompute_kernels;

struct sparse_kernels {
    size_t width; /* floats in a vector */
    /* out[i][positions][filters] of n images, part by part of the weights, so that what one
     * image has brought into the cache serves the others. */
    void (*product)(float *const *out, const struct sparse_product *product,
        const struct sparse_list *const *in, int n);
    /* out[rows][channels] = in * scale[channels] + shift[channels], rounded as in lanes. */
    void (*affine)(float *out, const float *in, const float *scale, const float *shift, size_t rows,
        size_t channels);
    /* Lists the values of in[rows][columns][channels]. */
    void (*list)(struct sparse_list *list, const float *in);
    /* The index of the largest of in[n], the lowest on ties, and the two largest values; -1 where
     * one is not finite. */
    int (*best)(const float *in, size_t n, float *first, float *second);
    const struct delta_kernels *delta;         /* with the same instructions (delta.h) */
    const struct recompute_kernels *recompute; /* the same (recompute.h) */
    const struct argmax_kernels *argmax;       /* the same (argmax_int16.h) */
};

/* kernel[size][size][channels][filters], bias [filters] or NULL; both are copied. */
void sparse_product_init(struct sparse_product *product, const struct sparse_kernels *sparse,
    const float *kernel, const float *bias);
void sparse_product_finish(struct sparse_product *product);
void sparse_list_init(struct sparse_list *list, const struct shape *shape);
/* Lists every value of in[rows][columns][channels], zero or not. */
void sparse_list_all(struct sparse_list *list, const float *in);
void sparse_list_finish(struct sparse_list *list);

#endif
