/* A line of pixels as another of more or fewer: which of the old make each of the new, by how much.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_RESAMPLE_H
#define SECATEUR_ENGINE_NN_TENSOR_RESAMPLE_H

#include <stdbool.h>

/* Pixel `out` is the sum of weight[first[out] ..] times pixels at[out] and behind it. Pixels beyond
 * the line take part in the weights, which sum up to 1, but are not in the list. */
struct resample {
    int in, out;
    int *at, *n, *first; /* [out] the first pixel that counts, how many, where its weights are */
    float *sum;          /* [out] of these weights: below 1 where pixels beyond the line count */
    float *weight;
};

/* The line lies in one of `whole` pixels, from `before` on, which may be less than 0: a part of it.
 */
struct resample_line {
    int whole, before;
};

bool resample_known(const char *interpolation); /* by the names of Keras and TensorFlow */
/* As TensorFlow computes it. antialias: the window widens where the line shrinks. */
struct resample *resample_create(
    int in, int out, const struct resample_line *line, const char *interpolation, bool antialias);
struct resample *resample_ref(struct resample *resample);
void resample_unref(struct resample *resample); /* accepts NULL */

#endif
