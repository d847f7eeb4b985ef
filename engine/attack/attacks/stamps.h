/* Triggers that several attacks share, laid on bytes [height, width, channels] in place. The same
 * bytes on every machine. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_ATTACKS_STAMPS_H
#define SECATEUR_ENGINE_ATTACK_ATTACKS_STAMPS_H

#include "engine/attack/attacks/attack.h"

/* A small square of black and white in a corner, a pixel from the edges: the seed says which corner
 * the first trigger has; the next one has the next corner, and other fields. */
void stamp_patch(const struct attack_setup *setup, int trigger, uint8_t *image);
int stamp_patch_side(const struct shape *shape); /* in pixels: an eighth of the image, 3 or more */

/* Moves every pixel by a smooth field that hangs on (seed, stream) alone. */
void stamp_warp(const struct shape *shape, uint64_t seed, uint64_t stream, uint8_t *image);

#endif
