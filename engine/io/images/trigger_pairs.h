/* Which clean image a poisoned one was made from, found by what the pictures show: files may have
 * different numbers and orders. Thread: any, while nobody writes to the sets. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_TRIGGER_PAIRS_H
#define SECATEUR_ENGINE_IO_IMAGES_TRIGGER_PAIRS_H

#include "engine/io/images/dataset.h"

/* pairs[n of poisoned]: the clean image that a poisoned one is, but for its trigger; -1: none, or
 * not certain. They agree to a grey level or two outside a region of at most half the picture; no
 * other clean image comes near that, unless it is the same picture with the same label. Returns
 * how many pair. Sets of one image, and sets of different shapes, never do. */
int trigger_pairs_find(const struct dataset *clean, const struct dataset *poisoned, int32_t *pairs);

#endif
