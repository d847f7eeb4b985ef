/* Metadata is a repeated field of the model: an entry can stand anywhere among the others. */
#include "engine/io/onnx/onnx_metadata.h"

#include "engine/base/memory.h"
#include "engine/io/onnx/onnx.pb-c.h"
#include "engine/io/onnx/onnx_wire.h"

#include <stdlib.h>
#include <string.h>

enum { MODEL_METADATA = 14, ENTRY_KEY = 1, WIRE_BYTES = 2, TAG = MODEL_METADATA << 3 | WIRE_BYTES };

static size_t put_varint(uint8_t *bytes, size_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    return n;
}

/* An entry's tag and length come right before it. */
static size_t header_size(size_t entry)
{
    uint8_t length[10];
    return 1 + put_varint(length, entry);
}

static bool has_key(const uint8_t *bytes, struct onnx_range entry, const char *key)
{
    struct onnx_range found;
    return onnx_wire_find(bytes, entry, ENTRY_KEY, 0, &found) && found.size == strlen(key) &&
           memcmp(bytes + found.at, key, found.size) == 0;
}

static size_t append_entry(uint8_t *bytes, const char *key, const char *text)
{
    Onnx__StringStringEntryProto entry = ONNX__STRING_STRING_ENTRY_PROTO__INIT;
    entry.key = (char *)key;
    entry.value = (char *)text;
    size_t size = onnx__string_string_entry_proto__get_packed_size(&entry), n = 0;
    bytes[n++] = TAG;
    n += put_varint(bytes + n, size);
    return n + onnx__string_string_entry_proto__pack(&entry, bytes + n);
}

uint8_t *onnx_with_metadata(
    const uint8_t *bytes, size_t size, const char *key, const char *text, size_t *new_size)
{
    size_t room = size + (key ? strlen(key) + strlen(text) : 0) + 64, from = 0;
    uint8_t *copy = memory_array(room, 1);
    struct onnx_range entry;
    *new_size = 0;
    for (int i = 0;
         key && onnx_wire_find(bytes, (struct onnx_range){0, size}, MODEL_METADATA, i, &entry);
         i++) {
        if (!has_key(bytes, entry, key))
            continue;
        size_t until = entry.at - header_size(entry.size);
        memcpy(copy + *new_size, bytes + from, until - from);
        *new_size += until - from;
        from = entry.at + entry.size;
    }
    memcpy(copy + *new_size, bytes + from, size - from);
    *new_size += size - from;
    if (key)
        *new_size += append_entry(copy + *new_size, key, text);
    return copy;
}
