/* Ways in which pixels are commonly prepared for nets, and which of them suits a net: the one under
 * which the unpruned net is right on clean images. Thread: any. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_PIXEL_SEARCH_H
#define SECATEUR_ENGINE_SESSION_STATE_PIXEL_SEARCH_H

#include "engine/api/options.h"
#include "engine/base/error.h"
#include "engine/base/pixel_scaling.h"
#include "engine/io/images/dataset.h"

enum { PIXEL_TRIALS_MAX = 8, PIXEL_ALIKE_POINTS = 3, PIXEL_UNDO_POINTS = 10 };

struct pixel_trial {
    struct pixel_scaling scaling;
    double right; /* percent of the clean images, -1: not tried, or beyond floats */
    int n;        /* images on which it was tried */
    bool undoes;  /* an earlier preparation of the images: only where it is clearly better */
    double loss;  /* mean cross-entropy; INFINITY where it is not known */
};

/* The scaling that the options give, or the common ones for such images (set NULL: bytes), simplest
 * first. 0 with err: the numbers do not fit the channels of the images. */
int pixel_trials(const struct options *options, const struct shape *image,
    const struct dataset *set, struct pixel_trial trials[PIXEL_TRIALS_MAX], struct error *err);
/* The best of those that were tried; where some are about as right (a net without much bias hardly
 * minds), the one with the lower loss: a wrong way makes wrong logits large. */
int pixel_best(const struct pixel_trial *trials, int n);
/* Not what a net that was trained on such images gives: hardly better than chance. */
bool pixel_none_fits(const struct pixel_trial *best, const struct dataset *set, int n_classes);

#endif
