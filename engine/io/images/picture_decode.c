/* The decoder that a picture's first bytes name. */
#include "engine/io/images/picture_decode.h"

#include <string.h>

bool picture_decode(const struct picture_file *file, uint8_t *rgba, struct error *err)
{
    static const uint8_t png[] = {0x89, 'P', 'N', 'G'}, jpeg[] = {0xff, 0xd8, 0xff};
    if (file->size >= sizeof png && memcmp(file->bytes, png, sizeof png) == 0)
        return picture_decode_png(file, rgba, err);
    if (file->size >= sizeof jpeg && memcmp(file->bytes, jpeg, sizeof jpeg) == 0)
        return picture_decode_jpeg(file, rgba, err);
    return fail(err, "%s: is neither PNG nor JPEG", file->path);
}

bool picture_check_size(
    const struct picture_file *file, unsigned long width, unsigned long height, struct error *err)
{
    return (width == (unsigned long)file->width && height == (unsigned long)file->height) ||
           fail(err, "%s: is %lux%lu pixels, but the net needs %dx%d (width x height)", file->path,
               width, height, file->width, file->height);
}
