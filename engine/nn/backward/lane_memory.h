/* What a lane pass holds (lane_pass.c, lane_forward.c, lane_backward.c). Private to the room. */
#ifndef SECATEUR_ENGINE_NN_LANE_MEMORY_H
#define SECATEUR_ENGINE_NN_LANE_MEMORY_H

#include "engine/nn/backward/lane_plan.h"

struct lane_pass {
    const struct lane_plan *plan;
    int n;                                   /* images */
    float **tensors, **grads;                /* [n_layers] [values][width]; may be shared */
    bool *given;                             /* [n_layers] something is in grads, in this run */
    struct batched_list *lists, *back_lists; /* [n_layers] of tensors, of gradients */
    bool *list_ready;                        /* in this run */
    float *linear;                           /* room for what a layer gives before its activation */
    float *masked;                           /* for a gradient whose layer keeps its own */
    float *spread, *padded, *part;           /* for products: see lane_backward.c */
    float *winograd;                         /* scratch */
    uint32_t *live;                          /* for weights */
    float **plain_inputs, **plain_grads;     /* [LAYER_INPUTS_MAX] images behind each other */
    float *plain_output, *plain_grad, *scratch;
    double *sums; /* [2][most channels] */
};

/* What a layer gives before its activation (fused ones: behind it), into out. */
void lane_forward_linear(struct lane_pass *pass, int index, float *out);
/* The inputs of a plain layer, as images behind each other, for all lanes. */
void lane_load_plain(struct lane_pass *pass, const struct layer *layer, const float **inputs);

#endif
