/* What is written into a finished PNG file: its resolution and metadata. Thread: any. */
#ifndef SECATEUR_VIEWS_FILES_PNG_H
#define SECATEUR_VIEWS_FILES_PNG_H

#include "views/files/metadata.h"

#include <stddef.h>

/* Puts pHYs (pixels per metre, 0: none) and a text chunk for each note behind the header.
 * Reallocates *bytes; false when it is not a PNG file. */
bool png_annotate(uint8_t **bytes, size_t *size, uint32_t per_metre,
    const struct metadata *metadata, struct error *err);

#endif
