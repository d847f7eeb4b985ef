/* Decodes a picture in a child process. Leans on stb_image. */
#include "engine/io/images/picture.h"

#include "engine/base/memory.h"
#include "engine/io/sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_MAX_DIMENSIONS 16384
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>

enum { BYTES_MOST = 64 << 20, RGBA = 4 };

struct request {
    const char *path;
    const struct shape *shape;
};

/* The whole file; malloc'd. */
static uint8_t *read_file(const char *path, int *size, struct error *err)
{
    FILE *file = fopen(path, "rbe");
    struct stat status;
    uint8_t *bytes = NULL;
    if (!file || fstat(fileno(file), &status) != 0)
        fail(err, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        fail(err, "%s: is not a regular file", path);
    else if (status.st_size > BYTES_MOST)
        fail(err, "%s: is larger than %d MB", path, BYTES_MOST >> 20);
    else if ((bytes = memory_try((size_t)status.st_size + 1, 1, path, err)))
        *size = (int)fread(bytes, 1, (size_t)status.st_size, file);
    if (file)
        fclose(file);
    return bytes;
}

static bool check_kind(const struct request *request, const uint8_t *bytes, int size, int *width,
    int *height, struct error *err)
{
    static const uint8_t png[] = {0x89, 'P', 'N', 'G'}, jpeg[] = {0xff, 0xd8, 0xff};
    const int *dim = request->shape->dim;
    int channels;
    bool known = size >= 4 && (memcmp(bytes, png, 4) == 0 || memcmp(bytes, jpeg, 3) == 0);
    if (!known)
        return fail(err, "%s: is neither PNG nor JPEG", request->path);
    if (!stbi_info_from_memory(bytes, size, width, height, &channels))
        return fail(err, "%s: is damaged: %s", request->path, stbi_failure_reason());
    return (*width == dim[1] && *height == dim[0]) ||
           fail(err, "%s: is %dx%d pixels, but the net needs %dx%d (width x height)", request->path,
               *width, *height, dim[1], dim[0]);
}

/* Red, green, blue, opacity to what the net reads. */
static bool convert(
    const struct request *request, const uint8_t *rgba, uint8_t *pixels, struct error *err)
{
    int channels = shape_channels(request->shape);
    size_t n = shape_count(request->shape) / (size_t)channels;
    for (size_t i = 0; i < n; i++, rgba += RGBA) {
        if (rgba[3] != 255)
            return fail(
                err, "%s: has transparent pixels, whose colour is not known", request->path);
        if (channels == 1 && (rgba[0] != rgba[1] || rgba[0] != rgba[2]))
            return fail(err, "%s: is in colour, but the net needs grey pictures", request->path);
        memcpy(pixels + i * (size_t)channels, rgba, (size_t)channels);
    }
    return true;
}

static bool decode(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    int size = 0, width, height, channels;
    uint8_t *bytes = read_file(request->path, &size, err), *rgba = NULL;
    uint8_t *pixels = memory_array(shape_count(request->shape), 1);
    bool good = bytes && check_kind(request, bytes, size, &width, &height, err);
    if (good) {
        rgba = stbi_load_from_memory(bytes, size, &width, &height, &channels, RGBA);
        good = rgba ? width == request->shape->dim[1] && height == request->shape->dim[0] &&
                          convert(request, rgba, pixels, err)
                    : fail(err, "%s: is damaged: %s", request->path, stbi_failure_reason());
    }
    if (good)
        sandbox_write(pipe, pixels, shape_count(request->shape));
    stbi_image_free(rgba);
    free(pixels);
    free(bytes);
    return good;
}

bool picture_read(const char *path, const struct shape *shape, uint8_t *pixels, struct error *err)
{
    struct request request = {path, shape};
    int channels = shape_channels(shape);
    if (shape->rank != 3 || (channels != 1 && channels != 3))
        return fail(err, "%s: the net does not read pictures of 1 or 3 channels", path);
    struct sandbox *sandbox = sandbox_start(path, decode, &request, err);
    if (!sandbox)
        return false;
    bool good = sandbox_read(sandbox, pixels, shape_count(shape), err) && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    return good;
}
