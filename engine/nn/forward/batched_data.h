/* What batched kernels (batched.h) read and write: lists of values, products, best classes, sums.
 * A tensor of `width` images is [values][width], 64-byte aligned. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_BATCHED_DATA_H
#define SECATEUR_ENGINE_NN_FORWARD_BATCHED_DATA_H

#include "engine/nn/tensor/window.h"

#include <stdint.h>

struct winograd;

/* The values of a tensor that are not zero in every lane, row by row of the image. */
struct batched_list {
    int rows, columns, channels;
    uint32_t *entries; /* [rows][columns * channels] places within the row, ascending */
    uint32_t *starts;  /* [rows][columns + 1] where in its row's entries a column begins */
    uint32_t *channel; /* [columns * channels] of each place */
};

/* A convolution or a Dense (a window of one place over [1, 1, inputs]) with its ending, and a
 * max-pooling behind it. */
struct batched_product {
    struct window window;
    bool pooled;                /* the output is that of the pooling */
    struct window pool;         /* without padding */
    const float *scale, *shift; /* ending.h: within scales, NULL: not */
    bool relu;
    float limit;
    int filters, block, blocks; /* filters are computed in blocks, the last filled up */
    bool far;                   /* a block's weights are more than the first cache holds */
    struct taps *down, *across; /* of each position of the window */
    float *packed;              /* [blocks][size][size * channels][block] */
    float *bias;                /* [blocks * block] */
    float *scales;              /* [2][blocks * block] or NULL */
    struct winograd *winograd;  /* NULL: by plain sums */
};

/* Some rows of a product's output, and blocks of its filters. The first goes to the beginning of
 * the output, whose places lie `pitch` values apart. */
struct product_part {
    int from, to;             /* rows from .. to-1 */
    int block_from, block_to; /* blocks */
    size_t pitch;
};

/* The best two classes of each lane; ties go to the lowest index. */
struct batched_top_two {
    float *first, *second; /* [width] values */
    int32_t *class;        /* [width] of the first; -1 where a value is not finite */
};

/* Over the positions of a tensor, for each channel and lane: [channels][width]. */
struct batched_sums {
    float *sum, *squares, *largest;
    float *zeros; /* how many values are exactly zero */
};

#endif
