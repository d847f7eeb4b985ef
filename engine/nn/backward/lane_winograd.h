/* Convolutions of 3x3 by Winograd's minimal filtering in both directions, F(4x4, 3x3) (Lavin and
 * Gray, CVPR 2016): 36 products for 16 outputs, where a plain sum takes 144. The rounding error is
 * about ten times that of a plain sum: good for gradients, and only used there.
 * Owner: the caller. Thread: read by any; packed by one while nobody reads. */
#ifndef SECATEUR_ENGINE_NN_LANE_WINOGRAD_H
#define SECATEUR_ENGINE_NN_LANE_WINOGRAD_H

#include "engine/nn/tensor/window.h"

#include <stdint.h>

enum { LANE_WINOGRAD_POINTS = 36, LANE_WINOGRAD_OUT = 4, LANE_WINOGRAD_IN = 6 };

struct lane_winograd {
    struct window window;
    int filters, block, blocks; /* filters are computed in blocks, the last filled up */
    bool relu;
    float *packed; /* [points][blocks][channels][block] */
    float *bias;   /* [blocks * block] */
};

/* NULL where it would not be faster, or take too much memory. blocks: the kernels have those of
 * `least`, `least` + 4 .. `most` filters. */
struct lane_winograd *lane_winograd_create(
    const struct window *window, int filters, bool relu, int least, int most);
void lane_winograd_destroy(struct lane_winograd *winograd); /* accepts NULL */
/* From kernel[3][3][channels][filters], bias NULL: none. Turned: from kernel[3][3][filters]
 * [channels] turned round, for the gradient of the input. */
void lane_winograd_pack(
    struct lane_winograd *winograd, const float *kernel, const float *bias, bool turned);
/* Floats of scratch that a run needs. */
size_t lane_winograd_scratch(const struct lane_winograd *winograd, int width);

#endif
