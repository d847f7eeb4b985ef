/* Layers behind a place in the network as sums that follow their inputs: when few values of the
 * place change, only what they add to each sum is computed. Such sums are close to what a pass
 * gives, not equal; what is needed to bound the distance is kept beside the weights (the bound
 * itself is in prune/evaluate/shadow_bound.c).
 * A stage is a sum of products, with or without ReLU behind it; what reads it reads its values in
 * order, whatever their shape. Its sums are kept and followed, or computed anew (renew.h).
 * Owner: the caller. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_SHIFT_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_SHIFT_H

#include "engine/nn/forward/batched.h"
#include "engine/nn/graph/network.h"

/* Values that changed, and by how much. */
struct shift_list {
    uint32_t n;
    uint32_t *places; /* in the tensor */
    float *values;
};

/* Where a pixel goes: its weights at [tap][channel] add to the sums of a position. */
struct shift_target {
    uint32_t position, tap;
};

struct shift_term {
    int source; /* an earlier stage, or SHIFT_SITE */
    struct sparse_product product;
    uint32_t *starts; /* [pixels + 1] of each pixel's targets */
    struct shift_target *targets;
    /* Rounded up, of the kernel, times the root of how often a value is read: |W| as a sum of
     * squares bounds the products, `norm` what they make of a vector, or of a part of one. */
    float squares, norm;
    float bias; /* length of the bias at all positions */
};
enum { SHIFT_SITE = -1, SHIFT_STAGES_MAX = 6 };
/* Rows of taps, or taps that do not touch, of a window that is computed anew. */
enum { SHIFT_SEGMENTS = 16 };

/* Taps that lie side by side: pixels first..last-1, and where the weights of place 0 in their row
 * would be, relative to those of the first filter. */
struct shift_sight {
    uint32_t first, last;
    ptrdiff_t weights;
};

struct shift_stage {
    int n_terms;
    struct shift_term *terms;
    bool relu;
    bool anew;                         /* its sums are not kept */
    struct shift_sight *sights;        /* of these: what position p sees, */
    uint32_t *sight_starts;            /* [positions + 1] from sight_starts[p] on */
    int values_layer, sums_layer;      /* whose tensors in a pass these are; -1: no layer's */
    size_t positions, filters, padded; /* sums are [positions][padded] */
    float *bias;                       /* [padded] of all terms */
};

/* What the values of a stage did in one step. */
struct shift_moves {
    struct shift_list list; /* their changes; room for positions x padded + 32 */
    /* all over the touched positions: squares of sums, of values before and now, and of their
     * changes; how many values are counted */
    float sums, before, now, moved;
    int32_t before_counted, now_counted;
};

/* One settling of a stage: the changes of its sums are added, those of its values listed. */
struct shift_settling {
    const struct shift_stage *stage;
    float *sums; /* [positions][padded] */
    bool keep;   /* the sums are written back */
    /* [positions][padded] out where touched, instead of moves (but for the sums); NULL: moves */
    float *values;
    float *changes;  /* the same; zeroed again where touched */
    bool *touched;   /* [positions]; cleared again */
    bool fresh;      /* the values were all 0 before, whatever the sums */
    float threshold; /* values above minus this are counted */
    struct shift_moves moves;
};

/* Sums of squares over units a and b, and of a - b. */
struct shift_apart {
    float a, b, moved;
};

/* Kernels. Sums run in any order: of a list that every unit reads (shift_reads_all) SHIFT_RUN
 * values at a time, so that a sum has no more roundings than SHIFT_RUN and one for each run. */
enum { SHIFT_RUN = 16 };
static inline bool shift_reads_all(const struct shift_term *term)
{
    const struct window *window = &term->product.window;
    return window->in[0] * window->in[1] * window->size[0] * window->size[1] == 1;
}

struct shift_kernels {
    /* A value times a weight is added with an error of no more than `unit` of the sum and `product`
     * of the product. */
    float unit, product;
    /* Adds what the listed changes of the source make of a stage's sums. */
    void (*spread)(float *changes, bool *touched, const struct shift_term *term, size_t padded,
        const struct shift_list *list);
    void (*settle)(struct shift_settling *settling);
    void (*compare)(struct shift_apart *apart, const float *a, const float *b, size_t n);
};

struct shift_plan {
    int n_stages;
    struct shift_stage stages[SHIFT_STAGES_MAX];
    const struct shift_kernels *kernels;
    const struct renew_kernels *renewals;
};

/* From the values of layer `site` to those of layer `to`, through layers marked in behind[n_layers]
 * alone. NULL where that is no sum of products with ReLU; weights are copied. */
struct shift_plan *shift_plan_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to);
void shift_plan_destroy(struct shift_plan *plan);

#endif
