/* SHA-256 of files and bytes. Leans on nettle. */
#include "engine/io/files/digest.h"

#include "engine/base/memory.h"

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

bool digest_file(const char *path, char text[DIGEST_TEXT], struct error *err)
{
    struct sha256_ctx context;
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
