/* Layers behind a site as sums that are updated by differences: when few values of the site change,
 * only the products with these changes are added. Such sums are close to those of a pass, not
 * equal; the norms that bound the distance are kept beside the weights (the bound itself is in
 * nn/incremental/incremental_bound.c, the proof in docs/numerics.md).
 * A stage is a sum of products, with or without ReLU behind it; its readers take its values in
 * order, whatever their shape. Its sums are kept and updated, or recomputed (recompute.h).
 * Owner: the caller. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

/* Values that changed, and by how much. */
struct delta_list {
    uint32_t n;
    uint32_t *places; /* in the tensor */
    float *values;
};

/* A position that reads a pixel, and the tap by which: weights[tap][channel] belong to the pair. */
struct delta_target {
    uint32_t position, tap;
};

struct delta_term {
    int source; /* an earlier stage, or DELTA_SITE */
    struct sparse_product product;
    uint32_t *starts; /* [pixels + 1] of each pixel's targets */
    struct delta_target *targets;
    /* Rounded up, of the kernel, times the root of how often a value is read: |W| as a sum of
     * squares bounds the products, `norm` what they make of a vector, or of a part of one. */
    float frobenius, spectral;
    float bias_length; /* length of the bias at all positions */
};
enum { DELTA_SITE = -1, DELTA_STAGES_MAX = 6 };
/* Most rows of taps (or single taps, where they are dilated) of a window that is recomputed. */
enum { DELTA_SPANS_MAX = 16 };

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
    struct delta_span *spans;          /* of these: what position p sees, */
    uint32_t *span_starts;             /* [positions + 1] from span_starts[p] on */
    int values_layer, sums_layer;      /* whose tensors in a pass these are; -1: no layer's */
    size_t positions, filters, padded; /* sums are [positions][padded] */
    float *bias;                       /* [padded] of all terms */
};

/* How the values of a stage changed in one step. */
struct delta_result {
    struct delta_list list; /* their changes; room for positions x padded + 32 */
    /* all over the touched positions: squares of sums, of values before and now, and of their
     * changes; how many values are counted */
    float sums, before, now, change;
    int32_t before_counted, now_counted;
};

/* One update of a stage: adds the changes to its sums, lists the changes of its values. */
struct delta_update {
    const struct delta_stage *stage;
    float *sums;     /* [positions][padded] */
    bool write_back; /* the sums */
    /* [positions][padded] out where touched, instead of moves (but for the sums); NULL: moves */
    float *values;
    float *changes;  /* the same; zeroed again where touched */
    bool *touched;   /* [positions]; cleared again */
    bool fresh;      /* the values were all 0 before, whatever the sums */
    float threshold; /* values above minus this are counted */
    struct delta_result result;
};

/* Sums of squares over units a and b, and of a - b. */
struct delta_norms {
    float a, b, difference;
};

/* Kernels. Sums run in any order: of a list that every unit reads (delta_reads_all) DELTA_RUN
 * values at a time, so that a sum has no more roundings than DELTA_RUN and one for each run. */
enum { DELTA_RUN = 16 };
static inline bool delta_reads_all(const struct delta_term *term)
{
    const struct window *window = &term->product.window;
    return window->in[0] * window->in[1] * window->size[0] * window->size[1] == 1;
}

struct delta_kernels {
    /* A value times a weight is added with an error of no more than `unit` of the sum and `product`
     * of the product. */
    float unit, product;
    /* changes += the listed changes of the source times the weights. */
    void (*scatter)(float *changes, bool *touched, const struct delta_term *term, size_t padded,
        const struct delta_list *list);
    void (*apply)(struct delta_update *update);
    void (*compare)(struct delta_norms *norms, const float *a, const float *b, size_t n);
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
