/* Numbers that a graph computes of itself: shapes, and what is done with them. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_FOLD_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_FOLD_H

#include "engine/io/onnx/onnx_operator.h"

/* Largest constant that is computed; weights are larger, and are not computed with. */
enum { ONNX_FOLD_MAX = 65536 };

/* Every input is a constant that can be computed with. */
bool onnx_all_constant(const struct onnx_node *node);
/* a op b, element by element, b or a alone or of the same shape: Add, Sub, Mul, Div. */
bool onnx_fold_arithmetic(struct onnx_graph *graph, struct onnx_node *node, struct error *err);
/* Constants behind each other along axis 0. */
bool onnx_fold_concat(struct onnx_graph *graph, struct onnx_node *node, struct error *err);
/* The same numbers in another shape. */
bool onnx_fold_copy(struct onnx_graph *graph, struct onnx_node *node, int rank, const double *dims,
    struct error *err);
bool onnx_fold_transpose(struct onnx_graph *graph, struct onnx_node *node, struct error *err);
/* A constant as it is, a weight too. */
struct onnx_value *onnx_give_as(
    struct onnx_graph *graph, struct onnx_node *node, const struct onnx_value *value);

#endif
