/* The decoders of pictures: each refuses what it would have to guess. Private to the room, and to
 * the reader of a sandbox. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_PICTURES_PICTURE_DECODE_H
#define SECATEUR_ENGINE_IO_PICTURES_PICTURE_DECODE_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stddef.h>
#include <stdint.h>

struct picture_file {
    const char *path; /* for messages */
    const uint8_t *bytes;
    size_t size;
    int width, height; /* that the picture must have; others are not decoded */
};

/* Fills rgba[height][width][4]: red, green, blue, opacity. Of 16 bits the upper 8 are taken. A file
 * that is cut short, or for which the decoder has a warning, is refused. */
bool picture_decode(const struct picture_file *file, uint8_t *rgba, struct error *err);
bool picture_decode_png(const struct picture_file *file, uint8_t *rgba, struct error *err);
bool picture_decode_jpeg(const struct picture_file *file, uint8_t *rgba, struct error *err);

/* Its size must be that of the file's request. */
bool picture_check_size(
    const struct picture_file *file, unsigned long width, unsigned long height, struct error *err);
/* Of rgba what the net reads: pixels[shape], [height, width, 1 or 3]. Transparent pixels, and
 * colours where the shape is grey, are refused. */
bool picture_pixels(const struct picture_file *file, const uint8_t *rgba, const struct shape *shape,
    uint8_t *pixels, struct error *err);
/* pixels[height, width, 1 or 3] as a PNG file; malloc'd. NULL with err (ERROR_OUTPUT). */
void *picture_encode_png(
    const uint8_t *pixels, const struct shape *shape, size_t *size, struct error *err);
/* What it declares itself to be, before it is decoded: 1 channel where it is grey, else 3. */
bool picture_shape(const struct picture_file *file, struct shape *shape, struct error *err);

#endif
