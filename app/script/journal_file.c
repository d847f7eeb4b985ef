/* Opening journals so that a file from elsewhere is never taken for one. */
#include "app/script/journal_file.h"

#include "engine/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Neither waits (a FIFO) nor follows (a link), whatever lies there. */
static int open_here(const char *path, int flags)
{
    return open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static bool check_owner(int fd, const char *path, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail_as(err, ERROR_INPUT, "%s: is no regular file, so no journal", path);
    if (status.st_uid != geteuid())
        return fail_as(err, ERROR_INPUT, "%s: belongs to another user; copy it to resume it", path);
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return fail_as(err, ERROR_INPUT,
            "%s: others may write it; check it, then chmod go-w to resume it", path);
    return status.st_size <= JOURNAL_SIZE_MOST ||
           fail_as(err, ERROR_INPUT, "%s: is larger than %d MiB, so no journal", path,
               JOURNAL_SIZE_MOST >> 20);
}

static bool fail_open(const char *path, struct error *err)
{
    int why = errno;
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode))
        return fail_as(
            err, ERROR_INPUT, "%s: is a symbolic link; give the journal's own name", path);
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return fail_as(err, ERROR_INPUT, "%s: is no regular file, so no journal", path);
    return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(why));
}

static bool read_text(int fd, const char *path, char **text, size_t *size, struct error *err)
{
    enum { PIECE = 1 << 16 };
    ssize_t n = 0;
    for (*size = 0; *size <= JOURNAL_SIZE_MOST; *size += (size_t)n) {
        *text = memory_grow(*text, *size + PIECE + 1, 1);
        do
            n = read(fd, *text + *size, PIECE);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            break;
    }
    if (n < 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    (*text)[*size] = '\0';
    return strlen(*text) == *size ||
           fail_as(err, ERROR_INPUT, "%s: has zero bytes, so it is no journal", path);
}

int journal_file_open(const char *path, char **text, size_t *size, struct error *err)
{
    int fd = open_here(path, O_RDWR);
    *text = NULL;
    bool good = fd >= 0 ? check_owner(fd, path, err) : fail_open(path, err);
    if (good && flock(fd, LOCK_EX | LOCK_NB) != 0)
        good = fail_as(err, ERROR_INPUT, "%s: in use by another secateur", path);
    if (good && read_text(fd, path, text, size, err))
        return fd;
    if (fd >= 0)
        close(fd);
    free(*text);
    *text = NULL;
    return -1;
}

int journal_file_make(const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static int is_journal(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), ending = strlen(JOURNAL_ENDING);
    return length > ending && strcmp(entry->d_name + length - ending, JOURNAL_ENDING) == 0;
}

char **journal_file_names(const char *folder, int *n)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_journal, alphasort);
    *n = found > 0 ? found : 0;
    char **names = memory_array((size_t)*n + 1, sizeof *names);
    for (int i = 0; i < *n; i++) {
        names[i] = memory_format("%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return names;
}

void journal_file_sweep(const char *folder)
{
    int n;
    char **names = journal_file_names(folder, &n);
    for (int i = 0; i < n; i++) {
        int fd = i < n - (JOURNALS_MOST - 1) ? open_here(names[i], O_RDONLY) : -1;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlink(names[i]);
        if (fd >= 0)
            close(fd);
        free(names[i]);
    }
    free(names);
}
