/* Which pixels of an image speak for a class.
 * Gradient (Simonyan, Vedaldi, Zisserman, 2014): the largest |d logit / d pixel| over the channels.
 * Occlusion (Zeiler, Fergus, ECCV 2014): by how much the log-odds of the class,
 *     logit - log sum of exp of the other logits,
 * fall when a patch is filled with the image's mean; the mean over the patches that cover a pixel.
 * Log-odds do not saturate as shares do. Below 0: the patch spoke against the class.
 * Owner: the caller. Thread: one caller; workers are inside. */
#ifndef SECATEUR_ENGINE_EXPLAIN_ATTRIBUTION_H
#define SECATEUR_ENGINE_EXPLAIN_ATTRIBUTION_H

#include "engine/explain/image_pass.h"

/* Patches side by side: each `size` pixels wide and high, `step` apart; the last ones end at the
 * edge of the image. */
struct attribution_patches {
    int size, step;
    int across, down;
};

/* About a sixth of the shorter side, overlapping by half. */
struct attribution_patches attribution_patches_of(int height, int width);
/* The first row or column of the index-th patch along a side of `pixels`. */
int attribution_patch_at(const struct attribution_patches *patches, int index, int pixels);

double attribution_log_odds(const float *logits, int n_classes, int class);

/* image: [height, width, channels] as the network sees it; heat: [height, width]. False with err:
 * what was computed is not finite. */
bool attribution_gradient(
    const struct network *network, const float *image, int class, float *heat, struct error *err);
/* The same; or stopped. */
bool attribution_occlusion(const struct network *network, const float *image, int class,
    struct thread_pool *pool, const atomic_bool *stop, float *heat, struct error *err);

#endif
