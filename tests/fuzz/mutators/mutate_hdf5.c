/* Mutations of HDF5 by the signatures of its structures, and of chunks that gzip packed. */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A number behind a signature: sizes, counts, addresses. */
static bool near_signature(struct fuzz_input *input, struct random *random)
{
    static const char signatures[][5] = {
        "TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "\x89HDF"};
    enum { NEAR = 96, WIDEST = 8 };
    long found = -1;
    uint32_t n = 0;
    for (size_t at = 0; at + NEAR + WIDEST <= input->size; at++)
        for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
            if (memcmp(input->bytes + at, signatures[i], 4) == 0 && random_below(random, ++n) == 0)
                found = (long)at;
    if (found < 0)
        return false;
    size_t width = (size_t)1 << random_below(random, 4);
    size_t at = (size_t)found + 4 + mutate_below(random, NEAR - 4);
    uint8_t *to = input->bytes + (random_below(random, 4) ? at - at % width : at);
    mutate_put(to, width, mutate_likely(random), false);
    return true;
}

/* One field takes the value of another: addresses and sizes that are there elsewhere. */
static bool copy_field(struct fuzz_input *input, struct random *random)
{
    if (input->size < 16)
        return false;
    size_t from = mutate_below(random, input->size / 8 - 1) * 8;
    size_t to = mutate_below(random, input->size / 8 - 1) * 8;
    memmove(input->bytes + to, input->bytes + from, 8);
    return true;
}

/* A small number, as ranks, types, versions and flags are, becomes another. */
static bool change_small(struct fuzz_input *input, struct random *random)
{
    for (int tries = 0; tries < 32 && input->size > 0; tries++) {
        uint8_t *byte = input->bytes + mutate_below(random, input->size);
        if (*byte == 0 || *byte > 32)
            continue;
        *byte = random_below(random, 2) ? (uint8_t)(*byte + random_below(random, 5) - 2)
                                        : (uint8_t)random_below(random, 40);
        return true;
    }
    return false;
}

/* A packed chunk holds more, less or other bytes in the same space. */
static bool repack(struct fuzz_input *input, struct random *random)
{
    enum { MOST = 1 << 16 };
    uint8_t *plain = memory_array(MOST, 1), *packed = memory_array(2 * MOST, 1);
    bool done = false;
    for (size_t at = mutate_below(random, input->size); !done && at + 16 < input->size; at++) {
        uLongf n = MOST, size = 2 * MOST;
        uLong used = input->size - at;
        if ((input->bytes[at] & 15) != 8 || (input->bytes[at] * 256 + input->bytes[at + 1]) % 31 ||
            uncompress2(plain, &n, input->bytes + at, &used) != Z_OK || n == 0)
            continue;
        uLongf changed = random_below(random, 3) == 0 ? mutate_below(random, n)
                         : random_below(random, 2)    ? n
                                                      : mutate_below(random, MOST);
        plain[mutate_below(random, n)] ^= (uint8_t)random_below(random, 256);
        compress(packed, &size, plain, changed);
        memcpy(input->bytes + at, packed, size < used ? size : used);
        done = true;
    }
    free(plain);
    free(packed);
    return done;
}

/* JSON and names that lie in it, in the same space. */
static bool change_text(struct fuzz_input *input, struct random *random)
{
    static const char *const texts[] = {"conv", "output", "input", "kernel:0", "layer_names",
        "weight_names", "model_config", "data", "label", "units\": 3", "filters\": 2", "[3, 3]"};
    const char *text = texts[random_below(random, sizeof texts / sizeof *texts)];
    size_t length = strlen(text);
    for (size_t at = mutate_below(random, input->size); at + length <= input->size; at++)
        if (memcmp(input->bytes + at, text, length) == 0) {
            input->bytes[at + mutate_below(random, length)] =
                random_below(random, 2) ? (uint8_t) "019\n\033/\"%\0,[]{}"[random_below(random, 14)]
                                        : (uint8_t)random_below(random, 256);
            return true;
        }
    return false;
}

void mutate_hdf5(struct fuzz_input *input, struct random *random)
{
    static bool (*const ways[])(struct fuzz_input *, struct random *) = {near_signature,
        near_signature, near_signature, copy_field, change_small, change_small, repack,
        change_text};
    if (random_below(random, 6) == 0 ||
        !ways[random_below(random, sizeof ways / sizeof *ways)](input, random))
        mutate_bytes(input, random);
}
