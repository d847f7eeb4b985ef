/* Attributes of a node: each is marked as read, and those that nobody reads are refused.
 * Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_ATTRIBUTE_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_ATTRIBUTE_H

#include "engine/io/onnx/onnx_operator.h"

/* Attributes: the fallback where there is none; lists of at most `most` whole numbers. */
bool onnx_attribute_int(struct onnx_node *node, const char *name, long long fallback,
    long long *value, struct error *err);
bool onnx_attribute_float(
    struct onnx_node *node, const char *name, double fallback, double *value, struct error *err);
bool onnx_attribute_text(struct onnx_node *node, const char *name, const char *fallback, char *text,
    size_t size, struct error *err);
bool onnx_attribute_list(struct onnx_node *node, const char *name, int most, double *list, int *n,
    struct error *err); /* n: 0 where it is not there */
bool onnx_attribute_floats(
    struct onnx_node *node, const char *name, int most, double *list, int *n, struct error *err);
const Onnx__TensorProto *onnx_attribute_tensor(
    struct onnx_node *node, const char *name, int *index);

#endif
