/* The units of an image, quantised to 16 bits. Private to the kernels of argmax_int16.h.
 * Owner: the caller's scratch. Thread: one. */
#ifndef SECATEUR_ENGINE_NN_ARGMAX_ARGMAX_QUANTISED_H
#define SECATEUR_ENGINE_NN_ARGMAX_ARGMAX_QUANTISED_H

#include "engine/nn/argmax/argmax_int16.h"

/* Units of a run: its sums fit 16 bits; those of several runs take 32. */
enum { ARGMAX_RUN = 256 };

struct argmax_quantised {
    float *scaled;    /* [units + 1] times their steps */
    int32_t *values;  /* [n] that are not zero, each twice in one */
    uint32_t *places; /* [n] of which unit */
    uint32_t *ends;   /* [runs] in the lists */
    uint32_t n, runs; /* no runs: nothing can be said */
    int shift;        /* so that sums of several runs fit 16 bits again */
    float off;        /* largest error of a sum, without the part that is the same in all classes */
    double unit;      /* of the sums */
};

/* Room of a list: whole vectors are written, so that up to 32 values may lie behind its end. */
static inline size_t argmax_listed(const struct argmax_classes *classes)
{
    return (classes->units + 1 + 2 * 32) & ~(size_t)31;
}

static inline size_t argmax_quantised_bytes(const struct argmax_classes *classes)
{
    return (3 * argmax_listed(classes) + classes->units / ARGMAX_RUN + 1) * sizeof(float);
}

/* Empty; room for the lists, aligned to a vector. */
static inline void argmax_quantised_init(
    struct argmax_quantised *quantised, const struct argmax_classes *classes, void *room)
{
    size_t n = argmax_listed(classes);
    quantised->n = quantised->runs = 0;
    quantised->shift = 0;
    quantised->scaled = room;
    quantised->values = (int32_t *)(void *)(quantised->scaled + n);
    quantised->places = (uint32_t *)(quantised->values + n);
    quantised->ends = quantised->places + n;
}

/* Fills in empty numbers; a kernel of each kind of processor has its own, of its own name. */
void ARGMAX_QUANTISE(
    struct argmax_quantised *quantised, const struct argmax_classes *classes, const float *units);

#endif
