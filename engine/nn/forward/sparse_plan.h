/* Part of a network compiled to run one image at a time over the values that are not zero
 * (sparse.h): for the layers behind a pruned site. Gives the same bits as a plan (batched_plan.h).
 * Owner: the caller. Thread: a plan is read by many passes. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_SPARSE_PLAN_H
#define SECATEUR_ENGINE_NN_FORWARD_SPARSE_PLAN_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

struct sparse_plan;
struct sparse_pass; /* one worker's memory; no allocation in a run */

/* Whether sparse kernels have all layers marked in wanted[n_layers]: those that run by Winograd's
 * scheme, or within channels, are run in lanes alone. */
bool sparse_plan_serves(const struct network *network, const bool *wanted);
/* For the layers marked in wanted[n_layers] and what they read; weights are copied now. Keeps a
 * pointer to the network. */
struct sparse_plan *sparse_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *wanted);
void sparse_plan_destroy(struct sparse_plan *plan);
size_t sparse_plan_bytes(const struct sparse_plan *plan);          /* of one pass */
bool sparse_plan_holds(const struct sparse_plan *plan, int layer); /* a pass has its values */

struct sparse_pass *sparse_pass_create(const struct sparse_plan *plan);
void sparse_pass_destroy(struct sparse_pass *pass);

/* A layer's values as a list to be filled by the caller, who says so by sparse_pass_filled. */
struct sparse_list *sparse_pass_list(struct sparse_pass *pass, int layer);
void sparse_pass_filled(struct sparse_pass *pass, int layer);
/* A layer's values, [shape]; computed before, or filled as a list. */
float *sparse_pass_tensor(struct sparse_pass *pass, int layer);
void sparse_pass_written(
    struct sparse_pass *pass, int layer); /* after the caller wrote the tensor */

/* Computes the layers marked in wanted[n_layers]; of several images at once (at most
 * SPARSE_PASSES_MAX, each in a pass of the same plan) layer by layer, which spares the memory. */
enum { SPARSE_PASSES_MAX = 32 };
void sparse_pass_run(struct sparse_pass *pass, const bool *wanted);
void sparse_pass_run_all(struct sparse_pass *const *passes, int n, const bool *wanted);
/* The arg-max over a layer of units and its two largest values. */
int sparse_pass_best(struct sparse_pass *pass, int layer, float *first, float *second);

#endif
