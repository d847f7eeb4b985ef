/* SHA-256 of files and bytes. Leans on nettle. */
#include "engine/io/files/digest.h"

#include "engine/base/memory.h"
#include "engine/io/files/set_files.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void finish(struct sha256_ctx *context, char text[DIGEST_TEXT])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void digest_bytes(const void *bytes, size_t size, char text[DIGEST_TEXT])
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, size, bytes);
    finish(&context, text);
}

static bool read_through(int fd, struct sha256_ctx *context)
{
    enum { PIECE = 1 << 18 };
    struct stat status;
    uint8_t *piece = memory_array(PIECE, 1);
    ssize_t n = fstat(fd, &status);
    if (n == 0 && !S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        n = -1;
    }
    for (n = n == 0 ? 1 : n; n > 0;) {
        n = read(fd, piece, PIECE);
        if (n > 0)
            sha256_update(context, (size_t)n, piece);
        else if (n < 0 && errno == EINTR)
            n = 1;
    }
    free(piece);
    return n == 0;
}

/* A line "digest name" for each file of a set: of their order and names too. */
static bool digest_set(const struct set_files *set, char text[DIGEST_TEXT], struct error *err)
{
    struct sha256_ctx context;
    char one[DIGEST_TEXT];
    bool good = true;
    sha256_init(&context);
    for (int i = 0; i < set->n && good; i++) {
        const char *slash = strrchr(set->path[i], '/');
        good = digest_file(set->path[i], one, err);
        char *line = memory_format(
            "%s %d %s\n", one, set->label ? set->label[i] : 0, slash ? slash + 1 : set->path[i]);
        sha256_update(&context, strlen(line), (const uint8_t *)line);
        free(line);
    }
    finish(&context, text);
    return good;
}

/* A folder, or a pair of files. */
static bool is_set(const char *path)
{
    struct stat status;
    struct set_files set;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode);
    bool pair = strchr(path, ',') && set_files_find(path, &set, NULL);
    bool is = pair && set.n > 1;
    if (pair)
        set_files_free(&set);
    return is;
}

bool digest_file(const char *path, char text[DIGEST_TEXT], struct error *err)
{
    struct sha256_ctx context;
    struct set_files set;
    if (is_set(path)) {
        if (!set_files_find(path, &set, err))
            return false;
        bool good = digest_set(&set, text, err);
        set_files_free(&set);
        return good;
    }
    sha256_init(&context);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good = fd >= 0 && read_through(fd, &context);
    if (good)
        finish(&context, text);
    else
        fail(err, "%s: cannot be read: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}
