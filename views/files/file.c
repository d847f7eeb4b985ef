/* Names of exports. */
#include "views/files/file.h"

#include "engine/base/folder.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool file_path(const struct export_request *request, const char *stem, const char *extension,
    char *path, struct error *err)
{
    const char *folder = request->folder ? request->folder : ".";
    int length = request->path ? snprintf(path, EXPORT_PATH, "%s", request->path)
                               : snprintf(path, EXPORT_PATH, "%s/%s.%s", folder, stem, extension);
    if (length >= EXPORT_PATH - 16)
        return fail_as(err, ERROR_OUTPUT, "the path %.80s… is too long", path);
    if (!request->path && !folder_make_all(folder, 0777, err))
        return false;
    if (!request->force && access(path, F_OK) == 0)
        return fail_as(err, ERROR_OUTPUT, "%s already exists; --force overwrites it", path);
    return true;
}

void file_beside(const char *path, const char *extension, char *beside)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    int length = dot ? (int)(dot - path) : (int)strlen(path);
    snprintf(beside, EXPORT_PATH, "%.*s.%s", length, path, extension);
}

void file_stem(char *stem, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stem, size, format, arguments);
    va_end(arguments);
    for (; *stem; stem++)
        if (!isalnum((unsigned char)*stem) && *stem != '-')
            *stem = '_';
}
