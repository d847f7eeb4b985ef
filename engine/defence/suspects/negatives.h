/* Negatives of images: every value counted from the other end of the range. The trigger of a
 * backdoor works on whatever it is laid on; what leads to a clean class leans on what the images
 * show, and fails on their negatives. Pixels [n, input shape] in the net's own unit. Thread: any.
 */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_NEGATIVES_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_NEGATIVES_H

#include "engine/nn/tensor/tensor.h"

/* The images, and behind them the negative of each: [2 n, input shape]; malloc'd. */
float *negatives_added(
    const struct shape *shape, const float *pixels, int n, float low, float high);

#endif
