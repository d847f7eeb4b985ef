/* Mutations of JSON by its values. */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The end of a text that begins at `at`. */
static size_t text_end(const struct fuzz_input *input, size_t at)
{
    for (at++; at < input->size && input->bytes[at] != '"'; at++)
        at += input->bytes[at] == '\\';
    return at < input->size ? at + 1 : input->size;
}

static bool is_plain(uint8_t byte)
{
    return byte >= '!' && !strchr("{}[],:\"", byte);
}

/* The end of the value or key that begins at `at`. */
static size_t value_end(const struct fuzz_input *input, size_t at)
{
    int depth = 0;
    do {
        uint8_t byte = input->bytes[at];
        if (byte == '"') {
            at = text_end(input, at);
        } else if (is_plain(byte)) {
            while (at < input->size && is_plain(input->bytes[at]))
                at++;
        } else {
            depth += (byte == '{' || byte == '[') - (byte == '}' || byte == ']');
            at++;
        }
    } while (depth > 0 && at < input->size);
    return at;
}

/* A place where a value or key begins. */
static size_t value_at(const struct fuzz_input *input, struct random *random)
{
    enum { MOST = 4096 };
    size_t starts[MOST], n = 0, at = 0;
    size_t from = mutate_below(random, 4) ? 0 : mutate_below(random, input->size);
    while (at < input->size && n < MOST) {
        uint8_t byte = input->bytes[at];
        bool begins = byte == '{' || byte == '[' || byte == '"' || is_plain(byte);
        if (begins && at >= from)
            starts[n++] = at;
        at = byte == '"' ? text_end(input, at) : is_plain(byte) ? value_end(input, at) : at + 1;
    }
    return n > 0 ? starts[mutate_below(random, n)] : 0;
}

static const char *any_value(struct random *random)
{
    static const char *const values[] = {"null", "true", "false", "0", "-1", "1", "0.5", "-0.0",
        "1e308", "-1e308", "1e-320", "2147483648", "4294967297", "9007199254740993",
        "18446744073709551616", "[]", "{}", "[[]]", "\"\"", "[null, 0, 0, 0]", "[0, 0]", "[1, 1]",
        "[65536, 65536]", "[2147483647, 2147483647]", "[null, 65536, 65536, 65536]",
        "[null, null, null, null]", "\"same\"", "\"valid\"", "\"softmax\"", "\"sigmoid\"",
        "\"relu\"", "\"channels_first\"", "\"Dense\"", "\"Conv2D\"", "\"Flatten\"", "\"Add\"",
        "\"Concatenate\"", "\"MaxPooling2D\"", "\"BatchNormalization\"", "\"Lambda\"",
        "\"Functional\"", "\"Sequential\"", "\"InputLayer\"", "\"input\"", "\"output\"",
        "\"float16\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\n=\\u001b[2J\"",
        "\"\xff\"", "{\"class_name\": \"Zeros\", \"config\": {}}", "[[\"input\", 0, 0, {}]]",
        "[[\"output\", 0, 0, {}]]", "[[\"input\", 1, 2, {}]]"};
    return values[random_below(random, sizeof values / sizeof *values)];
}

/* The value deep within arrays or objects. */
static void nest(struct fuzz_input *input, size_t at, size_t end, struct random *random)
{
    static const int depths[] = {1, 2, 31, 255, 257, 2047, 5000};
    int depth = depths[random_below(random, sizeof depths / sizeof *depths)];
    bool objects = random_below(random, 2);
    const char *open = objects ? "{\"config\":" : "[", *close = objects ? "}" : "]";
    size_t n = strlen(open), all = (size_t)depth * (n + 1) + end - at;
    char *text = memory_array(all + 1, 1), *to = text;
    for (int i = 0; i < depth; i++, to += n)
        memcpy(to, open, n);
    memcpy(to, input->bytes + at, end - at);
    to += end - at;
    memset(to, *close, (size_t)depth);
    mutate_splice(input, at, end - at, text, all);
    free(text);
}

/* Many of it, with commas between. */
static void repeat(struct fuzz_input *input, size_t at, size_t end, struct random *random)
{
    static const int times[] = {1, 2, 3, 8, 100, 5000};
    int n = times[random_below(random, sizeof times / sizeof *times)];
    char *copy = memory_format(", %.*s", (int)(end - at), input->bytes + at);
    for (size_t length = strlen(copy); n > 0 && mutate_splice(input, end, 0, copy, length); n--)
        ;
    free(copy);
}

void mutate_json(struct fuzz_input *input, struct random *random)
{
    if (input->size == 0)
        return;
    size_t at = value_at(input, random), end = value_end(input, at);
    size_t other = value_at(input, random), other_end = value_end(input, other);
    const char *value = any_value(random);
    switch (random_below(random, 12)) {
    case 0:
        nest(input, at, end, random);
        break;
    case 1:
    case 2:
        repeat(input, at, end, random);
        break;
    case 3:
        mutate_splice(input, at, end - at, NULL, 0);
        break;
    case 4:
    case 5:
    case 6:
        mutate_splice(input, at, end - at, input->bytes + other, other_end - other);
        break;
    case 7:
        mutate_bytes(input, random);
        break;
    default:
        mutate_splice(input, at, end - at, value, strlen(value));
    }
}
