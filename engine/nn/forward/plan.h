/* A network compiled for speed: images run side by side in vector lanes (lanes.h), convolution,
 * bias, ReLU and max-pooling in one step, zeros left out. Layers without a fast form are run by
 * their plain one, between two transpositions. What an image gets does not depend on the images
 * beside it.
 * Owner: the caller. Thread: a plan is read by many passes; plan_refresh while none runs. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_PLAN_H
#define SECATEUR_ENGINE_NN_FORWARD_PLAN_H

#include "engine/nn/forward/lanes.h"
#include "engine/nn/graph/network.h"

struct plan;
struct lane_pass; /* one worker's memory for running a plan; no allocation in a run */

/* Tensors of layers marked in keep[n_layers] (NULL: none but the output) can be read after a
 * run; others may be fused away. Keeps a pointer to the network. */
struct plan *plan_create(
    const struct network *network, const struct lanes *lanes, const bool *keep);
void plan_destroy(struct plan *plan);
void plan_refresh(struct plan *plan); /* after weights of the network changed */
int plan_width(const struct plan *plan);
const struct lanes *plan_lanes(const struct plan *plan);

struct lane_pass *lane_pass_create(const struct plan *plan);
void lane_pass_destroy(struct lane_pass *pass);
/* A layer's tensor, [values][width]; NULL when it was fused away. Lanes without an image hold
 * anything finite. */
float *lane_pass_tensor(struct lane_pass *pass, int layer);
/* What is not zero in it, where the last run had to know; else NULL. */
const struct lane_list *lane_pass_list(const struct lane_pass *pass, int layer);
/* The best two channels of a layer of units, in each lane. */
void lane_pass_best(struct lane_pass *pass, int layer, struct lane_best *best);
/* Computes the layers marked in wanted[n_layers] (NULL: all) from the tensors of their inputs. */
void lane_pass_run(struct lane_pass *pass, const bool *wanted);

#endif
