/* Steps along a gradient: Adam (Kingma & Ba 2015) or SGD with momentum, decay of weights apart
 * from the gradient (Loshchilov & Hutter 2019), and masks of what may change at all.
 * Owner: the caller. Thread: one caller at a time; ranges of one step may run side by side. */
#ifndef SECATEUR_ENGINE_TRAIN_OPTIMISER_H
#define SECATEUR_ENGINE_TRAIN_OPTIMISER_H

#include "engine/train/gradient.h"

#include <stdint.h>

enum optimiser_kind { OPTIMISER_ADAM, OPTIMISER_SGD };

struct optimiser_options {
    enum optimiser_kind kind;
    double momentum; /* SGD: 0..1; Adam: beta 1 */
    double beta;     /* Adam: beta 2 */
    double epsilon;  /* Adam */
    double decay;    /* share of the rate by which kernels shrink at each step */
};

struct optimiser_options optimiser_adam(void); /* 0.9, 0.999, 1e-7 as Keras has them, no decay */
struct optimiser_options optimiser_sgd(double momentum);

struct optimiser;

/* Everything trainable may change. Keeps a pointer to the network. */
struct optimiser *optimiser_create(
    struct network *network, const struct optimiser_options *options);
void optimiser_destroy(struct optimiser *optimiser);

/* Which values of a weight may change, mask[count] of 0 and 1, copied; NULL: none of them. */
void optimiser_mask(struct optimiser *optimiser, int layer, int weight, const uint8_t *mask);
/* frozen[n_layers]: true where nothing may change. */
void optimiser_frozen(const struct optimiser *optimiser, bool *frozen);

/* One step: begin, then every value once, in ranges of any size. */
void optimiser_begin(struct optimiser *optimiser, double rate);
void optimiser_step(struct optimiser *optimiser, const float *gradient, size_t first, size_t count);

/* The rate at `step` of `steps`: linear warm-up over the first `warm` steps, then half a cosine
 * down to `end` times the rate. */
double optimiser_rate(double rate, double end, int step, int warm, int steps);

#endif
