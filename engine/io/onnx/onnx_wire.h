/* The bytes of a protobuf message: budgets before it is unpacked, and where a field lies, so that a
 * value can be changed in place with every other byte as it was.
 * Source: protobuf.dev/programming-guides/encoding. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_WIRE_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_WIRE_H

#include "engine/base/error.h"

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

struct onnx_range {
    size_t at, size;
};

/* Whether the bytes are one message of this kind: every length within its message, messages within
 * messages and all of them together below their budgets, single messages said once. */
bool onnx_wire_check(const uint8_t *bytes, size_t size,
    const ProtobufCMessageDescriptor *descriptor, struct error *err);
/* What is inside the field's occurrence (from 0) within a message; false: there is none, or it is
 * no message, text or packed numbers. The bytes have passed onnx_wire_check. */
bool onnx_wire_find(const uint8_t *bytes, struct onnx_range message, uint32_t field, int occurrence,
    struct onnx_range *found);

#endif
