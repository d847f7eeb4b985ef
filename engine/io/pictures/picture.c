/* Reads a picture: a reader (sandbox.h) decodes it and sends what the net reads. */
#include "engine/io/pictures/picture.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"
#include "engine/io/pictures/picture_notes.h"
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
    unsigned notes = good ? picture_notes(&file) : 0;
    if (good) {
        sandbox_write(pipe, pixels, count);
        sandbox_write(pipe, &notes, sizeof notes);
    }
    free(rgba);
    free(pixels);
    free(bytes);
    return good;
}

bool picture_read(const char *path, const struct shape *shape, uint8_t *pixels, struct error *err)
{
    unsigned notes;
    return picture_read_noted(path, shape, pixels, &notes, err);
}

bool picture_read_noted(const char *path, const struct shape *shape, uint8_t *pixels,
    unsigned *notes, struct error *err)
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
    bool good = sandbox_read(sandbox, pixels, shape_count(shape), err) &&
                sandbox_read(sandbox, notes, sizeof *notes, err) && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    return good;
}

/* In the reader: part 0 is the path, part 1 the longest side. */
static bool send_rgba(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const char *path = work->parts[0].data;
    int most = *(const int *)work->parts[1].data;
    size_t size = 0;
    void *bytes = input_read_all(path, BYTES_MOST, &size, err);
    struct picture_file file = {.path = path, .bytes = bytes, .size = size};
    struct shape shape;
    bool good = bytes && picture_shape(&file, &shape, err);
    if (good && (shape.dim[0] > most || shape.dim[1] > most))
        good = fail(err, "%s: is %dx%d pixels, more than %d a side", path, shape.dim[1],
            shape.dim[0], most);
    if (good) {
        int sides[2] = {file.height = shape.dim[0], file.width = shape.dim[1]};
        size_t count = (size_t)file.height * (size_t)file.width * RGBA;
        uint8_t *rgba = memory_array(count, 1);
        good = picture_decode(&file, rgba, err);
        if (good) {
            sandbox_write(pipe, sides, sizeof sides);
            sandbox_write(pipe, rgba, count);
        }
        free(rgba);
    }
    free(bytes);
    return good;
}

uint8_t *picture_read_rgba(const char *path, int most, int *height, int *width, struct error *err)
{
    const struct sandbox_part parts[] = {{path, strlen(path)}, {&most, sizeof most}};
    const struct sandbox_request request = {
        .name = path, .reader = send_rgba, .files = {path}, .parts = parts, .n_parts = 2};
    int sides[2] = {0};
    uint8_t *rgba = NULL;
    struct sandbox *sandbox = sandbox_open(&request, err);
    bool good = sandbox && sandbox_read(sandbox, sides, sizeof sides, err);
    if (good && (sides[0] < 1 || sides[1] < 1 || sides[0] > most || sides[1] > most))
        good = fail(err, "%s: is damaged: its contents make no sense", path);
    if (good) {
        size_t count = (size_t)sides[0] * (size_t)sides[1] * RGBA;
        rgba = memory_array(count, 1);
        good = sandbox_read(sandbox, rgba, count, err) && sandbox_end(sandbox, err);
    }
    sandbox_destroy(sandbox);
    *height = sides[0];
    *width = sides[1];
    if (good)
        return rgba;
    free(rgba);
    return NULL;
}
