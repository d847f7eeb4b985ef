/* How far sums that follow their inputs may be from those of a run from scratch: the lemmas of
 * docs/numerics.md, section 4, as functions. Lengths are 2-norms, u is the unit roundoff.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_BOUND_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_BOUND_H

#include "engine/nn/incremental/incremental_private.h"

/* A sum that lies further than this times the loss at the start below zero is not counted. */
enum { INCREMENTAL_THRESHOLD = 64 };

/* The length of n values with this sum of squares, of which the smallest may have underflowed; by
 * how much, relatively, rounding may have changed a sum of n squares. */
double incremental_bound_length(double squares, double n);
double incremental_bound_slack(double n);
double incremental_bound_squares(const float *values, size_t n);
/* Most values of the site, not zero, that a window of a product reads. */
uint32_t incremental_bound_window_max(
    const struct sparse_product *product, const uint32_t *starts, size_t pixels);

/* What a step adds to the sums of stage s (lemmas 4 and 5). */
struct incremental_input {
    double depth; /* roundings of a sum, at most */
    double lost;  /* by these */
};
struct incremental_input incremental_bound_input(
    const struct incremental_state *incremental, const struct incremental_step *step, int s);
/* Follows squares and counts of the values of a stage through a step. */
void incremental_bound_values(const struct delta_stage *stage, struct error_bound *bound,
    const struct delta_result *result, bool fresh);
/* Largest distance of the sums of stage s from those of a run from scratch, without what the steps
 * have lost, given the distances of the values of earlier stages (section 4.3). */
double incremental_bound_sums(const struct incremental_state *incremental,
    const struct image_state *state, int s, const double *distances);
/* The same of the values of the last stage, with everything: e in docs/numerics.md. */
double incremental_bound_all(
    const struct incremental_state *incremental, const struct image_state *state);

#endif
