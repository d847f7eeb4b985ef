/* Chains of operators that stand for one layer, as exporters write them before there is an operator
 * for it: LayerNormalization (mean, difference, variance, root, quotient) and GELU (by the error
 * function or by tanh). Each step gives a value without a layer, a form; the last gives the layer.
 * Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_CHAIN_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_CHAIN_H

#include "engine/io/onnx/onnx_operator.h"

enum onnx_form {
    ONNX_PLAIN,     /* images of a layer */
    ONNX_REGROUPED, /* the images `of`, whose values are counted in other dimensions */
    /* x is `of`; sums run over `axes` */
    ONNX_MEAN,
    ONNX_CENTRED,   /* x - mean */
    ONNX_SQUARES,   /* (x - mean)^2 */
    ONNX_VARIANCE,  /* their mean */
    ONNX_WIDENED,   /* variance + epsilon */
    ONNX_DEVIATION, /* the root of it */
    ONNX_STEEPNESS, /* 1 / deviation */
    ONNX_ROOT,      /* x / sqrt(2) */
    ONNX_ERF,       /* erf(x / sqrt(2)) */
    ONNX_ERF_1,     /* the same + 1 */
    ONNX_ERF_HALF,  /* half of that */
    ONNX_X_ERF,     /* x times it */
    ONNX_HALF,      /* x / 2 */
    ONNX_SQUARE,
    ONNX_CUBE,
    ONNX_CUBE_PART, /* 0.044715 x^3 */
    ONNX_CUBE_SUM,  /* x + 0.044715 x^3 */
    ONNX_INNER,     /* that times sqrt(2 / pi) */
    ONNX_TANH,
    ONNX_TANH_1,
    ONNX_TANH_HALF,
    ONNX_X_TANH,
    ONNX_SIZE,   /* |x| */
    ONNX_SIZE_1, /* |x| + 1 */
};

/* What axes sums run over. */
enum { ONNX_OVER_CHANNELS = 1, ONNX_OVER_SIDES = 2, ONNX_OVER_ALL = 3 };

/* Whether the node is a step of a chain: done, its output is given then. False with err where it is
 * one that cannot go on. */
bool onnx_chain_step(
    struct onnx_graph *graph, struct onnx_node *node, bool *done, struct error *err);
const char *onnx_chain_text(int form); /* "part of a GELU" */
/* Makes layers of a step that no chain goes on with: a mean, or what is left of images without it.
 * False: it is another step. */
bool onnx_chain_settle(
    struct onnx_graph *graph, const struct onnx_node *node, struct onnx_value *value);

/* Axes that a Reduce operator names (an attribute, later an input), a bit each. */
bool onnx_axes(struct onnx_node *node, int *axes, bool *keep, struct error *err);
/* What they are of these images: ONNX_OVER_…; 0: something else. */
int onnx_over(const struct onnx_value *images, int axes);

/* gamma (Mul) or beta (Add) behind a layer of statistics that has none yet becomes its weight. */
bool onnx_absorb(struct onnx_graph *graph, struct onnx_node *node, struct onnx_value *images,
    struct onnx_value *constant, bool *done, struct error *err);

#endif
