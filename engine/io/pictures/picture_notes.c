/* Depth and orientation from the heads of PNG and JPEG files; EXIF is a TIFF file inside them. */
#include "engine/io/pictures/picture_notes.h"

#include <stdio.h>
#include <string.h>

enum { ENTRY_BYTES = 12, ORIENTATION = 0x0112, UPRIGHT = 1, ORIENTATIONS = 8 };

static unsigned long number_at(const uint8_t *bytes, int n, bool little)
{
    unsigned long number = 0;
    for (int i = 0; i < n; i++)
        number = number << 8 | bytes[little ? n - 1 - i : i];
    return number;
}

/* EXIF's first directory. */
static bool is_turned(const uint8_t *exif, size_t size)
{
    enum { HEADER = 8 };
    bool little = size >= HEADER && memcmp(exif, "II*\0", 4) == 0;
    if (size < HEADER || (!little && memcmp(exif, "MM\0*", 4) != 0))
        return false;
    size_t at = number_at(exif + 4, 4, little);
    if (at > size - 2 || at < HEADER)
        return false;
    size_t n = number_at(exif + at, 2, little);
    for (at += 2; n > 0 && at + ENTRY_BYTES <= size; n--, at += ENTRY_BYTES) {
        if (number_at(exif + at, 2, little) != ORIENTATION)
            continue;
        unsigned long way = number_at(exif + at + 8, 2, little);
        return way > UPRIGHT && way <= ORIENTATIONS;
    }
    return false;
}

static unsigned png_notes(const struct picture_file *file)
{
    enum { FIRST_CHUNK = 8, CHUNK_HEAD = 8, CHUNK_SUM = 4, DEPTH_AT = 24 };
    unsigned notes = file->size > DEPTH_AT && file->bytes[DEPTH_AT] == 16 ? PICTURE_DEEP : 0;
    for (size_t at = FIRST_CHUNK; file->size >= CHUNK_HEAD && at <= file->size - CHUNK_HEAD;) {
        const uint8_t *chunk = file->bytes + at;
        size_t size = number_at(chunk, 4, false), left = file->size - at - CHUNK_HEAD;
        if (size > left)
            break;
        if (memcmp(chunk + 4, "eXIf", 4) == 0 && is_turned(chunk + CHUNK_HEAD, size))
            notes |= PICTURE_TURNED;
        at += CHUNK_HEAD + size + CHUNK_SUM;
    }
    return notes;
}

/* Segments up to the first scan. */
static unsigned jpeg_notes(const struct picture_file *file)
{
    enum { MARKER = 0xff, APP1 = 0xe1, SCAN = 0xda, HEAD = 4, EXIF = 6 };
    for (size_t at = 2; file->size >= HEAD && at <= file->size - HEAD;) {
        const uint8_t *segment = file->bytes + at;
        if (segment[0] != MARKER || segment[1] == SCAN)
            break;
        if (segment[1] == MARKER) {
            at++;
            continue;
        }
        size_t size = number_at(segment + 2, 2, false), left = file->size - at - 2;
        bool exif = segment[1] == APP1 && size <= left && size >= 2 + EXIF &&
                    memcmp(segment + HEAD, "Exif\0\0", EXIF) == 0;
        if (exif)
            return is_turned(segment + HEAD + EXIF, size - 2 - EXIF) ? PICTURE_TURNED : 0;
        at += 2 + size;
    }
    return 0;
}

unsigned picture_notes(const struct picture_file *file)
{
    bool png = file->size > 1 && file->bytes[0] == 0x89 && file->bytes[1] == 'P';
    return png ? png_notes(file) : jpeg_notes(file);
}

void picture_notes_say(int deep, int turned, char *text, size_t size)
{
    char of_turned[96] = "";
    if (turned > 0)
        snprintf(
            of_turned, sizeof of_turned, ", %d that EXIF wants turned, taken as stored", turned);
    if (deep > 0)
        snprintf(text, size, ", %d of 16 bits, of which the upper 8 are taken%s", deep, of_turned);
    else
        snprintf(text, size, "%s", of_turned);
}
