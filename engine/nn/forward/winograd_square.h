/* Convolutions of 3x3 by Winograd's minimal filtering in both directions, F(4x4, 3x3) (Lavin and
 * Gray, CVPR 2016): 36 products for 16 outputs, where a plain sum takes 144. The rounding error is
 * about ten times that of a plain sum. What an image gets does not depend on the images beside it.
 * Owner: the caller. Thread: read by any; packed by one while nobody reads. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_WINOGRAD_SQUARE_H
#define SECATEUR_ENGINE_NN_FORWARD_WINOGRAD_SQUARE_H

#include "engine/nn/forward/ending.h"
#include "engine/nn/tensor/window.h"

#include <stdint.h>

enum { SQUARE_POINTS = 36, SQUARE_OUT = 4, SQUARE_IN = 6 };
/* SQUARE_BLOCK: filters whose weights lie side by side. */
enum { SQUARE_BLOCK = 8 };
/* Batches that a run takes. */
enum { SQUARE_BATCHES_MAX = 8 };

struct winograd_square {
    struct window window;
    int filters, blocks; /* filters are computed in blocks, the last filled up */
    int all, tiles;      /* of an output; most that are transformed together */
    float *packed;       /* [points][blocks][channels][SQUARE_BLOCK] */
};

struct square_kernels {
    int width;
    /* Of some batches, together: weights that do not fit the caches are read once for all. */
    void (*run)(float *const *outs, const struct winograd_square *square,
        const struct ending *endings, const float *const *ins, int batches, float *scratch);
};

/* The one rule for nets that are run forward: wide convolutions whose values are seldom zero in all
 * lanes. Depends on the layer alone, so that every plan agrees. */
bool winograd_square_serves(const struct window *window, int filters);
/* The rule for gradients: wherever it is faster and the weights take little memory. */
bool winograd_square_pays(const struct window *window, int filters);

struct winograd_square *winograd_square_create(
    const struct window *window, int filters, const struct square_kernels *kernels);
void winograd_square_destroy(struct winograd_square *square); /* accepts NULL */
/* From kernel[3][3][channels][filters]. Turned: from kernel[3][3][filters][channels] turned round,
 * for the gradient of the input. */
void winograd_square_pack(struct winograd_square *square, const float *kernel, bool turned);
/* How many batches of `width` images gain by sharing one reading of the weights; 1: none. */
int winograd_square_batches(const struct winograd_square *square, int width);
/* Floats of scratch that a run of so many batches needs. */
size_t winograd_square_scratch(const struct winograd_square *square, int width, int batches);
/* Tiles that a run of so many batches transforms together. */
static inline int winograd_square_together(const struct winograd_square *square, int batches)
{
    return square->all * batches < square->tiles ? square->all * batches : square->tiles;
}

#endif
