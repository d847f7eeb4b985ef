/* Numbers of tensors: little-endian bytes, or lists of protobuf. */
#include "engine/io/onnx/onnx_tensor.h"

#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_wire.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TYPE(name) ONNX__TENSOR_PROTO__DATA_TYPE__##name

/* Bytes of one number in raw_data; 0: a type that is not read. */
static size_t width_of(int type)
{
    switch (type) {
    case TYPE(UINT8):
    case TYPE(INT8):
    case TYPE(BOOL):
        return 1;
    case TYPE(UINT16):
    case TYPE(INT16):
    case TYPE(FLOAT16):
    case TYPE(BFLOAT16):
        return 2;
    case TYPE(FLOAT):
    case TYPE(INT32):
    case TYPE(UINT32):
        return 4;
    case TYPE(DOUBLE):
    case TYPE(INT64):
    case TYPE(UINT64):
        return 8;
    default:
        return 0;
    }
}

bool onnx_tensor_is_float(const struct onnx_tensor *tensor)
{
    int type = tensor->proto->data_type;
    return type == TYPE(FLOAT) || type == TYPE(DOUBLE) || type == TYPE(FLOAT16) ||
           type == TYPE(BFLOAT16);
}

/* How many numbers are stored. */
static size_t stored(const Onnx__TensorProto *proto)
{
    size_t width = width_of(proto->data_type);
    if (proto->has_raw_data)
        return proto->raw_data.len % width ? SIZE_MAX : proto->raw_data.len / width;
    switch (proto->data_type) {
    case TYPE(FLOAT):
        return proto->n_float_data;
    case TYPE(DOUBLE):
        return proto->n_double_data;
    case TYPE(INT64):
        return proto->n_int64_data;
    case TYPE(UINT32):
    case TYPE(UINT64):
        return proto->n_uint64_data;
    default:
        return proto->n_int32_data;
    }
}

