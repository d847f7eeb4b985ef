/* Pixels packed by stb; chunks of a PNG file with their CRC: resolution and texts. */
#include "views/files/png.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define STBIW_ASSERT(x) ((void)(x))
/* By itself it writes through a null pointer where memory is out. */
#define STBIW_MALLOC(size) memory_array(size, 1)
#define STBIW_REALLOC(old, size) memory_grow(old, size, 1)
#define STBIW_FREE(old) free(old)
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

enum { HEAD = 8 + 25 }; /* signature and IHDR */

/* A growing row of bytes. */
struct buffer {
    uint8_t *bytes;
    size_t size;
};

static void append(struct buffer *buffer, const void *bytes, size_t size)
{
    buffer->bytes = memory_grow(buffer->bytes, buffer->size + size, 1);
    if (size > 0)
        memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

static void append_u32(struct buffer *buffer, uint32_t value)
{
    uint8_t big[4] = {
        (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    append(buffer, big, 4);
}

static uint32_t crc32(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void append_chunk(struct buffer *buffer, const char *type, const struct buffer *data)
{
    append_u32(buffer, (uint32_t)data->size);
    size_t start = buffer->size;
    append(buffer, type, 4);
    append(buffer, data->bytes, data->size);
    append_u32(buffer, crc32(buffer->bytes + start, buffer->size - start));
}

static bool plain(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* tEXt holds ASCII; everything else wants iTXt: no compression, no language, no translation. */
static void append_note(struct buffer *buffer, const char *key, const char *text)
{
    struct buffer data = {0};
    append(&data, key, strlen(key) + 1);
    if (!plain(text))
        append(&data, "\0\0\0\0", 4);
    append(&data, text, strlen(text));
    append_chunk(buffer, plain(text) ? "tEXt" : "iTXt", &data);
    free(data.bytes);
}

bool png_annotate(uint8_t **bytes, size_t *size, uint32_t per_metre,
    const struct metadata *metadata, struct error *err)
{
    if (*size < HEAD || memcmp(*bytes, "\x89PNG\r\n\x1a\n", 8) != 0)
        return fail_as(err, ERROR_FAILED, "no PNG file was made");
    struct buffer out = {0}, data = {0};
    append(&out, *bytes, HEAD);
    if (per_metre > 0) {
        append_u32(&data, per_metre);
        append_u32(&data, per_metre);
        append(&data, "\1", 1);
        append_chunk(&out, "pHYs", &data);
    }
    for (int i = 0; i < metadata->n; i++)
        append_note(&out, metadata->entry[i].key, metadata->entry[i].text);
    append(&out, *bytes + HEAD, *size - HEAD);
    free(data.bytes);
    free(*bytes);
    *bytes = out.bytes;
    *size = out.size;
    return true;
}

static void collect(void *context, void *data, int size)
{
    append(context, data, (size_t)size);
}

bool png_pack(
    const uint8_t *rgb, int width, int height, uint8_t **bytes, size_t *size, struct error *err)
{
    struct buffer out = {0};
    if (!stbi_write_png_to_func(collect, &out, width, height, 3, rgb, 3 * width)) {
        free(out.bytes);
        return fail_as(err, ERROR_FAILED, "the picture cannot be compressed");
    }
    *bytes = out.bytes;
    *size = out.size;
    return true;
}
