/* Small random changes of an image while a net learns, so that it learns the face and not the
 * picture. Thread: any. */
#ifndef SECATEUR_ENGINE_TRAIN_AUGMENT_H
#define SECATEUR_ENGINE_TRAIN_AUGMENT_H

#include "engine/base/random.h"
#include "engine/nn/tensor/tensor.h"

#include <stdbool.h>

/* All zero changes nothing. Images are [height, width, channels]. */
struct augment_options {
    int shift;    /* up to so many pixels in both directions; the edge is repeated */
    bool mirror;  /* left and right, every second time */
    double light; /* factor 1 - light .. 1 + light on all values */
    double noise; /* deviation of normal noise on every value, in the data's own unit */
    double turn;  /* up to so many degrees in both directions */
    double zoom;  /* size times 1 - zoom .. 1 + zoom; turned and zoomed values are interpolated */
    /* Every second time, a square of 2..patch pixels a side at a random place, in which a random
     * share of the values becomes low or high (after random erasing, Zhong et al., AAAI 2020): a
     * net that learns with it cannot rest on a small pattern. 0: none. */
    int patch;
    float low, high; /* of the data's values, for patches */
};

/* image[shape], changed in place; scratch[shape]. */
void augment_image(const struct augment_options *options, struct random *random,
    const struct shape *shape, float *image, float *scratch);

#endif
