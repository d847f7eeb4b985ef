/* The decoder that a picture's first bytes name; sizes; what a net reads of its pixels. */
#include "engine/io/pictures/picture_decode.h"

#include <string.h>

enum { RGBA = 4 };

static bool is_png(const struct picture_file *file)
{
    static const uint8_t png[] = {0x89, 'P', 'N', 'G'};
    return file->size >= sizeof png && memcmp(file->bytes, png, sizeof png) == 0;
}

static bool is_jpeg(const struct picture_file *file)
{
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff};
    return file->size >= sizeof jpeg && memcmp(file->bytes, jpeg, sizeof jpeg) == 0;
}

bool picture_pixels(const struct picture_file *file, const uint8_t *rgba, const struct shape *shape,
    uint8_t *pixels, struct error *err)
{
    int channels = shape_channels(shape);
    size_t n = shape_count(shape) / (size_t)channels;
    for (size_t i = 0; i < n; i++, rgba += RGBA) {
        if (rgba[3] != 255)
            return fail(err,
                "%s: has transparent pixels, whose colour is not known: lay it on a ground, for "
                "example with `mogrify -background white -flatten`",
                file->path);
        if (channels == 1 && (rgba[0] != rgba[1] || rgba[0] != rgba[2]))
            return fail(err,
                "%s: is in colour, but grey is needed: make it grey, for example with "
                "`mogrify -colorspace Gray`",
                file->path);
        memcpy(pixels + i * (size_t)channels, rgba, (size_t)channels);
    }
    return true;
}

/* Sizes ---------------------------------------------------------------------------------- */

static unsigned long number_at(const uint8_t *bytes, int n)
{
    unsigned long number = 0;
    for (int i = 0; i < n; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* The first chunk of a PNG: width, height, depth, kind of colour. */
static bool png_shape(const struct picture_file *file, unsigned long dim[3])
{
    enum { WIDTH_AT = 16, HEIGHT_AT = 20, COLOUR_AT = 25, COLOURED = 2, PALETTE = 3 };
    if (file->size <= COLOUR_AT)
        return false;
    int colour = file->bytes[COLOUR_AT];
    dim[0] = number_at(file->bytes + HEIGHT_AT, 4);
    dim[1] = number_at(file->bytes + WIDTH_AT, 4);
    dim[2] = (colour & COLOURED) || colour == PALETTE ? 3 : 1;
    return true;
}

/* The segment of a JPEG that begins its frame, behind others that are passed by. */
static bool jpeg_shape(const struct picture_file *file, unsigned long dim[3])
{
    enum { MARKER = 0xff, FRAME = 0xc0, FRAMES_END = 0xcf, FRAME_BYTES = 10 };
    const uint8_t *bytes = file->bytes;
    for (size_t at = 2; file->size >= FRAME_BYTES && at <= file->size - FRAME_BYTES;) {
        int kind = bytes[at + 1];
        if (bytes[at] != MARKER)
            return false;
        if (kind >= FRAME && kind <= FRAMES_END && kind != 0xc4 && kind != 0xc8 && kind != 0xcc) {
            dim[0] = number_at(bytes + at + 5, 2);
            dim[1] = number_at(bytes + at + 7, 2);
            dim[2] = bytes[at + 9] == 1 ? 1 : 3;
            return true;
        }
        at += kind == MARKER ? 1 : 2 + number_at(bytes + at + 2, 2);
    }
    return false;
}

bool picture_shape(const struct picture_file *file, struct shape *shape, struct error *err)
{
    enum { SIDE_MAX = 16384 };
    unsigned long dim[3] = {0};
    if (!is_png(file) && !is_jpeg(file))
        return fail(err, "%s: is neither PNG nor JPEG", file->path);
    if (!(is_png(file) ? png_shape(file, dim) : jpeg_shape(file, dim)) || !dim[0] || !dim[1])
        return fail(err, "%s: is damaged: its size cannot be read", file->path);
    if (dim[0] > SIDE_MAX || dim[1] > SIDE_MAX)
        return fail(
            err, "%s: is %lux%lu pixels, more than %d", file->path, dim[1], dim[0], SIDE_MAX);
    *shape = shape_image((int)dim[0], (int)dim[1], (int)dim[2]);
    return true;
}

/* Pixels --------------------------------------------------------------------------------- */

bool picture_decode(const struct picture_file *file, uint8_t *rgba, struct error *err)
{
    if (is_png(file))
        return picture_decode_png(file, rgba, err);
    if (is_jpeg(file))
        return picture_decode_jpeg(file, rgba, err);
    return fail(err, "%s: is neither PNG nor JPEG", file->path);
}

bool picture_check_size(
    const struct picture_file *file, unsigned long width, unsigned long height, struct error *err)
{
    return (width == (unsigned long)file->width && height == (unsigned long)file->height) ||
           fail(err,
               "%s: is %lux%lu pixels, but %dx%d are needed (width x height): resize it, for "
               "example with `mogrify -resize '%dx%d!'`, or a whole set with `secateur convert "
               "--size HEIGHTxWIDTH`",
               file->path, width, height, file->width, file->height, file->width, file->height);
}
