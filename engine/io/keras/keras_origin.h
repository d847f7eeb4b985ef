/* What wrote a file of Keras: some settings mean other things from version to version. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_ORIGIN_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_ORIGIN_H

#include <stdbool.h>

struct keras_origin {
    int keras;   /* major version 2 or 3; 0: the file does not say */
    bool theano; /* its convolutions turn their kernels by 180 degrees */
};

#endif
