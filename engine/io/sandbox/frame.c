/* What a reader says: frames down the channel. */
#include "engine/io/sandbox/frame.h"

#include <errno.h>
#include <unistd.h>

static void write_bytes(int end, const void *data, size_t size)
{
    const char *bytes = data;
    while (size > 0) {
        ssize_t n = write(end, bytes, size);
        if (n < 0 && errno != EINTR)
            _exit(1);
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

void frame_write(int end, enum frame_kind kind, const void *data, size_t size)
{
    struct frame frame = {kind, size};
    write_bytes(end, &frame, sizeof frame);
    write_bytes(end, data, size);
}

void frame_read_bytes(int end, void *out, size_t size)
{
    char *bytes = out;
    while (size > 0) {
        ssize_t n = read(end, bytes, size);
        if (n == 0 || (n < 0 && errno != EINTR))
            _exit(1);
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}
