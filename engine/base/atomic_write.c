/* Writes a file that has no name yet, so that a kill leaves nothing; then names it. */
#include "engine/base/atomic_write.h"

#include "engine/base/memory.h"
#include "engine/base/writing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_TRIED = 100 };

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
    if (!writing_is_ours())
        return true;
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

/* Gives a file without a name one that must be free. */
static bool name_it(int fd, const char *name)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* A name beside path that is free; malloc'd. */
static char *name_beside(const char *path, int number)
{
    return memory_format("%s.%ld-%d.tmp", path, (long)getpid(), number);
}

/* A new file in the folder of path: without a name, or where the file system, or a system without
 * /proc, gives none such, with one, which goes to *temporary, malloc'd. */
static int create_beside(const char *path, const char *folder, char **temporary)
{
    int fd = open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    if (fd >= 0 && access("/proc/self/fd", X_OK) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    else if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        return -1;
    for (int i = 0; i < NAMES_TRIED; i++) {
        free(*temporary);
        *temporary = name_beside(path, i);
        fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
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

/* The name of a file without one goes to *temporary, malloc'd. */
static bool take_temporary_name(int fd, const char *path, char **temporary)
{
    for (int i = 0; i < NAMES_TRIED; i++) {
        char *name = name_beside(path, i);
        bool named = name_it(fd, name);
        if (named)
            *temporary = name;
        else
            free(name);
        if (named || errno != EEXIST)
            return named;
    }
    return false;
}

/* Without force the name is taken only while it is free. */
static bool take_name(int fd, const char *path, bool force, char **temporary)
{
    if (!*temporary && !force)
        return name_it(fd, path);
    if (!*temporary && !take_temporary_name(fd, path, temporary))
        return false;
    if (force)
        return rename(*temporary, path) == 0;
    if (renameat2(AT_FDCWD, *temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(*temporary, path) == 0 && unlink(*temporary) == 0; /* file systems without it */
}

/* Makes the new name last; file systems that cannot are content. */
static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd < 0 || fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (fd >= 0)
        close(fd);
    return good;
}

bool atomic_write(const char *path, const void *bytes, size_t size, bool force, struct error *err)
{
    if (!writing_is_ours())
        return true;
    if (!atomic_write_check(path, force, err))
        return false;
    char *temporary = NULL, *folder = folder_of(path);
    int fd = create_beside(path, folder, &temporary);
    bool good = fd >= 0 && write_all(fd, bytes, size) && take_name(fd, path, force, &temporary);
    if (!good)
        fail_output(err, path);
    if (fd >= 0 && close(fd) != 0 && good)
        good = fail_output(err, path);
    if (fd >= 0 && temporary && !good)
        unlink(temporary); /* after a rename it is not there */
    if (good && !sync_folder(folder))
        good = fail_output(err, path);
    free(temporary);
    free(folder);
    return good;
}
