/* Unpacks gzip's files. Leans on zlib, which checks each member's checksum. */
#include "engine/io/files/gzip.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    FIRST_BYTES = 1 << 20,
    FREE_BYTES = 64 << 20, /* files that stay below may be packed as well as they like */
    RATIO_MAX = 64,        /* of larger ones: images pack to a tenth */
    WITH_HEADER = 16,      /* zlib's way to ask for gzip's header and trailer */
    TRAILER = 8,
};

struct unpacking {
    const char *path;
    const unsigned char *packed;
    size_t packed_size;
    unsigned char *bytes;
    size_t size, room;
};

bool gzip_is(const struct source *source)
{
    return source_starts(source, "\x1f\x8b\x08", 3);
}

static bool fail_large(const struct unpacking *u, struct error *err)
{
    if (u->size / RATIO_MAX > u->packed_size)
        return fail(err,
            "%s: %zu bytes unpack to more than %zu MB, as images do not: is a bomb, or unpack it "
            "yourself with `gunzip`",
            u->path, u->packed_size, u->size >> 20);
    return fail(err, "%s: unpacks to more than %d MB: unpack it first, with `gunzip`", u->path,
        GZIP_MAX_BYTES >> 20);
}

/* More room, where there may be more bytes. */
static bool grow(struct unpacking *u, struct error *err)
{
    bool large = u->size >= FREE_BYTES && u->size / RATIO_MAX > u->packed_size;
    if (large || u->size >= GZIP_MAX_BYTES)
        return fail_large(u, err);
    size_t room = 2 * u->room < GZIP_MAX_BYTES ? 2 * u->room : GZIP_MAX_BYTES;
    unsigned char *bytes = memory_try(room + 1, 1, u->path, err);
    if (!bytes)
        return false;
    memcpy(bytes, u->bytes, u->size);
    free(u->bytes);
    u->bytes = bytes;
    u->room = room;
    return true;
}

/* To the end of a member; a byte of room is always left, so that zlib comes to the end. */
static bool inflate_member(z_stream *stream, struct unpacking *u, struct error *err)
{
    for (;;) {
        size_t left = u->room - u->size, some = left < INT_MAX ? left : INT_MAX;
        stream->next_out = u->bytes + u->size;
        stream->avail_out = (unsigned)some;
        int code = inflate(stream, Z_NO_FLUSH);
        u->size += some - stream->avail_out;
        if (code == Z_STREAM_END)
            return true;
        if (code == Z_BUF_ERROR && stream->avail_in == 0)
            return fail(err, "%s: is cut short (gzip)", u->path);
        if (code != Z_OK && code != Z_BUF_ERROR)
            return fail(err, "%s: is damaged (gzip: %s)", u->path,
                stream->msg ? stream->msg : "its values make no sense");
        if (u->size == u->room && !grow(u, err))
            return false;
    }
}

/* What stands behind a member is another, or zeros that fill a tape's block. */
static bool more_members(const z_stream *stream)
{
    for (size_t i = 0; i < stream->avail_in; i++)
        if (stream->next_in[i])
            return true;
    return false;
}

static bool inflate_all(struct unpacking *u, struct error *err)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)u->packed};
    if (u->packed_size > INT_MAX)
        return fail(err, "%s: is too large: unpack it first, with `gunzip`", u->path);
    stream.avail_in = (unsigned)u->packed_size;
    if (inflateInit2(&stream, WITH_HEADER + MAX_WBITS) != Z_OK)
        return fail(err, "%s: no memory to unpack it", u->path);
    bool good = inflate_member(&stream, u, err);
    while (good && more_members(&stream))
        good = inflateReset(&stream) == Z_OK && inflate_member(&stream, u, err);
    inflateEnd(&stream);
    return good;
}

/* The last bytes say how much it is, where there is one member and it is no lie. */
static size_t said_size(const struct unpacking *u)
{
    size_t size = 0;
    for (size_t i = 1; u->packed_size > TRAILER && i <= 4; i++)
        size = size << 8 | u->packed[u->packed_size - i];
    size_t most = u->packed_size < FREE_BYTES ? RATIO_MAX * u->packed_size : GZIP_MAX_BYTES;
    return size < FIRST_BYTES || size > most || size > GZIP_MAX_BYTES ? FIRST_BYTES : size;
}

void *gzip_unpack(const char *path, size_t *size, struct error *err)
{
    struct unpacking u = {.path = path};
    u.packed = input_map(path, &u.packed_size, err);
    if (!u.packed)
        return NULL;
    u.room = said_size(&u);
    u.bytes = memory_try(u.room + 1, 1, path, err);
    bool good = u.bytes && inflate_all(&u, err);
    input_unmap(u.packed, u.packed_size);
    if (!good) {
        free(u.bytes);
        return NULL;
    }
    *size = u.size;
    return u.bytes;
}
