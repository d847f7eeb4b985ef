/* A network compiled for gradients: images run forward and back side by side in vector lanes, by
 * the kernels of forward/batched.h and of lane_kernels.h. Layers without a fast form are run by
 * their plain one, between two transpositions.
 * Owner: the caller. Thread: a plan is read by many passes; lane_plan_refresh while none runs. */
#ifndef SECATEUR_ENGINE_NN_LANE_PLAN_H
#define SECATEUR_ENGINE_NN_LANE_PLAN_H

#include "engine/nn/backward/lane_kernels.h"
#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

struct lane_plan_options {
    const bool *learns; /* [n_layers] whose weights get a gradient; NULL: none */
    const bool *wanted; /* [n_layers] the gradient of whose output is read; NULL: none */
    const bool *still;  /* [n_layers] whose weights never change; NULL: none */
};

enum lane_kind {
    LANE_PLAIN,
    LANE_COPY,
    LANE_PRODUCT,
    LANE_POOL_MAX,
    LANE_POOL_MEAN,
    LANE_ADD,
    LANE_AFFINE, /* input * scale + shift */
};

/* How one layer is computed, and its gradient. */
struct lane_step {
    const struct layer *layer;
    enum lane_kind kind;
    struct window window; /* of products and pooling */
    int source;           /* the first layer that it reads; of a fused step that of the product */
    bool needed;          /* the gradient of its output is */
    bool learns, wanted, still;
    bool activates, relu; /* relu: and that is all its activation does */
    bool fused_away;      /* computed inside the pooling behind it, as no gradient is needed */
    bool masked;          /* the pooling behind it does the backward pass of its ReLU */
    bool shares_output, shares_gradient; /* with the layer that it reads */
    const struct layer *weights;         /* of the product, the layer itself unless fused */
    struct batched_product forward, back;
    struct winograd_square *quick, *back_quick; /* in their place; NULL: not */
    bool runs_back;   /* back is there: the gradient of the input by a product */
    uint32_t *offset; /* of lane_products; NULL: the kernel learns nothing, or is a Dense */
    float *scale, *shift;
};

struct lane_plan {
    const struct network *network;
    const struct batched_kernels *batched;
    const struct lane_kernels *lane;
    struct lane_step *steps; /* [n_layers] */
    bool *listed;            /* [n_layers] whose tensor a product reads */
};

struct lane_plan *lane_plan_create(const struct network *network,
    const struct batched_kernels *batched, const struct lane_plan_options *options);
void lane_plan_destroy(struct lane_plan *plan); /* accepts NULL */
void lane_plan_refresh(struct lane_plan *plan); /* after weights of the network changed */

/* The gradients of a step's output, with rows and columns of zeros between where the window's
 * stride is more than 1: as large as this. */
struct shape lane_step_spread(const struct lane_step *step);
/* The input with the padding of the window around it. */
struct shape lane_step_padded(const struct lane_step *step);
bool lane_step_is_dense(const struct lane_step *step);

#endif
