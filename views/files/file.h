/* Files of exports: telling names, folders, whole or not at all. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FILES_FILE_H
#define SECATEUR_VIEWS_FILES_FILE_H

#include "views/files/export.h"

#include <stddef.h>

/* The path a request wants: its own, or folder/<stem>.<extension>, the folder made; refuses one
 * that exists unless forced. path[EXPORT_PATH]. */
bool file_path(const struct export_request *request, const char *stem, const char *extension,
    char *path, struct error *err);
/* The same path with another extension. */
void file_beside(const char *path, const char *extension, char *beside);
/* Writes a temporary beside it, flushes it to the disk and renames: readers see the old or the
 * new. Without force an existing file stays and the call fails. */
bool file_write(const char *path, const void *bytes, size_t size, bool force, struct error *err);
/* Letters, digits, '-' and '_' of a text; others become '_'. */
void file_stem(char *stem, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
