/* Masks of channels that are learned on clean images: a channel whose mask falls is one that a
 * backdoor may speak through. A mask of 0..1 multiplies the kernels that make a channel, or the
 * gammas of a BatchNormalization that scales it.
 * ANP (Wu & Wang, NeurIPS 2021): the mask m that keeps the cross-entropy low also while weights are
 * moved against it, m + d and biases times 1 + x with d, x within +-noise,
 *     min_m  alpha CE(m) + (1 - alpha) max_{d,x} CE(m + d, 1 + x).
 * RNP (Li et al., ICML 2023): the net first unlearns the clean images, until hardly one is read
 * right; then the masks that bring them back are learned. What stays low carries the backdoor.
 * Thread: one caller; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_TRAIN_CHANNEL_MASKS_H
#define SECATEUR_ENGINE_TRAIN_CHANNEL_MASKS_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/prune/sites/prune_site.h"

#include <stdint.h>

struct channel_masks_options {
    int n;                 /* images */
    const float *pixels;   /* [n, input shape], in the net's own unit */
    const int32_t *labels; /* [n] */
    int steps, batch;      /* of masks */
    double rate;           /* of masks, with momentum 0.9 */
    double alpha, noise;   /* of ANP */
    double unlearning;     /* of RNP: the rate of the net */
    uint64_t seed;
    /* After every step, on the caller's thread; false cancels. May be NULL. */
    bool (*progress)(void *context, int step, int steps);
    void *context;
};

/* Alpha, noise and batch as published; fewer steps at lower rates than there (0.2, 0.01), at which
 * the masks of small nets all fall to 0. Images are the caller's. */
struct channel_masks_options channel_masks_defaults(void);

/* masks[sites->n][n_channels]. False with err: cancelled, or a loss is not finite. */
bool channel_masks_anp(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);
bool channel_masks_rnp(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);

#endif
