/* Mutations of bytes and of lines. */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool mutate_splice(
    struct fuzz_input *input, size_t at, size_t removed, const void *with, size_t size)
{
    if (at > input->size || removed > input->size - at || input->size - removed + size > FUZZ_MOST)
        return false;
    uint8_t *copy = memory_array(size + 1, 1); /* it may lie in the input */
    if (size > 0)
        memcpy(copy, with, size);
    memmove(input->bytes + at + size, input->bytes + at + removed, input->size - at - removed);
    memcpy(input->bytes + at, copy, size);
    input->size = input->size - removed + size;
    free(copy);
    return true;
}

size_t mutate_below(struct random *random, size_t limit)
{
    return limit > 0 ? random_below(random, (uint32_t)(limit < UINT32_MAX ? limit : UINT32_MAX))
                     : 0;
}

uint64_t mutate_likely(struct random *random)
{
    static const uint64_t likely[] = {0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000,
        0xffff, 0x10000, 0x100000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
        0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0xfffffffffffffff8};
    uint64_t value = likely[random_below(random, sizeof likely / sizeof *likely)];
    return value + random_below(random, 3) - 1;
}

void mutate_put(uint8_t *at, size_t bytes, uint64_t value, bool highest_first)
{
    for (size_t i = 0; i < bytes; i++)
        at[highest_first ? bytes - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* Bytes ---------------------------------------------------------------------------------- */

static void overwrite(struct fuzz_input *input, struct random *random)
{
    static const size_t widths[] = {1, 2, 4, 8};
    size_t width = widths[random_below(random, 4)];
    if (input->size < width)
        return;
    size_t at = mutate_below(random, input->size - width + 1);
    if (random_below(random, 2))
        input->bytes[at] = (uint8_t)random_below(random, 256);
    else
        mutate_put(input->bytes + at, width, mutate_likely(random), random_below(random, 2));
}

void mutate_bytes(struct fuzz_input *input, struct random *random)
{
    size_t at = mutate_below(random, input->size);
    size_t n = mutate_below(random, input->size - at < 64 ? input->size - at : 64);
    uint8_t noise[16];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)random_below(random, 256);
    switch (random_below(random, 8)) {
    case 0:
        mutate_splice(input, at, n, NULL, 0);
        break;
    case 1:
        mutate_splice(input, mutate_below(random, input->size), 0, input->bytes + at, n);
        break;
    case 2:
        mutate_splice(input, at, 0, noise, 1 + random_below(random, sizeof noise));
        break;
    case 3:
        input->size = random_below(random, 4) ? input->size : at;
        break;
    default:
        overwrite(input, random);
    }
}

/* Lines ---------------------------------------------------------------------------------- */

/* Where a line that holds `at` begins, and how long it is with its end. */
static size_t line_at(const struct fuzz_input *input, size_t at, size_t *length)
{
    while (at > 0 && input->bytes[at - 1] != '\n')
        at--;
    const uint8_t *end =
        input->size > at ? memchr(input->bytes + at, '\n', input->size - at) : NULL;
    *length = (end ? (size_t)(end + 1 - input->bytes) : input->size) - at;
    return at;
}

/* The same of a word. */
static size_t word_at(const struct fuzz_input *input, size_t at, size_t *length)
{
    while (at > 0 && !strchr(" \n", input->bytes[at - 1]))
        at--;
    size_t end = at;
    while (end < input->size && !strchr(" \n", input->bytes[end]))
        end++;
    *length = end - at;
    return at;
}

static void other_word(struct fuzz_input *input, const char *const *words, struct random *random)
{
    static const char *const odd[] = {"", " ", "-1", "0", "00", "1e999", "nan", "0x10",
        "2147483647", "2147483648", "99999999999999999999", "-0", "+1", "%41", "%", "%zz", "%00",
        "\033[2J", "\302\233", "\xff\xfe", "\342\200\256", "=", "#", "\t", "\r", ";", "|", "'"};
    size_t n = 0, length, at = word_at(input, mutate_below(random, input->size), &length);
    while (words[n])
        n++;
    const char *word = random_below(random, 3) && n
                           ? words[mutate_below(random, n)]
                           : odd[random_below(random, sizeof odd / sizeof *odd)];
    bool instead = random_below(random, 3);
    char text[96];
    snprintf(text, sizeof text, "%s%s", word, instead ? "" : " ");
    mutate_splice(input, at, instead ? length : 0, text, strlen(text));
}

static void long_word(struct fuzz_input *input, struct random *random)
{
    static const size_t lengths[] = {63, 64, 65, 255, 256, 511, 512, 513, 4095, 4096, 70000};
    size_t length = lengths[random_below(random, sizeof lengths / sizeof *lengths)];
    char *text = memory_array(length, 1);
    memset(text, random_below(random, 2) ? 'a' : '9', length);
    mutate_splice(input, mutate_below(random, input->size), 0, text, length);
    free(text);
}

void mutate_lines(struct fuzz_input *input, const char *const *words, struct random *random)
{
    size_t length, other, at = line_at(input, mutate_below(random, input->size), &length);
    size_t to = line_at(input, mutate_below(random, input->size), &other);
    switch (random_below(random, 10)) {
    case 0:
        mutate_splice(input, to, 0, input->bytes + at, length);
        break;
    case 1:
        mutate_splice(input, at, length, NULL, 0);
        break;
    case 2:
        mutate_splice(input, to, other, input->bytes + at, length);
        break;
    case 3:
        long_word(input, random);
        break;
    case 4:
        mutate_bytes(input, random);
        break;
    default:
        other_word(input, words, random);
    }
}
