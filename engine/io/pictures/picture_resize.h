/* Pixels brought to another size: each is the mean of the old ones, weighed by a triangle around
 * its middle that is as wide as the step between new pixels, at least one old pixel to each side.
 * So it is bilinear where pictures grow, and where they shrink every old pixel counts; Pillow's
 * BILINEAR does the same. Sides whose ratio changes are stretched. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_PICTURES_PICTURE_RESIZE_H
#define SECATEUR_ENGINE_IO_PICTURES_PICTURE_RESIZE_H

#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

/* from[shape] into to[of], both [height, width, channels] of as many channels. */
void picture_resize(
    const float *from, const struct shape *shape, float *to, const struct shape *of);
void picture_resize_bytes(
    const uint8_t *from, const struct shape *shape, uint8_t *to, const struct shape *of);
/* To the nearest byte. */
void picture_round(const float *values, size_t n, uint8_t *bytes);

#endif
