/* Reads a picture: a reader (sandbox.h) decodes it and sends what the net reads. */
#include "engine/io/images/picture.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"
#include "engine/io/images/picture_decode.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MOST = 64 << 20, RGBA = 4 };

/* In the reader: part 0 is the path, part 1 the shape. */
static bool send_pixels(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const char *path = work->parts[0].data;
    const struct shape *shape = work->parts[1].data;
    size_t size = 0, count = shape_count(shape);
    void *bytes = input_read_all(path, BYTES_MOST, &size, err);
    const struct picture_file file = {path, bytes, size, shape->dim[1], shape->dim[0]};
    uint8_t *pixels = memory_array(count, 1);
    uint8_t *rgba = memory_array(count / (size_t)shape_channels(shape), RGBA);
    bool good = bytes && picture_decode(&file, rgba, err) &&
                picture_pixels(&file, rgba, shape, pixels, err);
    if (good)
        sandbox_write(pipe, pixels, count);
    free(rgba);
    free(pixels);
    free(bytes);
    return good;
}

bool picture_read(const char *path, const struct shape *shape, uint8_t *pixels, struct error *err)
{
    const struct sandbox_part parts[] = {{path, strlen(path)}, {shape, sizeof *shape}};
    const struct sandbox_request request = {
        .name = path, .reader = send_pixels, .files = {path}, .parts = parts, .n_parts = 2};
    int channels = shape_channels(shape);
    if (shape->rank != 3 || (channels != 1 && channels != 3))
        return fail(err, "%s: the net does not read pictures of 1 or 3 channels", path);
    struct sandbox *sandbox = sandbox_open(&request, err);
    if (!sandbox)
        return false;
    bool good = sandbox_read(sandbox, pixels, shape_count(shape), err) && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    return good;
}