bool onnx_tensor_read(
    const Onnx__TensorProto *proto, const char *name, struct onnx_tensor *tensor, struct error *err)
{
    *tensor = (struct onnx_tensor){.name = name, .proto = proto, .count = 1, .initializer = -1};
    if (proto->has_data_location &&
        proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        return fail(err, "weight %s is in another file, which is not supported there", name);
    if (width_of(proto->data_type) == 0)
        return fail(err, "weight %s has numbers of type %d, which is not supported", name,
            proto->data_type);
    if (proto->segment || proto->n_dims > ONNX_RANK_MAX)
        return fail(err, "weight %s has more than %d dimensions, or comes in segments", name,
            ONNX_RANK_MAX);
    for (size_t i = 0; i < proto->n_dims; i++) {
        if (proto->dims[i] < 0 || proto->dims[i] > INT_MAX ||
            (proto->dims[i] > 0 && tensor->count > (size_t)INT_MAX / (size_t)proto->dims[i]))
            return fail(err, "weight %s is too large", name);
        tensor->dims[i] = (size_t)proto->dims[i];
        tensor->count *= tensor->dims[i];
    }
    tensor->rank = (int)proto->n_dims;
    if (stored(proto) != tensor->count)
        return fail(
            err, "weight %s does not have the %zu numbers of its shape", name, tensor->count);
    return true;
}

/* Floats of two bytes -------------------------------------------------------------------- */

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t to_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float from_half(uint16_t half)
{
    int exponent = half >> 10 & 31;
    float sign = half >> 15 ? -1.0F : 1.0F, fraction = (float)(half & 1023);
    if (exponent == 31)
        return fraction != 0 ? NAN : sign * INFINITY;
    return exponent ? sign * ldexpf(1024 + fraction, exponent - 25) : sign * ldexpf(fraction, -24);
}

/* To the nearest, to even where two are as near (rintf). */
static uint16_t to_half(float value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    float size = fabsf(value);
    int exponent;
    if (isnan(value))
        return sign | 0x7e00;
    if (size >= 65520)
        return sign | 0x7c00;
    if (size < ldexpf(1, -14))
        return sign | (uint16_t)rintf(ldexpf(size, 24));
    frexpf(size, &exponent); /* size = m * 2^exponent, 0.5 <= m < 1 */
    int fraction = (int)rintf(ldexpf(size, 11 - exponent)); /* 1024 .. 2048 */
    return sign | (uint16_t)(((exponent + 13) << 10) + fraction);
}

static uint16_t to_brain(float value)
{
    uint32_t bits = to_bits(value);
    if (isnan(value))
        return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Reading -------------------------------------------------------------------------------- */

#define STORED(c_type) \
    c_type value;      \
    memcpy(&value, bytes + i * sizeof value, sizeof value)

static double raw_number(int type, const uint8_t *bytes, size_t i)
{
    switch (type) {
    case TYPE(FLOAT): {
        STORED(float);
        return value;
    }
    case TYPE(DOUBLE): {
        STORED(double);
        return value;
    }
    case TYPE(FLOAT16): {
        STORED(uint16_t);
        return from_half(value);
    }
    case TYPE(BFLOAT16): {
        STORED(uint16_t);
        return from_bits((uint32_t)value << 16);
    }
    case TYPE(INT64): {
        STORED(int64_t);
        return (double)value;
    }
    case TYPE(INT32): {
        STORED(int32_t);
        return value;
    }
    case TYPE(INT8):
        return (int8_t)bytes[i];
    default:
        return bytes[i];
    }
}

static double raw_whole(int type, const uint8_t *bytes, size_t i)
{
    switch (type) {
    case TYPE(UINT64): {
        STORED(uint64_t);
        return (double)value;
    }
    case TYPE(UINT32): {
        STORED(uint32_t);
        return value;
    }
    case TYPE(INT16): {
        STORED(int16_t);
        return value;
    }
    case TYPE(UINT16): {
        STORED(uint16_t);
        return value;
    }
    default:
        return raw_number(type, bytes, i);
    }
}

static double listed_number(const Onnx__TensorProto *proto, size_t i)
{
    switch (proto->data_type) {
    case TYPE(FLOAT):
        return proto->float_data[i];
    case TYPE(DOUBLE):
        return proto->double_data[i];
    case TYPE(INT64):
        return (double)proto->int64_data[i];
    case TYPE(UINT32):
    case TYPE(UINT64):
        return (double)proto->uint64_data[i];
    case TYPE(FLOAT16):
        return from_half((uint16_t)proto->int32_data[i]);
    case TYPE(BFLOAT16):
        return from_bits((uint32_t)(uint16_t)proto->int32_data[i] << 16);
    default:
        return proto->int32_data[i];
    }
}

static double number_at(const Onnx__TensorProto *proto, size_t i)
{
    return proto->has_raw_data ? raw_whole(proto->data_type, proto->raw_data.data, i)
                               : listed_number(proto, i);
}

double *onnx_tensor_numbers(const struct onnx_tensor *tensor)
{
    double *numbers = memory_array(tensor->count + 1, sizeof *numbers);
    for (size_t i = 0; i < tensor->count; i++)
        numbers[i] = number_at(tensor->proto, i);
    return numbers;
}

float *onnx_tensor_floats(const struct onnx_tensor *tensor)
{
    const Onnx__TensorProto *proto = tensor->proto;
    float *numbers = memory_array(tensor->count + 1, sizeof *numbers);
    if (proto->has_raw_data && proto->data_type == TYPE(FLOAT))
        memcpy(numbers, proto->raw_data.data, tensor->count * sizeof *numbers);
    else
        for (size_t i = 0; i < tensor->count; i++)
            numbers[i] = (float)number_at(proto, i);
    return numbers;
}

/* Changing ------------------------------------------------------------------------------- */

enum { GRAPH = 7, GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, NODE_ATTRIBUTE = 5, ATTRIBUTE_T = 5 };
enum { TENSOR_FLOATS = 4, TENSOR_RAW = 9, TENSOR_DOUBLES = 10 };

static bool find_tensor(
    const struct onnx_file *file, const struct onnx_tensor *tensor, struct onnx_range *range)
{
    const uint8_t *bytes = file->bytes;
    if (!onnx_wire_find(bytes, (struct onnx_range){0, file->size}, GRAPH, 0, range))
        return false;
    if (tensor->initializer >= 0)
        return onnx_wire_find(bytes, *range, GRAPH_INITIALIZER, tensor->initializer, range);
    return onnx_wire_find(bytes, *range, GRAPH_NODE, tensor->node, range) &&
           onnx_wire_find(bytes, *range, NODE_ATTRIBUTE, tensor->attribute, range) &&
           onnx_wire_find(bytes, *range, ATTRIBUTE_T, 0, range);
}

bool onnx_tensor_locate(const struct onnx_file *file, const struct onnx_tensor *tensor,
    struct onnx_place *place, struct error *err)
{
    struct onnx_range range;
    int type = tensor->proto->data_type;
    uint32_t field = TENSOR_RAW;
    if (!tensor->proto->has_raw_data)
        field = type == TYPE(DOUBLE) ? TENSOR_DOUBLES : TENSOR_FLOATS;
    if (!onnx_tensor_is_float(tensor) || !find_tensor(file, tensor, &range) ||
        !onnx_wire_find(file->bytes, range, field, 0, &range) ||
        range.size != tensor->count * width_of(type))
        return fail(err,
            "%s: weight %s cannot be changed where it lies: its numbers are not in one "
            "piece, or whole",
            file->path, tensor->name);
    *place = (struct onnx_place){range.at, type};
    return true;
}

void onnx_tensor_set(uint8_t *bytes, const struct onnx_place *place, size_t index, float value)
{
    double wide = value;
    uint16_t narrow = place->type == TYPE(BFLOAT16) ? to_brain(value) : to_half(value);
    size_t width = width_of(place->type);
    const void *from = &value;
    if (width == sizeof wide)
        from = &wide;
    else if (width == sizeof narrow)
        from = &narrow;
    memcpy(bytes + place->at + index * width, from, width);
}
