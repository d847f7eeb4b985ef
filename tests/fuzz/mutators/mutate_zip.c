/* Mutations of ZIP archives: APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16. */
#include "tests/fuzz/mutators/mutate.h"

#include <string.h>
#include <zlib.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22 };

struct field {
    uint8_t at, bytes;
};

static uint64_t get(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

/* A record of the kind whose signature ends so, its fixed part whole; -1: there is none. */
static long find(
    const struct fuzz_input *input, char third, char fourth, size_t size, struct random *random)
{
    long found = -1;
    uint32_t n = 0;
    for (size_t at = 0; at + size <= input->size; at++)
        if (memcmp(input->bytes + at, (const char[]){'P', 'K', third, fourth}, 4) == 0 &&
            random_below(random, ++n) == 0)
            found = (long)at;
    return found;
}

static void change(struct fuzz_input *input, long record, const struct field *fields, size_t n,
    struct random *random)
{
    if (record < 0)
        return;
    const struct field *field = &fields[mutate_below(random, n)];
    uint8_t *at = input->bytes + record + field->at;
    uint64_t value = random_below(random, 3) ? mutate_likely(random)
                                             : get(at, field->bytes) + random_below(random, 9) - 4;
    mutate_put(at, field->bytes, value, false);
}

/* Bytes of a stored entry, and the checksums of its two records. */
static void contents(struct fuzz_input *input, struct random *random)
{
    long central = find(input, 1, 2, CENTRAL, random);
    if (central < 0 || get(input->bytes + central + 10, 2) != 0)
        return;
    uint64_t local = get(input->bytes + central + 42, 4);
    uint64_t size = get(input->bytes + central + 20, 4);
    if (local + LOCAL > input->size)
        return;
    uint8_t *head = input->bytes + local;
    uint64_t at = local + LOCAL + get(head + 26, 2) + get(head + 28, 2);
    if (at > input->size || size > input->size - at || size == 0)
        return;
    uint64_t first = random_below(random, 2) && size > 128 ? 128 : size;
    for (uint32_t n = 1 + random_below(random, 4); n > 0; n--)
        input->bytes[at + mutate_below(random, first)] =
            random_below(random, 2)
                ? (uint8_t) "0123456789(),'<>=|biufOTF\n"[random_below(random, 26)]
                : (uint8_t)random_below(random, 256);
    uint64_t sum = crc32(0, input->bytes + at, (unsigned)size);
    mutate_put(head + 14, 4, sum, false);
    mutate_put(input->bytes + central + 16, 4, sum, false);
}

/* Of a name, in both places or in one. */
static void name(struct fuzz_input *input, struct random *random)
{
    long central = find(input, 1, 2, CENTRAL, random);
    if (central < 0)
        return;
    uint64_t length = get(input->bytes + central + 28, 2);
    uint64_t local = get(input->bytes + central + 42, 4), at = mutate_below(random, length);
    uint8_t byte = (uint8_t) "/.\\\0\n\033-a"[random_below(random, 8)];
    if ((uint64_t)central + CENTRAL + length > input->size)
        return;
    input->bytes[(uint64_t)central + CENTRAL + at] = byte;
    if (random_below(random, 4) && local + LOCAL + at < input->size)
        input->bytes[local + LOCAL + at] = byte;
}

void mutate_zip(struct fuzz_input *input, struct random *random)
{
    static const struct field locals[] = {
        {4, 2}, {6, 2}, {8, 2}, {14, 4}, {18, 4}, {22, 4}, {26, 2}, {28, 2}};
    static const struct field centrals[] = {{6, 2}, {8, 2}, {10, 2}, {16, 4}, {20, 4}, {24, 4},
        {28, 2}, {30, 2}, {32, 2}, {34, 2}, {38, 4}, {42, 4}};
    static const struct field ends[] = {{4, 2}, {8, 2}, {10, 2}, {12, 4}, {16, 4}, {20, 2}};
    switch (random_below(random, 8)) {
    case 0:
        change(input, find(input, 3, 4, LOCAL, random), locals, 8, random);
        break;
    case 1:
    case 2:
        change(input, find(input, 1, 2, CENTRAL, random), centrals, 12, random);
        break;
    case 3:
        change(input, find(input, 5, 6, END, random), ends, 6, random);
        break;
    case 4:
        name(input, random);
        break;
    case 5:
        mutate_bytes(input, random);
        break;
    default:
        contents(input, random);
    }
}
