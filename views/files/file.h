/* Names of exported files, and the folders they are in. Thread: the UI's. */
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
/* Letters, digits, '-' and '_' of a text; others become '_'. */
void file_stem(char *stem, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
