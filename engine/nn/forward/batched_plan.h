/* A network compiled for speed: images run side by side in vector lanes (batched.h), convolution,
 * bias, ReLU and max-pooling in one step, zeros left out. Layers without a fast form are run by
 * their plain one, between two transpositions. What an image gets does not depend on the images
 * beside it.
 * Owner: the caller. Thread: a plan is read by many passes; batched_plan_refresh while none runs.
 */
#ifndef SECATEUR_ENGINE_NN_FORWARD_BATCHED_PLAN_H
#define SECATEUR_ENGINE_NN_FORWARD_BATCHED_PLAN_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

struct batched_plan;
struct batched_pass; /* one worker's memory for running a plan; no allocation in a run */

/* Tensors of layers marked in keep[n_layers] (NULL: none but the output) can be read after a
 * run; others are fused away or overwritten. Keeps a pointer to the network. */
struct batched_plan *batched_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *keep);
/* Of the layers marked in wanted[n_layers] alone: what they read and is not marked must be kept,
 * and is the caller's to fill in. */
struct batched_plan *batched_plan_create_part(const struct network *network,
    const struct batched_kernels *batched, const bool *keep, const bool *wanted);
void batched_plan_destroy(struct batched_plan *plan);
void batched_plan_refresh(struct batched_plan *plan); /* after weights of the network changed */
int batched_plan_width(const struct batched_plan *plan);
const struct batched_kernels *batched_plan_kernels(const struct batched_plan *plan);

struct batched_pass *batched_pass_create(const struct batched_plan *plan);
void batched_pass_destroy(struct batched_pass *pass);
/* Passes that run together, so that weights that do not fit the caches are read once for all: the
 * bits of one after the other. Each is destroyed by itself. */
enum { BATCHED_GROUP_MAX = SQUARE_BATCHES_MAX };
/* How many passes of a plan to run together, where many images wait: 1 where that gains nothing or
 * takes much memory; no more than fill a tile of images. */
int batched_plan_together(const struct batched_plan *plan);
void batched_pass_create_group(
    const struct batched_plan *plan, struct batched_pass **passes, int n);
/* A layer's tensor, [values][width]; NULL when it is not kept. Lanes without an image hold
 * anything finite. */
float *batched_pass_tensor(struct batched_pass *pass, int layer);
/* Whether a layer has memory, its own or shared; false: it is computed within a step behind it. */
bool batched_pass_has_room(const struct batched_pass *pass, int layer);
/* What is not zero in it, where the last run had to know; else NULL. */
const struct batched_list *batched_pass_list(const struct batched_pass *pass, int layer);
/* The best two channels of a layer of units, in each lane. */
void batched_pass_best(struct batched_pass *pass, int layer, struct batched_top_two *best);
/* Computes the layers marked in wanted[n_layers] (NULL: all) from the tensors of their inputs. */
void batched_pass_run(struct batched_pass *pass, const bool *wanted);
/* The same in the first n of a group. */
void batched_pass_run_group(struct batched_pass *const *passes, int n, const bool *wanted);

/* Images first..first+count-1 of a set in the lanes 0..count-1 of a worker's pass. */
enum { BATCH_TILE = 32 }; /* images of a set come in tiles: a multiple of every lane width */
struct batch {
    struct batched_pass *pass;
    int worker;
    int first, count, width;
};

#endif
