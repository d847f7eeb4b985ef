/* ONNX models in few words, for tests: nodes and weights are added, then the bytes written.
 * Owner: the caller (onnx_finish). Thread: one. */
#ifndef SECATEUR_TESTS_UNIT_IO_ONNX_ONNX_NETS_H
#define SECATEUR_TESTS_UNIT_IO_ONNX_ONNX_NETS_H

#include "engine/io/onnx/onnx.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct onnx_making {
    Onnx__ModelProto model;
    Onnx__GraphProto graph;
    unsigned seed;
    int n_owned;
    void **owned; /* everything that was made */
};

/* One input "x" of these dimensions behind the batch (open), one output "y". */
void onnx_begin(struct onnx_making *making, int opset, int rank, const int64_t *dims);
void onnx_finish(struct onnx_making *making);
void onnx_open_side(struct onnx_making *making, int dim); /* of the input: any size */

/* A node of some inputs, "" for one that is left out, NULL behind the last. */
Onnx__NodeProto *onnx_node(
    struct onnx_making *making, const char *op, const char *output, const char *const *inputs);
#define ONNX_INPUTS(...) ((const char *const[]){__VA_ARGS__, NULL})
void onnx_int(struct onnx_making *making, Onnx__NodeProto *node, const char *name, int64_t value);
void onnx_float(struct onnx_making *making, Onnx__NodeProto *node, const char *name, float value);
void onnx_ints(struct onnx_making *making, Onnx__NodeProto *node, const char *name, int n,
    const int64_t *values);
void onnx_text(
    struct onnx_making *making, Onnx__NodeProto *node, const char *name, const char *word);
void onnx_output(struct onnx_making *making, Onnx__NodeProto *node, const char *name); /* another */
/* A weight with random values as raw bytes, which are returned. */
float *onnx_weight(struct onnx_making *making, const char *name, int rank, const int64_t *dims);
/* The weight lies in another file; what it was inside is gone. */
void onnx_external(struct onnx_making *making, const char *weight, const char *location,
    const char *offset, const char *length);
/* Whole numbers, for shapes and axes. */
Onnx__TensorProto *onnx_whole(
    struct onnx_making *making, const char *name, int n, const int64_t *values);
Onnx__TensorProto *onnx_tensor_named(struct onnx_making *making, const char *name);

/* The model's bytes; the maker's. */
void *onnx_bytes(struct onnx_making *making, size_t *size);
void onnx_write(struct onnx_making *making, const char *path);

/* A small net with a convolution, a shape that it computes and a dense layer; its file. */
void onnx_write_small(const char *path);
/* A net of statistics, sizes, parts of images and a chain that is a layer; its file. */
void onnx_write_layers(const char *path);

#endif
