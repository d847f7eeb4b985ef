/* The shape of a set's images where no net says it. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_SHAPE_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_SHAPE_H

#include "engine/io/images/dataset_options.h"

/* [height, width, channels], or a row of values, as the set's arrays or its first picture have
 * them; of the options names count alone. False with err: also where several would fit. */
bool dataset_shape_find(const char *name, const struct dataset_options *options,
    struct shape *shape, struct error *err);

#endif
