/* Taylor saliency of channels (Molchanov, Tyree, Karras, Aila, Kautz, ICLR 2017): how much the loss
 * on clean images changes to first order when a channel becomes zero,
 *     T_k = mean over images of |(1/P) sum over positions of a dL/da|
 * with a the activation of channel k where its site is measured, P the number of positions and L
 * the cross-entropy with the label; then T / |T| over the channels of a site.
 * Thread: one caller; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_TRAIN_SALIENCY_H
#define SECATEUR_ENGINE_TRAIN_SALIENCY_H

#include "engine/io/images/dataset.h"
#include "engine/prune/ranking/batch_runner.h"
#include "engine/prune/sites/prune_site.h"

struct saliency_images {
    const struct dataset *set;
    const struct pixel_scaling *scaling;
    int n; /* the first so many, evenly chosen where the set has more */
};

/* Fills scores[sites->n][n_channels]. False with err: stopped, or a gradient is not finite. */
bool saliency_taylor(const struct network *network, const struct prune_sites *sites,
    const struct saliency_images *images, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err);

#endif
