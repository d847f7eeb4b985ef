/* Principal components (Pearson 1901, Hotelling 1933): the two directions in which many vectors
 * differ most, each with its share of their variance. Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_EXPLAIN_PROJECTION_H
#define SECATEUR_ENGINE_EXPLAIN_PROJECTION_H

#include "engine/base/error.h"

enum { PROJECTION_AXES = 2 };

struct projection {
    int n_features;
    double *mean;                  /* [n_features] */
    double *axis[PROJECTION_AXES]; /* [n_features] of length 1; the largest part is positive */
    double share[PROJECTION_AXES]; /* of the variance; 0: there is no such direction */
};

/* From rows[n][n_features], n >= 1. False with err: a value is not finite. */
bool projection_fit(
    struct projection *projection, const float *rows, int n, int n_features, struct error *err);
void projection_finish(struct projection *projection);
void projection_apply(
    const struct projection *projection, const float *row, float place[PROJECTION_AXES]);

#endif
