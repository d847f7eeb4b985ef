/* Arg-max over the classes of the last Dense, with a lower bound of its margin. The logits of all
 * classes are first summed in 16-bit integers, with a bound of the error that holds for all values;
 * only classes that the bound cannot tell from the winner are then summed in floats.
 *
 * The weights of a unit (less their mean over the classes, which moves all logits alike) are whole
 * numbers times a step of the unit's own, and so are the units of an image, each times that step.
 * The upper halves of their products add up without overflow. A unit's number is off by at most a
 * half, a weight by at most a half of its step, an upper half by less than one (docs/numerics.md).
 * Owner: the caller. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_ARGMAX_ARGMAX_INT16_H
#define SECATEUR_ENGINE_NN_ARGMAX_ARGMAX_INT16_H

#include "engine/nn/forward/batched.h"

struct argmax_kernels;

/* A Dense of classes. The bias is the weight of one more unit, which is always 1. */
struct argmax_classes {
    const struct argmax_kernels *kernels;
    bool usable; /* false: no query is answered, as weights are not finite or all classes are equal
                  */
    size_t units, classes, vectors;
    int16_t *packed; /* [blocks][units + 1][block]; behind the last class it is repeated */
    float *steps;    /* [units + 1] of each unit's whole numbers, in `step` */
    double step;
    float length; /* of a class as whole numbers, at most */
    float *rows;  /* [classes][units] */
    float *bias;  /* [classes] */
};

void argmax_classes_init(struct argmax_classes *classes, const struct batched_kernels *batched,
    const float *kernel, const float *bias, size_t n_units, size_t n_classes);
void argmax_classes_finish(struct argmax_classes *classes);

/* A question about the units of an image, and its answer. */
struct argmax_query {
    const float *units;
    float needed; /* margin asked for: classes nearer than this are summed in floats */
    /* Out: the class wins by no less than the margin, but for the rounding of two sums of floats;
     * margin -1: nothing is known. */
    float margin;
    int32_t class;
};

/* One kind of processor. */
struct argmax_kernels {
    size_t lanes, block; /* classes in a vector; vectors of a block */
    size_t (*bytes)(const struct argmax_classes *classes); /* of scratch for each query */
    void (*answer)(struct argmax_query *queries, const struct argmax_classes *classes, int n,
        void *scratch); /* 64-byte aligned */
};

/* Larger values get no answer. */
static const float ARGMAX_LARGE = 1e30F;

/* How many of the vectors that are left make the next block. */
static inline size_t argmax_block(size_t left, size_t block)
{
    while (block > left)
        block /= 2;
    return block;
}

#endif
