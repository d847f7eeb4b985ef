/* What a file is that is not what was wanted, told from its first bytes. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_FILE_KIND_H
#define SECATEUR_ENGINE_IO_FILES_FILE_KIND_H

#include "engine/base/error.h"

/* Fails with "path: is not <wanted> but a picture; …": what it is, and what to do. */
bool file_kind_fail(const char *path, const char *wanted, struct error *err);

#endif
