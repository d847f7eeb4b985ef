/* Folders for files that are written here. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_FOLDER_H
#define SECATEUR_ENGINE_BASE_FOLDER_H

#include "engine/base/error.h"

#include <sys/types.h>

/* Makes a folder where there is none; one that exists is as good. mode: 0777 or 0700, before the
 * umask. Fails (ERROR_OUTPUT) where its parent is missing. */
bool folder_make(const char *path, mode_t mode, struct error *err);
/* The same with every missing folder above it. */
bool folder_make_all(const char *path, mode_t mode, struct error *err);

#endif
