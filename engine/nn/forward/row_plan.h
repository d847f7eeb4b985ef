/* Part of a network compiled to run one image at a time over the values that are not zero
 * (rows.h): for the layers behind a pruned site. Gives the same bits as a plan (batched_plan.h).
 * Owner: the caller. Thread: a plan is read by many passes. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_ROW_PLAN_H
#define SECATEUR_ENGINE_NN_FORWARD_ROW_PLAN_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

struct row_plan;
struct row_pass; /* one worker's memory; no allocation in a run */

/* For the layers marked in wanted[n_layers] and what they read; weights are copied now. Keeps a
 * pointer to the network. */
struct row_plan *row_plan_create(
    const struct network *network, const struct batched_kernels *batched, const bool *wanted);
void row_plan_destroy(struct row_plan *plan);
size_t row_plan_bytes(const struct row_plan *plan);          /* of one pass */
bool row_plan_holds(const struct row_plan *plan, int layer); /* a pass has its values */

struct row_pass *row_pass_create(const struct row_plan *plan);
void row_pass_destroy(struct row_pass *pass);

/* A layer's values as a list to be filled by the caller, who says so by row_pass_filled. */
struct row_list *row_pass_list(struct row_pass *pass, int layer);
void row_pass_filled(struct row_pass *pass, int layer);
/* A layer's values, [shape]; computed before, or filled as a list. */
float *row_pass_tensor(struct row_pass *pass, int layer);
void row_pass_written(struct row_pass *pass, int layer); /* after the caller wrote the tensor */

/* Computes the layers marked in wanted[n_layers]; of several images at once (at most
 * ROW_PASSES_MAX, each in a pass of the same plan) layer by layer, which spares the memory. */
enum { ROW_PASSES_MAX = 32 };
void row_pass_run(struct row_pass *pass, const bool *wanted);
void row_pass_run_all(struct row_pass *const *passes, int n, const bool *wanted);
/* The arg-max over a layer of units and its two largest values. */
int row_pass_best(struct row_pass *pass, int layer, float *first, float *second);

#endif
