/* The fast form of a layer, which batched, sparse and delta plans run (graph/lowering.h). Thread:
 * read by any. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_LOWERED_FORM_H
#define SECATEUR_ENGINE_NN_LAYERS_LOWERED_FORM_H

#include "engine/nn/tensor/window.h"

enum lowered_kind {
    LOWERED_PLAIN,   /* no fast form: by `forward` */
    LOWERED_COPY,    /* the output is the input */
    LOWERED_PRODUCT, /* window, filters; weights[0] is the kernel, weights[1] the bias if there */
    LOWERED_POOL_MAX,
    LOWERED_POOL_MEAN,
    LOWERED_ADD,
    LOWERED_AFFINE,    /* input * scale + shift, as the class's `affine` says */
    LOWERED_DEPTHWISE, /* window; weights as of a product, one kernel a channel */
    LOWERED_JOIN,      /* the channels of the inputs, one after the other */
    LOWERED_PAD,       /* a frame of zeros: window has in, out, before and channels */
};
struct lowered_form {
    enum lowered_kind kind;
    struct window window;
    int filters;
};

#endif
