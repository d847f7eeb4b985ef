/* Images and labels of a set as NumPy's files, byte by byte. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_NUMPY_MAKE_H
#define SECATEUR_ENGINE_IO_CONVERT_NUMPY_MAKE_H

#include "engine/io/images/dataset.h"

/* [n, height, width, channels] of bytes or floats; malloc'd. NULL with err. */
void *numpy_make_images(
    const struct dataset *set, const char *path, size_t *size, struct error *err);
void *numpy_make_labels(const struct dataset *set, size_t *size); /* [n] int64; malloc'd */

#endif
