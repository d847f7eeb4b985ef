/* Tags and lengths of protobuf, walked by the descriptors of the schema. */
#include "engine/io/onnx/onnx_wire.h"

#include <string.h>

/* Deeper than any net; an unpacked message takes some hundred bytes. */
enum { DEPTH_MAX = 24, MESSAGES_MAX = 400000, NUMBERS_MAX = 64 << 20 };
enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5, TAG_KINDS = 8 };

struct walk {
    const uint8_t *bytes;
    size_t at, end;
    bool good;
};

struct field {
    uint32_t id;
    int wire;
    struct onnx_range inside; /* of WIRE_BYTES: what the length spans; else the value itself */
};

static uint64_t take_varint(struct walk *walk)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (walk->at >= walk->end)
            break;
        uint8_t byte = walk->bytes[walk->at++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    walk->good = false;
    return 0;
}

/* The next field; false: behind the last, or the bytes are broken (walk->good). */
static bool take_field(struct walk *walk, struct field *field)
{
    if (!walk->good || walk->at >= walk->end)
        return false;
    uint64_t tag = take_varint(walk), size = 0;
    field->id = (uint32_t)(tag / TAG_KINDS);
    field->wire = (int)(tag % TAG_KINDS);
    field->inside.at = walk->at;
    if (field->wire == WIRE_VARINT)
        take_varint(walk);
    else if (field->wire == WIRE_64 || field->wire == WIRE_32)
        size = field->wire == WIRE_64 ? 8 : 4;
    else if (field->wire == WIRE_BYTES)
        size = take_varint(walk);
    else
        walk->good = false;
    if (field->wire != WIRE_VARINT)
        field->inside.at = walk->at;
    walk->good = walk->good && tag / TAG_KINDS > 0 && tag / TAG_KINDS < 1 << 29 &&
                 size <= walk->end - walk->at;
    if (!walk->good)
        return false;
    walk->at += size;
    field->inside.size = walk->at - field->inside.at;
    return true;
}

struct budget {
    int messages;
    size_t numbers; /* repeated ones, which grow to eight bytes */
};

static bool check_message(const uint8_t *bytes, struct onnx_range range, int depth,
    const ProtobufCMessageDescriptor *descriptor, struct budget *budget, struct error *err);

static bool check_field(const uint8_t *bytes, const struct field *field, int depth,
    const ProtobufCFieldDescriptor *known, struct budget *budget, struct error *err)
{
    if (known && known->type == PROTOBUF_C_TYPE_MESSAGE && field->wire == WIRE_BYTES)
        return check_message(bytes, field->inside, depth + 1, known->descriptor, budget, err);
    bool text =
        known && (known->type == PROTOBUF_C_TYPE_STRING || known->type == PROTOBUF_C_TYPE_BYTES);
    bool floats = known && known->type == PROTOBUF_C_TYPE_FLOAT;
    if (known && known->label == PROTOBUF_C_LABEL_REPEATED && (!text || field->inside.size == 0))
        budget->numbers += floats ? field->inside.size / 4 : field->inside.size;
    if (budget->numbers > NUMBERS_MAX)
        return fail(err, "it has more than %d packed numbers", NUMBERS_MAX);
    return true;
}

/* Single messages that come twice would be merged: then what is found here is not what is read. */
static bool check_once(const struct field *field, const ProtobufCFieldDescriptor *known,
    uint64_t *seen, struct error *err)
{
    if (!known || known->label == PROTOBUF_C_LABEL_REPEATED || field->id >= 64)
        return true;
    if (*seen >> field->id & 1)
        return fail(err, "its field %s comes twice in one message", known->name);
    *seen |= (uint64_t)1 << field->id;
    return true;
}

static bool check_message(const uint8_t *bytes, struct onnx_range range, int depth,
    const ProtobufCMessageDescriptor *descriptor, struct budget *budget, struct error *err)
{
    struct walk walk = {bytes, range.at, range.at + range.size, true};
    struct field field;
    uint64_t seen = 0;
    if (depth > DEPTH_MAX)
        return fail(err, "its messages are nested more than %d deep", DEPTH_MAX);
    if (++budget->messages > MESSAGES_MAX)
        return fail(err, "it has more than %d messages", MESSAGES_MAX);
    while (take_field(&walk, &field)) {
        const ProtobufCFieldDescriptor *known =
            protobuf_c_message_descriptor_get_field(descriptor, field.id);
        if (!check_once(&field, known, &seen, err) ||
            !check_field(bytes, &field, depth, known, budget, err))
            return false;
    }
    return walk.good || fail(err, "it is cut short or damaged at byte %zu", walk.at);
}

bool onnx_wire_check(const uint8_t *bytes, size_t size,
    const ProtobufCMessageDescriptor *descriptor, struct error *err)
{
    struct budget budget = {0};
    return check_message(bytes, (struct onnx_range){0, size}, 0, descriptor, &budget, err);
}

bool onnx_wire_find(const uint8_t *bytes, struct onnx_range message, uint32_t id, int occurrence,
    struct onnx_range *found)
{
    struct walk walk = {bytes, message.at, message.at + message.size, true};
    struct field field;
    while (take_field(&walk, &field))
        if (field.id == id && field.wire == WIRE_BYTES && occurrence-- == 0) {
            *found = field.inside;
            return true;
        }
    return false;
}
