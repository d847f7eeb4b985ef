/* What a file is that is not what was wanted, told from its first bytes. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_FILE_KIND_H
#define SECATEUR_ENGINE_IO_FILES_FILE_KIND_H

#include "engine/base/error.h"

#include <stddef.h>

enum { FILE_KIND_HEAD = 512 };

/* The first bytes of a regular file into head; how many. False with err where it is none or
 * cannot be read. */
bool file_kind_head(const char *path, char head[FILE_KIND_HEAD], size_t *n, struct error *err);
/* Fails with "path: is not <wanted> but a picture; …": what it is, and what to do. */
bool file_kind_fail(const char *path, const char *wanted, struct error *err);

#endif
