/* PNG pictures. Leans on libpng, which calls back for its bytes and jumps out of its errors. */
#include "engine/io/pictures/picture_decode.h"

#include "engine/base/memory.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MAX_BYTES = 8 << 20, CHUNKS_MAX = 100, RGBA = 4, DEPTH = 8, OPAQUE = 255 };

struct reading {
    const struct picture_file *file;
    size_t at;
    struct error *err;
};

static void fail_reading(png_structp png, png_const_charp reason)
{
    const struct reading *reading = png_get_error_ptr(png);
    if (reading->err && !reading->err->class)
        fail(reading->err, "%s: is damaged: %s", reading->file->path, reason);
    png_longjmp(png, 1);
}

/* Most are of profiles and dates, which nobody reads here. */
static void pass_over(png_structp png, png_const_charp reason)
{
    (void)png;
    (void)reason;
}

static void take(png_structp png, png_bytep out, size_t size)
{
    struct reading *reading = png_get_io_ptr(png);
    if (size > reading->file->size - reading->at)
        png_error(png, "it is cut short");
    memcpy(out, reading->file->bytes + reading->at, size);
    reading->at += size;
}

/* All kinds become red, green, blue, opacity of 8 bits. */
static void set_up(png_structp png, png_infop info)
{
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* sizes are ours to refuse */
    png_set_chunk_malloc_max(png, CHUNK_MAX_BYTES);
    png_set_chunk_cache_max(png, CHUNKS_MAX);
    png_set_benign_errors(png, 0); /* a colour that is not in the palette */
    png_read_info(png, info);
    png_set_strip_16(png);
    png_set_expand(png); /* palettes, few bits, transparent colours */
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, OPAQUE, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
}

static bool read_rows(
    png_structp png, png_infop info, const struct reading *reading, uint8_t *rgba, png_bytep *rows)
{
    const struct picture_file *file = reading->file;
    if (setjmp(png_jmpbuf(png)))
        return false;
    set_up(png, info);
    if (!picture_check_size(
            file, png_get_image_width(png, info), png_get_image_height(png, info), reading->err))
        return false;
    png_read_update_info(png, info);
    size_t row = (size_t)file->width * RGBA;
    if (png_get_bit_depth(png, info) != DEPTH || png_get_rowbytes(png, info) != row)
        png_error(png, "its pixels are of no known kind");
    for (int i = 0; i < file->height; i++)
        rows[i] = rgba + (size_t)i * row;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    return true;
}

void *picture_encode_png(
    const uint8_t *pixels, const struct shape *shape, size_t *size, struct error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)shape->dim[1],
        .height = (png_uint_32)shape->dim[0],
        .format = shape_channels(shape) == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY};
    png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
    void *bytes = memory_try(room, 1, "a picture", err);
    if (bytes && png_image_write_to_memory(&image, bytes, &room, 0, pixels, 0, NULL)) {
        *size = room;
        return bytes;
    }
    if (bytes)
        fail_as(err, ERROR_OUTPUT, "a picture cannot be packed as PNG: %s", image.message);
    free(bytes);
    return NULL;
}

bool picture_decode_png(const struct picture_file *file, uint8_t *rgba, struct error *err)
{
    struct error own = {0};
    struct reading reading = {file, 0, err ? err : &own};
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, fail_reading, pass_over);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_bytep *rows = memory_array((size_t)file->height, sizeof *rows);
    bool good = info || fail(err, "%s: no memory to decode it", file->path);
    if (good) {
        png_set_read_fn(png, &reading, take);
        good = read_rows(png, info, &reading, rgba, rows);
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    return good;
}
