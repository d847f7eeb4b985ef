/* Numbers of an ONNX tensor, and how they lie in the file. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_TENSOR_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_TENSOR_H

#include "engine/io/onnx/onnx_file.h"

enum { ONNX_RANK_MAX = 8 };

struct onnx_tensor {
    const char *name;
    const Onnx__TensorProto *proto;
    int rank;
    size_t dims[ONNX_RANK_MAX], count;
    /* The tensor within the file: an initializer, or a node's attribute. */
    int initializer;     /* -1: of a node */
    int node, attribute; /* of a node: which one */
};

/* Checks shape, type and that as many numbers are there; fails by the tensor's name. */
bool onnx_tensor_read(const Onnx__TensorProto *proto, const char *name, struct onnx_tensor *tensor,
    struct error *err);
/* All its numbers, malloc'd; whole numbers beyond 2^53 lose digits. */
double *onnx_tensor_numbers(const struct onnx_tensor *tensor);
float *onnx_tensor_floats(const struct onnx_tensor *tensor);
/* Whether it holds numbers with a fraction. */
bool onnx_tensor_is_float(const struct onnx_tensor *tensor);

/* Puts value into place `index` of the tensor within the file's bytes; locate once, then set. */
struct onnx_place {
    size_t at;
    int type;
};
bool onnx_tensor_locate(const struct onnx_file *file, const struct onnx_tensor *tensor,
    struct onnx_place *place, struct error *err);
void onnx_tensor_set(uint8_t *bytes, const struct onnx_place *place, size_t index, float value);

#endif
