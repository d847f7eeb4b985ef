/* Files that appear whole or not at all. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_ATOMIC_WRITE_H
#define SECATEUR_ENGINE_BASE_ATOMIC_WRITE_H

#include "engine/base/error.h"

#include <stddef.h>

/* Writes bytes[size] to path: a file without a name, fsync, then the name. An existing file is
 * refused, unless `force`: then a temporary name beside it comes first, and replaces it. On failure
 * (ERROR_OUTPUT) nothing is left behind. */
bool atomic_write(const char *path, const void *bytes, size_t size, bool force, struct error *err);
/* Whether path could be written, told before the work is done: an existing file, a folder that is
 * missing or closed. */
bool atomic_write_check(const char *path, bool force, struct error *err);

#endif
