/* PNG files: packed, and what is written into a finished one. Thread: any. */
#ifndef SECATEUR_VIEWS_FILES_PNG_H
#define SECATEUR_VIEWS_FILES_PNG_H

#include "views/files/metadata.h"

#include <stddef.h>

/* rgb[height][width][3]; the caller frees *bytes. */
bool png_pack(
    const uint8_t *rgb, int width, int height, uint8_t **bytes, size_t *size, struct error *err);

/* Puts pHYs (pixels per metre, 0: none) and a text chunk for each note behind the header.
 * Reallocates *bytes; false when it is not a PNG file. */
bool png_annotate(uint8_t **bytes, size_t *size, uint32_t per_metre,
    const struct metadata *metadata, struct error *err);

#endif
