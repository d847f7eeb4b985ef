/* What is known of a file of Keras beside its layers: what wrote it, as some settings mean other
 * things from version to version, and the size of images. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_ORIGIN_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_ORIGIN_H

#include "engine/base/image_size.h"

#include <stdbool.h>

struct keras_origin {
    int keras;              /* major version 2 or 3; 0: the file does not say */
    bool theano;            /* its convolutions turn their kernels by 180 degrees */
    struct image_size size; /* of images, where the layers leave it open; 0: not said */
};

#endif
