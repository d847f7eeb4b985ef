/* One worker's memory for a lane plan: up to `width` images forward, and gradients back. No
 * allocation in a run. What an image gets does not depend on the images beside it.
 * Owner: the caller. Thread: one pass, one thread. */
#ifndef SECATEUR_ENGINE_NN_LANE_PASS_H
#define SECATEUR_ENGINE_NN_LANE_PASS_H

#include "engine/nn/backward/lane_plan.h"

struct lane_pass;

/* Keeps a pointer to the plan. */
struct lane_pass *lane_pass_create(const struct lane_plan *plan);
void lane_pass_destroy(struct lane_pass *pass); /* accepts NULL */

/* A layer's tensor, [values][width]; NULL where it was fused away. */
float *lane_pass_tensor(struct lane_pass *pass, int layer);
/* The gradient of a layer's output, [values][width]: that of the network's output is written by
 * the caller before a backward run, 0 in lanes without an image; that of wanted layers is there
 * behind one. NULL: none is needed. */
float *lane_pass_gradient(struct lane_pass *pass, int layer);

/* Copies the tensors that the layers marked in own[n_layers] read from others, out of another
 * pass's, of the same layers. */
void lane_pass_borrow(struct lane_pass *pass, const struct lane_pass *from, const bool *own);
/* Computes, for n images, the layers marked in wanted[n_layers] (NULL: all but the input). */
void lane_pass_forward(struct lane_pass *pass, int n, const bool *wanted);

/* Adds strength[channels] times the mean over the positions of a layer's output to the loss of
 * every image, times share. */
struct lane_penalty {
    int layer;
    const float *strength;
    float share;
};
/* Back from the output. Adds to gradient, laid out like the network's storage (NULL: not wanted).
 * penalty: or NULL. */
void lane_pass_backward(
    struct lane_pass *pass, const struct lane_penalty *penalty, float *gradient);

#endif
