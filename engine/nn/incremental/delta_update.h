/* Kernels of stages (delta.h) whose sums are updated: changes of values become changes of sums, and
 * these changes of the next values. Compiled for each kind of processor.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_UPDATE_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_DELTA_UPDATE_H

#include "engine/nn/incremental/delta.h"

/* Values that changed, and by how much. */
struct delta_list {
    uint32_t n;
    uint32_t *places; /* in the tensor */
    float *values;
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
    /* [positions][padded] out where touched, instead of the result (but for the sums); NULL: the
     * result */
    float *values;
    float *changes;  /* the same; zeroed again where touched */
    bool *touched;   /* [positions]; cleared again */
    bool fresh;      /* the values were all 0 before, whatever the sums */
    float threshold; /* values above minus this are counted */
    struct delta_result result;
};

/* Sums of squares over units a and b, and over a - b. */
struct delta_norms {
    float a, b, difference;
};

/* Sums run in any order: of a list that every unit reads (delta_reads_all) DELTA_RUN values at a
 * time, so that a sum has no more roundings than DELTA_RUN and one for each run. */
enum { DELTA_RUN = 16 };

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

#endif
