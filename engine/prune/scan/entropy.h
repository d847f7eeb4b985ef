/* Entropy of pre-activations (Zheng, Tang, Li, Liu: Pre-activation Distributions Expose Backdoor
 * Neurons, NeurIPS 2022). Over a mixture of clean and poisoned images a channel that a trigger
 * drives has two humps; standardised, it has less entropy than others:
 *     H_k = - sum over bins of p log p, of (x - mean) / deviation in bins of 0.1
 * with x the values of channel k over images and positions before its activation function.
 * Thread: one (the workers are inside). The same for any number of workers. */
#ifndef SECATEUR_ENGINE_PRUNE_SCAN_ENTROPY_H
#define SECATEUR_ENGINE_PRUNE_SCAN_ENTROPY_H

#include "engine/io/images/dataset.h"
#include "engine/prune/ranking/batch_runner.h"
#include "engine/prune/sites/prune_site.h"

/* What is mixed; poisoned may be NULL. */
struct entropy_images {
    const struct dataset *clean, *poisoned;
    const struct pixel_scaling *scaling;
    int n; /* of each, evenly chosen where a set has more; 0: all */
};

/* The layer whose function makes a site's activations, -1: they are linear. */
int entropy_activating_layer(const struct network *network, const struct prune_site *site);
/* Fills scores[n_channels]; a channel that never changes has 0. False with err: stopped. */
bool entropy_of_site(const struct network *network, const struct prune_site *site,
    const struct entropy_images *images, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, double *scores, struct error *err);

#endif
