/* Convolutions by Winograd's minimal filtering (Toom, Cook; Lavin and Gray 2016), along rows of the
 * image: seven products give 3 to 5 outputs side by side, where a plain sum takes 12 to 16
 * products. The rounding error is two to three times that of a plain sum.
 *
 * Only for convolutions of the network's input: few pixels are zero, so that leaving zeros out
 * saves nothing there, and no pruned channel lies before them, so that no value is ever computed by
 * both ways. Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_WINOGRAD_H
#define SECATEUR_ENGINE_NN_FORWARD_WINOGRAD_H

#include "engine/nn/tensor/window.h"

struct batched_product;

enum {
    WINOGRAD_POINTS = 7,
    WINOGRAD_OUTPUTS_MAX = 5,
    WINOGRAD_DEPTH_MAX = 32, /* rows x channels of a window */
};

struct winograd {
    int outputs;       /* at once */
    int block, blocks; /* filters at once, the last filled up; blocks of them */
    float *packed;     /* [blocks][size][channels][WINOGRAD_POINTS][block] */
};

/* One kind of processor. */
struct winograd_kernels {
    int block;
    void (*run)(float *out, const struct batched_product *product, const float *in);
};

/* Whether it is faster (tuning.h) and the window fits; where not, winograd_create gives NULL. */
bool winograd_serves(const struct window *window, int filters);
struct winograd *winograd_create(
    const struct window *window, int filters, const struct winograd_kernels *kernels);
void winograd_destroy(struct winograd *winograd); /* may be NULL */
/* Fills in the weights from kernel[size][size][channels][filters]. */
void winograd_pack(
    struct winograd *winograd, const struct window *window, int filters, const float *kernel);

#endif
