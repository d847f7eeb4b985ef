/* An image set with images of another size (picture_resize.h). Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_DATASET_RESIZE_H
#define SECATEUR_ENGINE_IO_CONVERT_DATASET_RESIZE_H

#include "engine/io/images/dataset.h"

/* The same labels, bytes where the set has bytes. NULL with err: its images are rows of values. */
struct dataset *dataset_resize(const struct dataset *set, int height, int width, struct error *err);

#endif
