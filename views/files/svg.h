/* What is changed in a finished SVG: names that differ from figure to figure, not from run to run,
 * so that several stand in one page; and words about it. Thread: any. */
#ifndef SECATEUR_VIEWS_FILES_SVG_H
#define SECATEUR_VIEWS_FILES_SVG_H

#include "views/files/metadata.h"

#include <stddef.h>
#include <stdint.h>

/* Numbers the ids in their order behind a prefix made of the content, and puts the first note into
 * <title>, all of them into <desc>, `values` (XML, NULL: none) into <metadata>. Reallocates
 * *bytes. */
void svg_settle(uint8_t **bytes, size_t *size, const struct metadata *metadata, const char *values);

#endif
