/* PNG and JPEG pictures as pixels of a net's input. Decoded in a reader (sandbox.h). Thread: as
 * sandbox.h says. */
#ifndef SECATEUR_ENGINE_IO_PICTURES_PICTURE_H
#define SECATEUR_ENGINE_IO_PICTURES_PICTURE_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

/* Fills pixels[shape] (NHWC, 0..255); the picture has that width and height, nothing is resized.
 * Grey becomes three equal channels; colours are refused where the net wants grey, and so is what
 * is transparent. Of 16 bits the upper 8 are taken. */
bool picture_read(const char *path, const struct shape *shape, uint8_t *pixels, struct error *err);
/* With what its pixels do not show (enum picture_note). */
bool picture_read_noted(const char *path, const struct shape *shape, uint8_t *pixels,
    unsigned *notes, struct error *err);
/* With its opacity: rgba[height, width, 4], malloc'd, of at most so many pixels a side. NULL with
 * err. */
uint8_t *picture_read_rgba(const char *path, int most, int *height, int *width, struct error *err);

#endif
