#include "views/files/file.h"

#include "engine/base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_folder(const char *folder, struct error *err)
{
    char *path = memory_string(folder);
    bool made = true;
    for (char *slash = path + 1; made && *path; slash++) {
        slash = strchrnul(slash, '/');
        char kept = *slash;
        *slash = '\0';
        made = mkdir(path, 0777) == 0 || errno == EEXIST || errno == EISDIR;
        if (!made)
            fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
        *slash = kept;
        if (!kept)
            break;
    }
    free(path);
    return made;
}

bool file_path(const struct export_request *request, const char *stem, const char *extension,
    char *path, struct error *err)
{
    const char *folder = request->folder ? request->folder : ".";
    int length = request->path ? snprintf(path, EXPORT_PATH, "%s", request->path)
                               : snprintf(path, EXPORT_PATH, "%s/%s.%s", folder, stem, extension);
    if (length >= EXPORT_PATH - 16)
        return fail_as(err, ERROR_OUTPUT, "the path %.80s… is too long", path);
    if (!request->path && !make_folder(folder, err))
        return false;
    if (!request->force && access(path, F_OK) == 0)
        return fail_as(err, ERROR_OUTPUT, "%s is there already; say force to overwrite it", path);
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

static bool write_all(int file, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool write_and_flush(int file, const void *bytes, size_t size)
{
    return write_all(file, bytes, size) && fsync(file) == 0;
}

/* Without force the kernel itself refuses where something stands; where it cannot, we look. */
static bool move(const char *from, const char *to, bool force)
{
    if (force)
        return rename(from, to) == 0;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    errno = EEXIST;
    return access(to, F_OK) != 0 && rename(from, to) == 0;
}

bool file_write(const char *path, const void *bytes, size_t size, bool force, struct error *err)
{
    char *temporary = memory_format("%s.XXXXXX", path);
    bool written = false;
    int file = mkstemp(temporary);
    if (file < 0)
        goto out;
    mode_t mask = umask(0);
    umask(mask);
    written = write_and_flush(file, bytes, size) && fchmod(file, 0666 & ~mask) == 0;
    written = close(file) == 0 && written;
    written = written && move(temporary, path, force);
    if (!written) {
        int why = errno;
        unlink(temporary);
        errno = why;
    }
out:
    if (!written)
        fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    free(temporary);
    return written;
}
