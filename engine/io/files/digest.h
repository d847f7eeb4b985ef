/* SHA-256 of what a result came from, so that it can be told later. The only user of nettle.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_DIGEST_H
#define SECATEUR_ENGINE_IO_FILES_DIGEST_H

#include "engine/base/error.h"

#include <stddef.h>

enum { DIGEST_TEXT = 65 }; /* 64 hexadecimal digits and the end */

/* Of a regular file, read in pieces, or of the files of an image set (set_files.h): a folder, or
 * "IMAGES,LABELS". Fails (ERROR_INPUT) where one cannot be read. */
bool digest_file(const char *path, char text[DIGEST_TEXT], struct error *err);
void digest_bytes(const void *bytes, size_t size, char text[DIGEST_TEXT]);

#endif
