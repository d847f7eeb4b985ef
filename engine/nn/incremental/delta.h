/* The layers behind a site as stages, whose sums follow their inputs: when few values of the site
 * change, only the products with these changes are added. A stage is a sum of products, with or
 * without ReLU behind it; its readers take its values in order, whatever their shape. Its sums are
 * kept and updated (delta_update.h) or recomputed (recompute.h).
 * Updated sums are close to those of a run from scratch, not equal; norms that bound the distance
 * stand beside the weights (incremental_bound.h; proof in docs/numerics.md).
 * Owner: the caller. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

/* Most stages of a plan; most spans of a window that is recomputed: rows of taps, or single taps
 * where they are dilated. */
enum { DELTA_SITE = -1, DELTA_STAGES_MAX = 6, DELTA_SPANS_MAX = 16 };

/* A position that reads a pixel, and the tap by which: weights[tap][channel] belong to the pair. */
struct delta_target {
    uint32_t position, tap;
};

struct delta_term {
    int source; /* an earlier stage, or DELTA_SITE */
    struct sparse_product product;
    uint32_t *starts; /* [pixels + 1] of each pixel's targets */
    struct delta_target *targets;
    /* Norms of the kernel W, times the root of how often a value is read, rounded up: the products
     * of a vector x are at most frobenius |x| long, their sums W x, also over a part of x, at most
     * spectral |x|. */
    float frobenius, spectral;
    float bias_length; /* of the bias at all positions */
};

/* Whether every unit reads the whole list of values: a Dense. */
static inline bool delta_reads_all(const struct delta_term *term)
{
    const struct window *window = &term->product.window;
    return window->in[0] * window->in[1] * window->size[0] * window->size[1] == 1;
}

/* Taps that lie side by side: pixels first..last-1, and where the weights of place 0 in their row
 * would be, relative to those of the first filter. */
struct delta_span {
    uint32_t first, last;
    ptrdiff_t weights;
};

struct delta_stage {
    int n_terms;
    struct delta_term *terms;
    bool relu;
    bool recomputed;                   /* its sums are not kept */
    struct delta_span *spans;          /* of these: what position p reads */
    uint32_t *span_starts;             /* [positions + 1] begins at span_starts[p] */
    int values_layer, sums_layer;      /* whose tensors in a pass these are; -1: no layer's */
    size_t positions, filters, padded; /* sums are [positions][padded] */
    float *bias;                       /* [padded] of all terms */
};

struct delta_plan {
    int n_stages;
    struct delta_stage stages[DELTA_STAGES_MAX];
    const struct delta_kernels *kernels;
    const struct recompute_kernels *recompute;
};

/* From the values of layer `site` to those of layer `to`, through layers marked in behind[n_layers]
 * alone. NULL where that is no sum of products with ReLU; weights are copied. */
struct delta_plan *delta_plan_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to);
void delta_plan_destroy(struct delta_plan *plan);

#endif
