/* An ONNX file as protobuf has it. Before protobuf-c takes memory for it, its bytes are counted
 * against budgets. Schema: onnx.proto of Debian's libonnx-dev (ONNX 1.12, Apache-2.0), which
 * protoc-c compiles; what is newer stays unknown to it and is passed over. Data alone is read.
 * Owner: the caller (onnx_file_close). Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_FILE_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_FILE_H

#include "engine/io/files/source.h"
#include "engine/io/onnx/onnx.pb-c.h"

#include <stdint.h>

enum { ONNX_OPSET_OLDEST = 7, ONNX_OPSET_NEWEST = 25 };

struct onnx_file {
    const char *path; /* borrowed */
    uint8_t *bytes;   /* the whole file */
    size_t size;
    Onnx__ModelProto *model; /* its graph is there */
    int opset;               /* version of the standard operators */
};

/* Whether the first bytes are those of an ONNX model. */
bool onnx_file_is(const struct source *source);
/* Fails on bytes that are no model, on budgets, and on an opset that is too old or too new. */
bool onnx_file_open(struct onnx_file *file, const struct source *source, struct error *err);
void onnx_file_close(struct onnx_file *file);
/* "pytorch 2.1.0"; malloc'd, NULL: the file does not say. */
char *onnx_file_writer(const struct onnx_file *file);
/* Text of an entry of the model's metadata; NULL: none. */
const char *onnx_file_metadata(const struct onnx_file *file, const char *key);

#endif
