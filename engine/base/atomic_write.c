/* Writes through a temporary file beside the wanted one. */
#include "engine/base/atomic_write.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_output(struct error *err, const char *path)
{
    return fail_as(err, ERROR_OUTPUT, "%s: cannot be written: %s", path, strerror(errno));
}

/* The folder a path is in, as "folder/."; malloc'd. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? memory_format("%.*s/.", (int)(slash - path), path) : memory_string(".");
}

bool atomic_write_check(const char *path, bool force, struct error *err)
{
    struct stat status;
    bool exists = lstat(path, &status) == 0;
    if (exists && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
        return fail_as(err, ERROR_OUTPUT, "%s: already exists and is not a regular file", path);
    if (exists && !force)
        return fail_as(err, ERROR_OUTPUT, "%s: already exists", path);
    char *folder = folder_of(path);
    bool good = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 || fail_output(err, path);
    free(folder);
    return good;
}

/* A new file beside path; its name goes to *temporary, malloc'd. */
static int create_beside(const char *path, char **temporary)
{
    int fd = -1;
    for (int i = 0; i < 100 && fd < 0; i++) {
        free(*temporary);
        *temporary = memory_format("%s.%ld-%d.tmp", path, (long)getpid(), i);
        fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno != EINTR)
            return false;
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return fsync(fd) == 0;
}

/* Without force the name is taken only while it is free. */
static bool take_name(const char *temporary, const char *path, bool force)
{
    if (force)
        return rename(temporary, path) == 0;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(temporary, path) == 0 && unlink(temporary) == 0; /* file systems without it */
}

/* Makes the new name last; file systems that cannot are content. */
static bool sync_folder(const char *path)
{
    char *folder = folder_of(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd < 0 || fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (fd >= 0)
        close(fd);
    free(folder);
    return good;
}

bool atomic_write(const char *path, const void *bytes, size_t size, bool force, struct error *err)
{
    char *temporary = NULL;
    bool good = false, ours = false;
    if (!atomic_write_check(path, force, err))
        return false;
    int fd = create_beside(path, &temporary);
    ours = fd >= 0;
    if (!ours || !write_all(fd, bytes, size))
        goto out;
    good = close(fd) == 0;
    fd = -1;
    good = good && take_name(temporary, path, force);
    ours = !good;
    good = good && sync_folder(path);
out:
    if (!good)
        fail_output(err, path);
    if (fd >= 0)
        close(fd);
    if (ours)
        unlink(temporary);
    free(temporary);
    return good;
}
