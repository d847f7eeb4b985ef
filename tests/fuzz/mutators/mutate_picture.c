/* Mutations of PNG by chunks (ISO/IEC 15948) and of JPEG by segments (ITU T.81). */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A chunk or a segment: where it begins, where its data do, how long they are, its whole length. */
struct piece {
    size_t at, data, n, all;
};

static uint64_t get(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

enum { SIGNATURE = 8, PIECES = 256 };

static size_t png_pieces(const struct fuzz_input *input, struct piece pieces[PIECES])
{
    size_t n = 0, at = SIGNATURE;
    while (n < PIECES && at + 12 <= input->size) {
        uint64_t size = get(input->bytes + at, 4);
        if (size > input->size - at - 12)
            break;
        pieces[n++] = (struct piece){at, at + 8, size, size + 12};
        at += size + 12;
    }
    return n;
}

static size_t jpeg_pieces(const struct fuzz_input *input, struct piece pieces[PIECES])
{
    size_t n = 0, at = 2;
    while (n < PIECES && at + 4 <= input->size && input->bytes[at] == 0xff) {
        uint64_t size = get(input->bytes + at + 2, 2);
        bool scan = input->bytes[at + 1] == 0xda; /* the rest is what is coded */
        if (size < 2 || size > input->size - at - 2)
            break;
        pieces[n++] = (struct piece){at, at + 4, size - 2, scan ? input->size - at : size + 2};
        if (scan)
            break;
        at += size + 2;
    }
    return n;
}

static void renew_checksum(struct fuzz_input *input, const struct piece *piece)
{
    uint64_t sum = crc32(0, input->bytes + piece->at + 4, (unsigned)piece->n + 4);
    mutate_put(input->bytes + piece->data + piece->n, 4, sum, true);
}

/* Data of a chunk that stand packed: other rows, or other filters, packed again. */
static void repack(struct fuzz_input *input, const struct piece *piece, struct random *random)
{
    enum { ROWS = 1 << 16 };
    uint8_t *rows = memory_array(ROWS, 1), *packed = memory_array(2 * ROWS, 1);
    uLongf n = ROWS, size = 2 * ROWS;
    if (uncompress(rows, &n, input->bytes + piece->data, piece->n) == Z_OK && n > 0) {
        rows[mutate_below(random, n)] = (uint8_t)random_below(random, 256);
        n = random_below(random, 3) ? n : mutate_below(random, random_below(random, 2) ? n : ROWS);
        compress(packed, &size, rows, n);
        if (mutate_splice(input, piece->data, piece->n, packed, size)) {
            struct piece changed = {piece->at, piece->data, size, size + 12};
            mutate_put(input->bytes + piece->at, 4, size, true);
            renew_checksum(input, &changed);
        }
    }
    free(rows);
    free(packed);
}

static void change_data(struct fuzz_input *input, const struct piece *piece, struct random *random)
{
    size_t at = piece->data + mutate_below(random, piece->n);
    size_t width = (size_t)1 << random_below(random, 3);
    if (piece->n == 0)
        return;
    if (random_below(random, 2) && at + width <= piece->data + piece->n)
        mutate_put(input->bytes + at, width, mutate_likely(random), true);
    else
        input->bytes[at] = (uint8_t)random_below(random, 256);
}

/* Kinds of chunks and segments that decoders know. */
static void change_kind(
    struct fuzz_input *input, const struct piece *piece, bool png, struct random *random)
{
    static const char *const kinds[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "iCCP",
        "zTXt", "iTXt", "sBIT", "hIST", "eXIf", "sPLT", "tIME"};
    static const uint8_t markers[] = {0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc9, 0xcc, 0xd0, 0xd8, 0xd9,
        0xda, 0xdb, 0xdc, 0xdd, 0xe0, 0xe1, 0xee, 0xfe, 0x01, 0xff};
    if (png)
        memcpy(input->bytes + piece->at + 4,
            kinds[random_below(random, sizeof kinds / sizeof *kinds)], 4);
    else
        input->bytes[piece->at + 1] = markers[random_below(random, sizeof markers)];
}

static void change_piece(
    struct fuzz_input *input, const struct piece *piece, bool png, struct random *random)
{
    if (png && random_below(random, 4) == 0) {
        repack(input, piece, random);
        return;
    }
    size_t length = png ? 4 : 2, at = piece->at + (png ? 0 : 2);
    switch (random_below(random, 6)) {
    case 0:
        mutate_put(input->bytes + at, length,
            random_below(random, 2) ? mutate_likely(random)
                                    : piece->n + random_below(random, 9) - 4,
            true);
        return;
    case 1:
        change_kind(input, piece, png, random);
        break;
    default:
        change_data(input, piece, random);
    }
    if (png && random_below(random, 8))
        renew_checksum(input, piece);
}

void mutate_picture(struct fuzz_input *input, struct random *random)
{
    struct piece pieces[PIECES];
    bool png = input->size > SIGNATURE && input->bytes[0] == 0x89;
    size_t n = png ? png_pieces(input, pieces) : jpeg_pieces(input, pieces);
    if (n == 0) {
        mutate_bytes(input, random);
        return;
    }
    const struct piece *piece = &pieces[mutate_below(random, n)];
    const struct piece *other = &pieces[mutate_below(random, n)];
    switch (random_below(random, 10)) {
    case 0:
        mutate_splice(input, other->at, 0, input->bytes + piece->at, piece->all);
        break;
    case 1:
        mutate_splice(input, piece->at, piece->all, NULL, 0);
        break;
    case 2:
    case 3:
        mutate_bytes(input, random);
        break;
    default:
        change_piece(input, piece, png, random);
    }
}
