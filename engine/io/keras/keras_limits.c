/* Counts what JSON holds before it becomes memory. */
#include "engine/io/keras/keras_limits.h"

/* Behind a text that begins at `at`. */
static size_t text_end(const char *json, size_t length, size_t at)
{
    for (at++; at < length && json[at] != '"'; at++)
        at += json[at] == '\\';
    return at;
}

bool keras_limits_json(const char *json, size_t length, struct error *err)
{
    int values = 1, depth = 0, line = 1;
    if (length > KERAS_JSON_MAX_BYTES)
        return fail(err, "is longer than %d bytes", KERAS_JSON_MAX_BYTES);
    for (size_t at = 0; at < length; at++) {
        char byte = json[at];
        bool opens = byte == '[' || byte == '{';
        line += byte == '\n';
        if (byte == '"')
            at = text_end(json, length, at);
        depth += opens;
        depth -= byte == ']' || byte == '}';
        values += opens || byte == ',' || byte == ':';
        if (depth > KERAS_JSON_MAX_DEPTH)
            return fail(err, "line %d: is nested more than %d deep", line, KERAS_JSON_MAX_DEPTH);
        if (values > KERAS_JSON_MAX_VALUES)
            return fail(err, "line %d: holds more than %d values", line, KERAS_JSON_MAX_VALUES);
    }
    return true;
}
