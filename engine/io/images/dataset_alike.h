/* Whether image sets that one rule of pixels is to serve were prepared alike. Thread: the engine
 * thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_ALIKE_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_ALIKE_H

#include "engine/io/images/dataset.h"

/* The values of a set: bytes, floats in 0..1, floats below 0. Darker and brighter images, and some
 * noise beyond the ends, are the same range. False with err (names, ranges and a remedy): they
 * clearly lie in two ranges. NULL: there is no such set. */
bool dataset_alike(const struct dataset *clean, const struct dataset *other, struct error *err);
/* All values of the set lie in 0..1, as those of bytes that were divided by 255. */
bool dataset_is_unit(const struct dataset *set);
/* The bytes of the set divided by 255, as floats; owner: the caller. NULL with err. */
struct dataset *dataset_to_unit(const struct dataset *bytes, struct error *err);

#endif
