/* How each layer of a batched plan is computed (batched_plan.c, batched_fusion.c, batched_pass.c).
 * Private to the room. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_BATCHED_STEP_H
#define SECATEUR_ENGINE_NN_FORWARD_BATCHED_STEP_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

/* A step computes one layer, and those in front of it that were fused into it. */
struct batched_step {
    const struct layer *layer;
    struct lowered_form form;                 /* what it begins with */
    int n_sources, sources[LAYER_INPUTS_MAX]; /* layers that it reads */
    int addend;                               /* the layer that its ending adds; -1: none */
    bool unused;                              /* a part of the network does without it */
    bool fused_away;                          /* computed inside a step behind it */
    int streams; /* the product whose rows it reads as they are made (batched_stream.h); -1: none */
    bool streamed;                  /* such a product, which has weights and no tensor */
    bool activate;                  /* an activation that no ending has is still to be applied */
    bool from_pixels;               /* a product that reads the network's input by rows */
    bool relu;                      /* as in ending.h */
    float limit;                    /* as in ending.h */
    struct batched_product product; /* of products */
    struct winograd_square *square; /* of products, in its place; or NULL */
    const struct layer *weights;    /* of the product or the depthwise convolution */
    const struct layer *affine;     /* that gives scale and shift; NULL: none */
    float *scale;                   /* [2][channels] scale and shift, or NULL */
};

struct batched_plan { /* batched_plan.h */
    const struct network *network;
    const struct batched_kernels *batched;
    struct batched_step *steps; /* [n_layers] */
    bool *kept;                 /* [n_layers] can be read after a run */
    bool *listed;               /* [n_layers] whose tensor a product reads by a list */
    bool *has_zeros;            /* [n_layers] with values that are exactly zero */
    bool sparse;                /* values that are zero are left out */
};

/* Whether a step has weights. */
bool batched_step_computes(const struct batched_step *step);
/* Fuses what can be fused into the steps of layers that are not kept (batched_fusion.c). */
void batched_fuse(struct batched_plan *plan);
/* The number of memory rooms that the tensors of a pass need; room[n_layers]: that of each layer,
 * -1: none; counts[n_layers]: values of an image in each room (batched_rooms.c). */
int batched_assign_rooms(const struct batched_plan *plan, int *room, size_t *counts);
/* The layer in whose tensor the values of a layer lie: itself, or one that it copies. */
int batched_home(const struct batched_plan *plan, int layer);

#endif
