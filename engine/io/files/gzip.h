/* Files that gzip packed (.gz), unpacked into memory: what a reader does with the file of a set
 * before a format looks at it. Files are data from strangers: how much comes out is bounded, the
 * checksum is compared, and nothing is written. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_GZIP_H
#define SECATEUR_ENGINE_IO_FILES_GZIP_H

#include "engine/io/files/source.h"

enum { GZIP_MAX_BYTES = 1 << 30 }; /* that a file may unpack to; a reader has twice as much */

bool gzip_is(const struct source *source); /* it begins like one */
/* All that the file holds, its members one behind the other; malloc'd. NULL with err: it is damaged
 * or cut short, unpacks to too much, or to far more than images do. */
void *gzip_unpack(const char *path, size_t *size, struct error *err);

#endif
