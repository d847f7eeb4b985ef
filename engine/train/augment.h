/* Small random changes of an image while a net learns, so that it learns the face and not the
 * picture. Thread: any. */
#ifndef SECATEUR_ENGINE_TRAIN_AUGMENT_H
#define SECATEUR_ENGINE_TRAIN_AUGMENT_H

#include "engine/base/random.h"
#include "engine/nn/tensor/tensor.h"

#include <stdbool.h>

/* All zero changes nothing. A net that learns with patches and veils cannot rest on what a trigger
 * may look like. Images are [height, width, channels]. */
struct augment_options {
    int shift;    /* up to so many pixels in both directions; the edge is repeated */
    bool mirror;  /* left and right, every second time */
    double light; /* factor 1 - light .. 1 + light on all values */
    double noise; /* deviation of normal noise on every value, in the data's own unit */
    double turn;  /* up to so many degrees in both directions */
    double zoom;  /* size times 1 - zoom .. 1 + zoom; turned and zoomed values are interpolated */
    double bend;  /* places move by up to so many pixels, smoothly over the image */
    /* Every second time, a square of 2..patch pixels a side at a random place, in which a random
     * share of the values becomes low or high (after random erasing, Zhong et al., AAAI 2020). */
    int patch;
    /* Every second time, waves or blocks over the whole image, mixed in with a share of up to veil
     * (after the Fourier basis of Yin et al., NeurIPS 2019). */
    double veil;
    float low, high; /* of the data's values, for patches and veils */
};

/* image[shape], changed in place; scratch[shape]. */
void augment_image(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image, float *scratch);

#endif
